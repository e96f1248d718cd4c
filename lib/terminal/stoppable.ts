import type { Context } from '../context.ts';

/** A key as `node:readline` tells it to all its listeners. */
interface Key {
  name?: string | undefined;
  readonly ctrl?: boolean;
}
type StopContext = Pick<Context, 'stdin' | 'kill' | 'onSignal' | 'platform' | 'clock'>;

/** A stop takes effect at once; where nobody could continue us (no job control) the system ignores it. Milliseconds. */
const stopMs = 100;

/**
 * Puts a question with a signal that aborts on Ctrl-Z, so that the terminal is given back; then stops the job, and puts the question again
 * when it goes on. `node:readline` by itself would leave the input paused after `fg`: nothing would keep the program, which would end
 * as if it were done. Returns what `put` resolved with when it ended by itself or by `signal`.
 */
export async function untilStopped<Result>(
  ctx: StopContext,
  signal: AbortSignal | undefined,
  put: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const stopped = new AbortController();
    const onKey = (_: string | undefined, key: Key) => {
      if (!key.ctrl || key.name !== 'z' || ctx.platform === 'win32') return;
      // The listeners after this one know no key without a name.
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

/** As the terminal would: the whole process group stops, and goes on at SIGCONT. */
async function stop(ctx: StopContext): Promise<void> {
  const goesOn = new AbortController();
  const stopListening = ctx.onSignal('SIGCONT', () => goesOn.abort());
  ctx.kill(0, 'SIGTSTP');
  await ctx.clock.sleep(stopMs, goesOn.signal).catch(() => undefined);
  stopListening();
}
