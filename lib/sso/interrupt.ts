import type { Context, ExitSignal } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** What a person gets who ends a login. */
export function cancelledError(): UserError {
  return new UserError(exitCode.cancelled, { what: 'the sign-in was cancelled' });
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
    return await action(interrupted.signal);
  } finally {
    for (const stopListening of listeners) stopListening();
    if (received === 'SIGTERM' || received === 'SIGHUP') ctx.kill(ctx.pid, received);
  }
}
