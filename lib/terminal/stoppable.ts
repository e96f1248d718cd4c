import type { Context } from '../context.ts';

interface Key {
  name?: string | undefined;
  readonly ctrl?: boolean;
}
type StopContext = Pick<Context, 'stdin' | 'kill' | 'onSignal' | 'platform' | 'clock'>;

/** How long to wait for the stop to take effect, milliseconds. Without job control, the system ignores the stop. */
const stopMs = 100;

/** Runs a prompt that Ctrl-Z aborts and `fg` repeats: with `node:readline` alone, the input would stay paused and the program exit. */
export async function untilStopped<Result>(
  ctx: StopContext,
  signal: AbortSignal | undefined,
  put: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const stopped = new AbortController();
    const onKey = (_: string | undefined, key: Key) => {
      if (!key.ctrl || key.name !== 'z' || ctx.platform === 'win32') return;
      // Other listeners ignore a key without a name.
      key.name = undefined;
      stopped.abort();
    };
    ctx.stdin.prependListener('keypress', onKey);
    try {
      const result = await put(AbortSignal.any([stopped.signal, ...(signal === undefined ? [] : [signal])]));
      if (!stopped.signal.aborted || signal?.aborted) return result;
    } finally {
      ctx.stdin.off('keypress', onKey);
    }
    await stop(ctx);
  }
}

/** Stops the whole process group, as the terminal would, until SIGCONT. */
async function stop(ctx: StopContext): Promise<void> {
  const continued = new AbortController();
  const stopListening = ctx.onSignal('SIGCONT', () => continued.abort());
  ctx.kill(0, 'SIGTSTP');
  await ctx.clock.sleep(stopMs, continued.signal).catch(() => undefined);
  stopListening();
}
