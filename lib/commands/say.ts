import { createStyle } from '../terminal/style.ts';
import { formatMessage } from '../terminal/format-message.ts';
import { safeJson } from '../terminal/safe-text.ts';
import type { OwnRun } from './own-command.ts';

/** What a verb did, in one line on stderr: said with and without a terminal, but not when quiet. */
export function say({ ctx, reporter }: Pick<OwnRun, 'ctx' | 'reporter'>, line: string): void {
  if (reporter.level === 'quiet') return;
  const [first = '', ...rest] = formatMessage(line, ctx.stderr.isTTY ? ctx.stderr.columns : undefined);
  const prefix = 'cdkx:';
  const painted = createStyle(ctx.env, ctx.stderr).accent(prefix) + first.slice(prefix.length);
  ctx.stderr.write([painted, ...rest, ''].join('\n'));
}

/** Data of a verb, on stdout. */
export function print({ ctx }: Pick<OwnRun, 'ctx'>, lines: readonly string[]): void {
  if (lines.length > 0) ctx.stdout.write(`${lines.join('\n')}\n`);
}

/** JSON of a verb, on stdout. */
export function printJson(run: Pick<OwnRun, 'ctx'>, value: unknown): void {
  print(run, [safeJson(value, 2)]);
}
