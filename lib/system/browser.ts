import type { OpenerCommand } from './opener.ts';
import type { Context } from '../context.ts';
import { isWsl, windowsOpener } from './environment.ts';
import { findProgram, windowsProgram, withAbsolutePath } from '../shell/programs.ts';

/** A program that has not failed by then shows the address. Milliseconds. */
const patienceMs = 1_500;

/** Tries to show a URL, judged by {@link classifyAddress}, in the browser. Resolves with whether a program took it; never rejects. */
export async function openBrowser(
  ctx: Pick<Context, 'env' | 'platform' | 'cwd' | 'clock'>,
  address: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { startOpener } = await import('./opener.ts');
  for (const { file: name, args } of browserCommands(ctx, isWsl(ctx), address)) {
    if (signal.aborted) return false;
    const file = findProgram(name, ctx);
    if (file === undefined) continue;
    if (await takesAddress(ctx, startOpener({ file, args }, withAbsolutePath(ctx)), signal)) return true;
  }
  return false;
}

/** Whether a started program ends well, or still runs after a moment. */
async function takesAddress(
  ctx: Pick<Context, 'clock'>,
  ended: Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const over = new AbortController();
  const stillRuns = ctx.clock.sleep(patienceMs, AbortSignal.any([over.signal, signal])).then(
    () => true,
    () => false,
  );
  const took = await Promise.race([ended, stillRuns]);
  over.abort();
  return took;
}

/** The programs to try: those of `BROWSER` (a list; `%s` is the URL, as in Python's `webbrowser`), else the system's. */
export function browserCommands(
  ctx: Pick<Context, 'env' | 'platform'>,
  isWsl: boolean,
  address: string,
): readonly OpenerCommand[] {
  const named = ctx.env['BROWSER'];
  if (named) return splitList(named, ctx.platform).flatMap((entry) => namedCommand(entry, address));
  const windows = ['url.dll,FileProtocolHandler', address];
  if (ctx.platform === 'darwin') return [{ file: 'open', args: [address] }];
  if (ctx.platform === 'win32') return [{ file: windowsProgram(ctx.env, 'rundll32.exe'), args: windows }];
  const desktop = { file: 'xdg-open', args: [address] };
  return isWsl ? [{ file: 'wslview', args: [address] }, { file: windowsOpener, args: windows }, desktop] : [desktop];
}

/** The entries of a path-like list. On Windows the semicolon separates, since drives have a colon. */
function splitList(value: string, platform: NodeJS.Platform): string[] {
  return value
    .split(platform === 'win32' ? ';' : ':')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function namedCommand(entry: string, address: string): OpenerCommand[] {
  const words = splitWords(entry);
  // A final ampersand asks for the background, where all of ours run.
  const [file, ...args] = words.at(-1) === '&' ? words.slice(0, -1) : words;
  if (file === undefined) return [];
  const filled = args.map((word) => word.replaceAll('%s', () => address));
  return [{ file, args: args.some((word) => word.includes('%s')) ? filled : [...args, address] }];
}

/** Splits at blanks; quotes hold a word together. Nothing is expanded. */
function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_match, double?: string, single?: string) => double ?? single ?? ''),
  );
}
