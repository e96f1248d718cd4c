import type { SsoSession } from '../session.ts';

/**
 * A token file of `~/.aws/sso/cache`, member names as on disk (AWS CLI v2, botocore `SSOTokenLoader`).
 * Unknown members of the file are kept in `unknown` and written back.
 */
export interface SsoToken {
  readonly startUrl?: string;
  readonly region?: string;
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly registrationExpiresAt?: Date;
  readonly unknown: Readonly<Record<string, unknown>>;
}

/** What the cache holds for a session. `unreadable` covers torn and incomplete files and tokens of another portal: they count as absent, and are named. */
export type TokenOnDisk =
  | { readonly state: 'present'; readonly token: SsoToken; readonly path: string }
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string; readonly reason: string };

/** The status of a token at a point in time. */
export interface TokenStatus {
  readonly secondsLeft: number;
  readonly refreshable: boolean;
  /** Whether the SDK inside `cdk` would use it as it is: legacy > 0 s, session > 300 s. */
  readonly usable: boolean;
  /** Whether nothing needs doing: at least 15 minutes left. */
  readonly fresh: boolean;
}

/** With this much left nothing needs doing: the window in which the AWS CLI refreshes (`_REFRESH_WINDOW`), seconds. */
export const freshSeconds = 15 * 60;
/** The SDK inside `cdk` refuses a session's token that has no more than this left and cannot be refreshed (`EXPIRE_WINDOW_MS`), seconds. */
export const sdkWindowSeconds = 5 * 60;

/** Where a token stands against the clock (`now` in milliseconds since the epoch). */
export function tokenStatus(token: SsoToken, session: SsoSession, now: number): TokenStatus {
  const secondsLeft = Math.floor((token.expiresAt.getTime() - now) / 1000);
  return {
    secondsLeft,
    refreshable: isRefreshable(token, session, now),
    usable: secondsLeft > (session.name === undefined ? 0 : sdkWindowSeconds),
    fresh: secondsLeft >= freshSeconds,
  };
}

/** The same for a request: a token that the portal has refused is good for nothing but a refresh. */
export function tokenStatusFor(
  { session, refused }: { readonly session: SsoSession; readonly refused?: string | undefined },
  token: SsoToken,
  now: number,
): TokenStatus {
  const standing = tokenStatus(token, session, now);
  return token.accessToken === refused ? { ...standing, usable: false, fresh: false } : standing;
}

/**
 * A token of a named session with all that the SDK inside `cdk` needs for a refresh; tokens of legacy profiles are never refreshed by any tool.
 * The SDK ignores when the client registration expires, but with one that has expired every refresh is refused.
 */
function isRefreshable(token: SsoToken, session: SsoSession, now: number): boolean {
  return (
    session.name !== undefined &&
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined &&
    (token.registrationExpiresAt === undefined || token.registrationExpiresAt.getTime() > now)
  );
}
