import type { Context, ExitSignal } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';

const ctrlC = '\u0003';
const ctrlZ = '\u001A';

/** Listens for single keys, and sends the signals of Ctrl-C and Ctrl-Z. Returns what restores the terminal. */
export function listenForKeys(
  ctx: Pick<Context, 'stdin' | 'kill' | 'pid' | 'onSignal' | 'platform'>,
  handlers: { readonly key: (key: string) => void; readonly interrupt: () => void },
): () => void {
  const { stdin } = ctx;
  if (!stdin.isTTY) return () => undefined;
  const wasRaw = stdin.isRaw;
  const onData = (chunk: Buffer | string) => {
    for (const key of chunk.toString()) {
      if (key === ctrlC) handlers.interrupt();
      else if (key === ctrlZ && ctx.platform !== 'win32') suspend();
      else handlers.key(key);
    }
  };
  const suspend = () => {
    stdin.setRawMode(wasRaw);
    // As the terminal would: stop the whole process group until SIGCONT.
    ctx.kill(0, 'SIGTSTP');
  };
  const stopListening = ctx.onSignal('SIGCONT', () => stdin.setRawMode(true));
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stopListening();
    stdin.off('data', onData);
    stdin.setRawMode(wasRaw);
    stdin.pause();
  };
}

export function cancelledError(): UserError {
  return new UserError('SignInCancelled', { what: 'the sign-in was cancelled' });
}

/**
 * Runs `action` with a signal that aborts on SIGINT, SIGTERM or SIGHUP. Ctrl-C rejects with a UserError (130); after
 * the others, the process ends by the same signal.
 */
export async function withInterrupt<Result>(
  ctx: Pick<Context, 'onSignal' | 'kill' | 'pid'>,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupted = new AbortController();
  let received: ExitSignal | undefined;
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) =>
    ctx.onSignal(name, () => {
      received ??= name;
      interrupted.abort(cancelledError());
    }),
  );
  try {
    const result = await action(interrupted.signal);
    // It came while the action ended: a server was closed, a file was written. What follows must not begin.
    interrupted.signal.throwIfAborted();
    return result;
  } finally {
    for (const stopListening of listeners) stopListening();
    if (received === 'SIGTERM' || received === 'SIGHUP') ctx.kill(ctx.pid, received);
  }
}
