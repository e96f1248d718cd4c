import type { Context } from '../context.ts';
import type { LogLevel } from '../messages/errors.ts';
import { safeText } from '../messages/text.ts';

type Paint = (text: string) => string;

/** The styles: legible on light and dark backgrounds, and never the only carrier of meaning. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly caution: Paint;
  readonly bad: Paint;
  readonly accent: Paint;
}

/** Whether to use color on a stream: `FORCE_COLOR` (except `0`), a non-empty `NO_COLOR` (no-color.org), otherwise if it is a terminal. */
export function hasColor(env: Context['env'], stream: { readonly isTTY?: boolean }): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return Boolean(stream.isTTY) && env['TERM'] !== 'dumb';
}

const terminalsWithLinks: readonly string[] = ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'zed'];

/** Whether a stream is a terminal that shows links (OSC 8); `FORCE_HYPERLINK` decides, as for other programs. */
export function hasLinks(env: Context['env'], stream: { readonly isTTY?: boolean }): boolean {
  if (!stream.isTTY || !hasColor(env, stream)) return false;
  const [forced, term = ''] = [env['FORCE_HYPERLINK'], env['TERM']];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (/^(?:screen|tmux)/.test(term)) return false;
  const isKnown =
    terminalsWithLinks.includes(env['TERM_PROGRAM'] ?? '') || /^(?:xterm-kitty|xterm-ghostty|alacritty)$/.test(term);
  return (
    isKnown ||
    env['WT_SESSION'] !== undefined ||
    env['KONSOLE_VERSION'] !== undefined ||
    Number(env['VTE_VERSION']) >= 5002
  );
}

/** Makes the first `text` of a line a link. */
export function linkIn(line: string, { text, url }: { readonly text: string; readonly url: string }): string {
  return line.replace(text, () => `\u001B]8;;${safeText(url, 2000)}\u001B\\${text}\u001B]8;;\u001B\\`);
}

/** The styles for a stream. Without color, each returns its text unchanged. */
export function createStyle(env: Context['env'], stream: { readonly isTTY?: boolean }): Style {
  const paint = hasColor(env, stream)
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

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
const eraseLine = '\r\u001B[2K';

/** A progress line. */
export interface Progress {
  update(text: string | (() => string)): void;
  /** Erases the line, or replaces it with a last line. Can be called twice. */
  stop(lastLine?: string): void;
}

/** A progress line on stderr, redrawn in place on a terminal; otherwise only the first text is written, so that logs stay short. */
export function createProgress(
  ctx: Pick<Context, 'env' | 'stderr' | 'clock'>,
  { level }: { readonly level: LogLevel },
  text: string | (() => string),
): Progress {
  if (level === 'quiet') return { update: () => undefined, stop: () => undefined };
  const style = createStyle(ctx.env, ctx.stderr);
  const stopped = new AbortController();
  let current = text;
  const plain = () => safeText(typeof current === 'function' ? current() : current, 500);
  if (!ctx.stderr.isTTY) {
    ctx.stderr.write(`cdkx: ${plain()}\n`);
    return {
      update: () => undefined,
      stop: (lastLine) => void (lastLine !== undefined && ctx.stderr.write(`cdkx: ${safeText(lastLine, 500)}\n`)),
    };
  }
  const draw = (frame: string) => {
    const room = Math.max(10, (ctx.stderr.columns || 80) - 3);
    ctx.stderr.write(`${eraseLine}${style.accent(frame)} ${safeText(plain(), room)}`);
  };
  void animate(ctx.clock, draw, stopped.signal);
  return {
    update: (next) => {
      current = next;
    },
    stop: (lastLine) => {
      if (stopped.signal.aborted) return;
      stopped.abort();
      ctx.stderr.write(
        eraseLine + (lastLine === undefined ? '' : `${style.accent('cdkx:')} ${safeText(lastLine, 500)}\n`),
      );
    },
  };
}

async function animate(clock: Context['clock'], draw: (frame: string) => void, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    draw(frames[turn % frames.length] ?? '');
    // Aborting the wait ends the loop.
    await clock.sleep(frameMs, signal).catch(() => undefined);
  }
}
