import { toFailure } from './identity-center-errors.ts';

/** How long one call may take, its retries included, milliseconds. Also ends an answer that drips. */
const callDeadlineMs = 40_000;

/**
 * Runs one call of the SDK with a deadline. Rejects with an IdentityCenterFailure, or with the signal's reason when `signal` aborts.
 */
export async function sendCommand<Output>(
  operation: string,
  host: string,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal: AbortSignal }) => Promise<Output>,
): Promise<Output> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(callDeadlineMs);
  try {
    return await send({ abortSignal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) });
  } catch (error) {
    signal?.throwIfAborted();
    throw toFailure(error, operation, host);
  }
}
