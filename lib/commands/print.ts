import { safeJson } from '../terminal/safe-text.ts';
import type { OwnRun } from './own-command.ts';

/** Data of a verb, on stdout. */
export function print({ ctx }: Pick<OwnRun, 'ctx'>, lines: readonly string[]): void {
  if (lines.length > 0) ctx.stdout.write(`${lines.join('\n')}\n`);
}

/** JSON of a verb, on stdout. */
export function printJson(run: Pick<OwnRun, 'ctx'>, value: unknown): void {
  print(run, [safeJson(value, 2)]);
}
