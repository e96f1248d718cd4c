import type { TokenStatus } from '../cache/token.ts';
import type { SessionRequest } from './types.ts';

export type SessionStep =
  /** Use it: at least 15 minutes left, or enough for this request. */
  | 'use'
  | 'refresh'
  /** Use it, but warn that it expires soon and offer a sign-in. */
  | 'offer-login'
  /** There is no token that `cdk` could use. */
  | 'login';

/** The first step for a token. `status` is `undefined` if there is no token. */
export function firstStep(
  status: TokenStatus | undefined,
  { requirement, endingSoon }: Pick<SessionRequest, 'requirement' | 'endingSoon'>,
): SessionStep {
  if (status === undefined) return 'login';
  if (status.fresh) return 'use';
  if (status.refreshable) return 'refresh';
  if (!status.usable) return 'login';
  return requirement === 'required' && endingSoon !== 'use' ? 'offer-login' : 'use';
}

/** The step after a failed refresh: continue with more than five minutes left; otherwise sign in, if that can help. */
export function stepAfterRefresh(
  status: TokenStatus,
  outcome: 'refused' | 'unavailable',
): 'use-with-warning' | 'login' | 'fail' {
  if (status.usable) return 'use-with-warning';
  return outcome === 'refused' ? 'login' : 'fail';
}

export type LoginPermission =
  | 'ask'
  | 'without-asking'
  | 'forbidden'
  /** cdkx can't prompt, and `login` isn't `auto`. */
  | 'no-terminal'
  | 'ci'
  | 'agent';

/** Whether a sign-in can start, and whether to prompt first. `auto` also applies without a terminal. */
export function loginPermission({
  login,
  unattended,
  reporter,
}: Pick<SessionRequest, 'login' | 'unattended'> & {
  readonly reporter: { readonly interactive: boolean };
}): LoginPermission {
  if (login === 'never') return 'forbidden';
  if (unattended !== undefined) return unattended.by;
  if (login === 'auto') return 'without-asking';
  return reporter.interactive ? 'ask' : 'no-terminal';
}
