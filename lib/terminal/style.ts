import type { Context } from '../context.ts';

type Paint = (text: string) => string;

/** The few looks cdkx has: legible on light and dark, meaning never carried by colour alone. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly caution: Paint;
  readonly bad: Paint;
  readonly accent: Paint;
}

/**
 * Whether that stream is to be coloured: `FORCE_COLOR` (not `0`) says yes, a non-empty `NO_COLOR` says no (no-color.org),
 * else a terminal that is not `dumb` is.
 */
export function hasColour(env: Context['env'], stream: { readonly isTTY?: boolean }): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return Boolean(stream.isTTY) && env['TERM'] !== 'dumb';
}

/** The looks for a stream; without colour each returns its text unchanged. */
export function createStyle(env: Context['env'], stream: { readonly isTTY?: boolean }): Style {
  const paint = hasColour(env, stream)
    ? (open: number, close: number) => (text: string) => `\u001B[${open}m${text}\u001B[${close}m`
    : () => (text: string) => text;
  return {
    strong: paint(1, 22),
    faint: paint(2, 22),
    good: paint(32, 39),
    caution: paint(33, 39),
    bad: paint(31, 39),
    accent: paint(36, 39),
  };
}
