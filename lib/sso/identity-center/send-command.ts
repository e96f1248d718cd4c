import { deadline } from '../../deadline.ts';
import type { IdentityCenterFailure } from './types.ts';
import { toFailure } from './failures.ts';

/** Time limit for one call with its retries, milliseconds. Also for slow responses. */
const callDeadlineMs = 40_000;
/** Maximum number of attempts if the response can't be parsed. */
const tries = 3;
/**
 * Idempotent calls. After an invalid response, others may have succeeded, and a code or a refresh token may be used up.
 */
const repeatable: ReadonlySet<string> = new Set([
  'RegisterClient',
  'StartDeviceAuthorization',
  'GetRoleCredentials',
  'ListAccounts',
  'ListAccountRoles',
  'Logout',
]);

/** Runs one call of the SDK with a deadline. Rejects with an IdentityCenterFailure, or with the signal's reason. */
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

/** Runs `send` up to three times if it rejects with a temporary error (`isPassing`). */
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
