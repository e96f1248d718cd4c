import type { Context } from '../context.ts';
import { browserCommands } from './browser-commands.ts';
import { isWsl } from './surroundings.ts';

/** A program that has not failed by then shows the address. Milliseconds. */
const patienceMs = 1_500;

/**
 * Tries to show an address in the person's browser. The caller has printed it and judged it ({@link judgeAddress}). Resolves with whether
 * a program took it; never rejects, since the address is on the screen anyway.
 */
export async function openBrowser(
  ctx: Pick<Context, 'env' | 'platform' | 'clock'>,
  address: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { startOpener } = await import('./start-opener.ts');
  for (const command of browserCommands(ctx, isWsl(ctx), address)) {
    if (signal.aborted) return false;
    if (await takesAddress(ctx, startOpener(command, ctx.env), signal)) return true;
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
