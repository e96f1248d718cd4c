import type { Context, ExitSignal } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';

const ctrlC = '\u0003';
const ctrlZ = '\u001A';

/**
 * Listens for single keys on the terminal while something is waited for. Ctrl-C and Ctrl-Z, which a terminal in this mode does not turn into
 * signals, are turned into them here. Returns the function that gives the terminal back as it was; without a terminal nothing is done.
 */
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
    // As the terminal would: the whole process group stops, and goes on at SIGCONT.
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

/** What a person gets who ends a login. */
export function cancelledError(): UserError {
  return new UserError('SignInCancelled', { what: 'the sign-in was cancelled' });
}

/**
 * Runs `action` with a signal that aborts on Ctrl-C, a request to end or a hang-up, so that locks, servers and terminal settings are
 * given back first. Ctrl-C rejects with a UserError (130); on the others the process then dies by that very signal, as without us.
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
