import type { SessionRequest } from './session-request.ts';
import type { SsoSession } from './session.ts';
import type { SsoToken, TokenStanding } from './token.ts';

/** With this much left nothing needs doing: the window in which the AWS CLI refreshes (`_REFRESH_WINDOW`), seconds. */
export const freshSeconds = 15 * 60;
/** The SDK inside `cdk` refuses a session's token that has no more than this left and cannot be refreshed (`EXPIRE_WINDOW_MS`), seconds. */
export const sdkWindowSeconds = 5 * 60;

/** Where a token stands against the clock (`now` in milliseconds since the epoch). */
export function tokenStanding(token: SsoToken, session: SsoSession, now: number): TokenStanding {
  const secondsLeft = Math.floor((token.expiresAt.getTime() - now) / 1000);
  return {
    secondsLeft,
    refreshable: isRefreshable(token, session, now),
    usable: secondsLeft > (session.name === undefined ? 0 : sdkWindowSeconds),
    fresh: secondsLeft >= freshSeconds,
  };
}

/** The same for a request: a token that the portal has refused is good for nothing but a refresh. */
export function standingFor(
  { session, refused }: Pick<SessionRequest, 'session' | 'refused'>,
  token: SsoToken,
  now: number,
): TokenStanding {
  const standing = tokenStanding(token, session, now);
  return token.accessToken === refused ? { ...standing, usable: false, fresh: false } : standing;
}

/** A token of a named session with all that a refresh needs; tokens of legacy profiles are never refreshed by any tool. */
function isRefreshable(token: SsoToken, session: SsoSession, now: number): boolean {
  return (
    session.name !== undefined &&
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined &&
    token.registrationExpiresAt !== undefined &&
    token.registrationExpiresAt.getTime() > now
  );
}
