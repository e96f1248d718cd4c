import type { Context } from '../context.ts';
import { formatConfigDiff } from '../profile/config-diff.ts';
import type { DiffLine } from '../profile/config-edit-types.ts';
import { safeText } from '../terminal/safe-text.ts';
import { createStyle } from '../terminal/style.ts';

/** Shows a change of a file: on stderr before a question, on stdout where the diff is what was asked for (`--dry-run`). */
export function showDiff(
  ctx: Pick<Context, 'env' | 'stdout' | 'stderr'>,
  change: { readonly shownPath: string; readonly diff: readonly DiffLine[]; readonly isData?: boolean },
): void {
  const stream = change.isData ? ctx.stdout : ctx.stderr;
  const style = createStyle(ctx.env, stream);
  const paint = (line: string) =>
    line.startsWith('+') ? style.good(line) : line.startsWith('-') ? style.bad(line) : style.faint(line);
  const lines = formatConfigDiff(change.diff).map((line) => paint(safeText(line, 1000)));
  stream.write(`${['', style.strong(safeText(change.shownPath, 1000)), ...lines, ''].join('\n')}\n`);
}
