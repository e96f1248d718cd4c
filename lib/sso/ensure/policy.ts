import type { TokenStatus } from '../cache/token.ts';
import type { Unattended } from '../../system/environment.ts';
import type { SessionRequest } from './types.ts';

/** What to do about a session before `cdk` may use it. */
export type SessionStep =
  /** Nothing: at least 15 minutes left, or enough for who needs no more. */
  | 'use'
  /** Renew it without asking. */
  | 'refresh'
  /** Go on with it, but say that it ends soon and offer a new login. */
  | 'offer-login'
  /** Nothing there that `cdk` could use. */
  | 'login';

/** What to do about a token, before anything was tried. `standing` is `undefined` where there is no token to read. */
export function firstStep(
  standing: TokenStatus | undefined,
  { requirement, endingSoon }: Pick<SessionRequest, 'requirement' | 'endingSoon'>,
): SessionStep {
  if (standing === undefined) return 'login';
  if (standing.fresh) return 'use';
  if (standing.refreshable) return 'refresh';
  if (!standing.usable) return 'login';
  return requirement === 'required' && endingSoon !== 'use' ? 'offer-login' : 'use';
}

/** What to do when the refresh did not succeed: with more than five minutes left go on; else log in, if that can help. */
export function stepAfterRefresh(
  standing: TokenStatus,
  outcome: 'refused' | 'unavailable',
): 'use-with-warning' | 'login' | 'fail' {
  if (standing.usable) return 'use-with-warning';
  return outcome === 'refused' ? 'login' : 'fail';
}

/** How a person may be brought to log in here. */
export type LoginPermission =
  | 'ask'
  | 'without-asking'
  /** `login` is `never`. */
  | 'forbidden'
  /** Nobody can be asked, and nobody consented. */
  | 'no-terminal'
  /** In CI nobody signs in, whatever is set. */
  | 'ci'
  /** Nor does an AI agent: a sign-in is a person's decision. */
  | 'agent';

/**
 * Whether a login may begin, and whether it asks first. On a terminal it asks, unless `auto` consented; `auto` is consent enough
 * without a terminal too (task runners take it away), except in CI and under an AI agent.
 */
export function loginPermission(where: {
  readonly login: 'prompt' | 'auto' | 'never';
  readonly interactive: boolean;
  readonly unattended: Unattended | undefined;
}): LoginPermission {
  if (where.login === 'never') return 'forbidden';
  if (where.unattended !== undefined) return where.unattended.by;
  if (where.login === 'auto') return 'without-asking';
  return where.interactive ? 'ask' : 'no-terminal';
}
