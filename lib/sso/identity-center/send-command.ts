import { deadline } from '../../deadline.ts';
import type { IdentityCenterFailure } from './types.ts';
import { toFailure } from './failures.ts';

/** How long one call may take, its retries included, milliseconds. Also ends an answer that drips. */
const callDeadlineMs = 40_000;
/** How often an answer is asked for that cannot be understood. */
const tries = 3;
/**
 * Calls that do no more when they are repeated. The SDK repeats all calls whose connection broke; a garbled answer came after the work
 * was done, and a code or a refresh token may have been used up by it.
 */
const repeatable: ReadonlySet<string> = new Set([
  'RegisterClient',
  'StartDeviceAuthorization',
  'GetRoleCredentials',
  'ListAccounts',
  'ListAccountRoles',
  'Logout',
]);

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
  const abortSignal = deadline(callDeadlineMs, ...(signal === undefined ? [] : [signal]));
  const toOurs = (error: unknown): IdentityCenterFailure => {
    signal?.throwIfAborted();
    return toFailure(error, operation, host);
  };
  const isGarbled = (error: unknown) => toOurs(error).kind === 'malformed' && repeatable.has(operation);
  try {
    return await repeatWhere(isGarbled, () => send({ abortSignal }));
  } catch (error) {
    throw toOurs(error);
  }
}

/** Runs `send` up to three times, as long as it rejects with what `isPassing` takes for passing. */
export async function repeatWhere<Output>(
  isPassing: (error: unknown) => boolean,
  send: () => Promise<Output>,
): Promise<Output> {
  for (let left = tries - 1; left > 0; left -= 1) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
  return send();
}
