import type { DiffLine } from './config-edit-types.ts';

/** Unchanged lines that are shown around a change. */
const contextLines = 2;

/** A diff as lines for people: `+ ` and `- ` for what changes, a little of what stands around it, `…` for what is left out between. */
export function formatConfigDiff(diff: readonly DiffLine[]): string[] {
  const isNear = new Set<number>();
  for (const [index, { sign }] of diff.entries()) {
    if (sign === ' ') continue;
    for (let near = index - contextLines; near <= index + contextLines; near += 1) isNear.add(near);
  }
  const lines: string[] = [];
  for (const [index, { sign, text }] of diff.entries()) {
    if (isNear.has(index)) lines.push(`${sign} ${text}`.trimEnd());
    else if (lines.length > 0 && lines.at(-1) !== '…') lines.push('…');
  }
  return lines.at(-1) === '…' ? lines.slice(0, -1) : lines;
}
