import { diffLines } from 'diff';
import measure from 'fast-string-truncated-width';
import type { Context } from '../context.ts';
import { safeJson, safeText } from '../messages/text.ts';
import { createStyle } from './style.ts';

const gap = '  ';

/** Formats rows as columns under a heading. To fit `columns`, leaves out `optional` ones, then shortens the widest. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: {
    readonly columns?: number | undefined;
    readonly optional?: readonly string[];
    readonly paintHeading?: (cell: string) => string;
    readonly paint?: (cell: string, column: number, row: number) => string;
  } = {},
): string[] {
  const cells = rows.map((row) => row.map((cell) => safeText(cell, 1000)));
  const widths = headings.map((heading, column) =>
    Math.max(width(heading), ...cells.map((row) => width(row[column] ?? ''))),
  );
  const [dropped, ...optional] = options.optional ?? [];
  if (dropped !== undefined && shrink([...widths], options.columns)[0] !== widths[0]) {
    const at = headings.indexOf(dropped);
    const without = (row: readonly string[]) => row.filter((_, column) => column !== at);
    return formatTable(without(headings), rows.map(without), { ...options, optional });
  }
  shrink(widths, options.columns);
  const line = (row: readonly string[], paint: (cell: string, column: number) => string) =>
    row
      .map((cell, column) => paint(fit(cell, widths[column] ?? 0, column === row.length - 1), column))
      .join(gap)
      .trimEnd();
  return [
    line(headings, (cell) => options.paintHeading?.(cell) ?? cell),
    ...cells.map((row, index) => line(row, (cell, column) => options.paint?.(cell, column, index) ?? cell)),
  ];
}

/** Narrows the widest columns until the line fits, down to eight characters each. Changes and returns `widths`. */
function shrink(widths: number[], columns: number | undefined): number[] {
  if (columns === undefined) return widths;
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1);
  while (total() > columns) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 8) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function fit(cell: string, room: number, isLast: boolean): string {
  const { index, truncated } = measure(cell, { limit: Math.max(1, room), ellipsis: '…', ellipsisWidth: 1 });
  const cut = truncated ? `${cell.slice(0, index)}…` : cell;
  return isLast ? cut : cut + ' '.repeat(Math.max(0, room - width(cut)));
}

/** Width on a terminal: wide characters count as two, combining characters as zero. */
function width(text: string): number {
  return measure(text).width;
}

const widestColumn = 40;

/** Aligns the entries of a list to choose from. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(widestColumn, Math.max(...rows.map((row) => row[column]?.length ?? 0))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A line of the old text, the new text, or both, without its line ending. */
export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

const contextLines = 2;

/** Formats a diff: `+ ` and `- ` for changes, some context around them, and `…` for omitted lines. */
export function formatDiff(diff: readonly DiffLine[]): string[] {
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

/** Compares two texts line by line. */
export function lineDiff(before: string, after: string): DiffLine[] {
  return diffLines(before, after, { stripTrailingCr: true }).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  );
}

/** Lines of a change that are shown before a prompt. */
const longestDiff = 40;

/** Shows the change to a file: on stderr before a prompt, on stdout and in full with `--dry-run`. */
export function showDiff(
  ctx: Pick<Context, 'env' | 'stdout' | 'stderr'>,
  change: { readonly shownPath: string; readonly diff: readonly DiffLine[]; readonly isData?: boolean },
): void {
  const stream = change.isData ? ctx.stdout : ctx.stderr;
  const style = createStyle(ctx.env, stream);
  const paint = (line: string) =>
    line.startsWith('+') ? style.good(line) : line.startsWith('-') ? style.bad(line) : style.faint(line);
  const all = formatDiff(change.diff);
  const isLong = !change.isData && all.length > longestDiff;
  const lines = (isLong ? all.slice(0, longestDiff) : all).map((line) => paint(safeText(line, 1000)));
  if (isLong) lines.push(`… and ${all.length - longestDiff} more lines; --dry-run shows all`);
  stream.write(`${['', style.strong(safeText(change.shownPath, 1000)), ...lines, ''].join('\n')}\n`);
}

/** Prints the output of a command to stdout. */
export function print({ ctx }: { readonly ctx: Pick<Context, 'stdout'> }, lines: readonly string[]): void {
  if (lines.length > 0) ctx.stdout.write(`${lines.join('\n')}\n`);
}

/** Prints JSON to stdout. */
export function printJson(run: { readonly ctx: Pick<Context, 'stdout'> }, value: unknown): void {
  print(run, [safeJson(value, 2)]);
}
