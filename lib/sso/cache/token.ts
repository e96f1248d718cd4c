import type { SsoSession } from '../session.ts';

/** A token file of `~/.aws/sso/cache` (botocore `SSOTokenLoader`). Unknown members are written back. */
export interface SsoToken {
  readonly startUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly registrationExpiresAt?: Date | undefined;
  readonly unknown: Readonly<Record<string, unknown>>;
}

/** The cache entry of a session. `unreadable` covers incomplete files and tokens of another portal, which count as absent. */
export type TokenOnDisk =
  | { readonly state: 'present'; readonly token: SsoToken; readonly path: string }
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string; readonly reason: string };

/** The status of a token at a given time. `usable` means that `cdk` would still accept it. */
export interface TokenStatus {
  readonly secondsLeft: number;
  readonly refreshable: boolean;
  /** Whether the SDK inside `cdk` would use it: legacy > 0 s, session > 300 s. */
  readonly usable: boolean;
  /** Whether at least 15 minutes are left, so that there is nothing to do. */
  readonly fresh: boolean;
}

/** With less time left, the AWS CLI refreshes the token (`_REFRESH_WINDOW`), seconds. */
export const freshSeconds = 15 * 60;
/** With less time left, the SDK inside `cdk` rejects a session's token that can't be refreshed (`EXPIRE_WINDOW_MS`), seconds. */
export const sdkWindowSeconds = 5 * 60;

/** Returns the status of a token (`now` in milliseconds since the epoch). */
export function tokenStatus(token: SsoToken, session: SsoSession, now: number): TokenStatus {
  const secondsLeft = Math.floor((token.expiresAt.getTime() - now) / 1000);
  return {
    secondsLeft,
    refreshable: isRefreshable(token, session, now),
    usable: secondsLeft > (session.name === undefined ? 0 : sdkWindowSeconds),
    fresh: secondsLeft >= freshSeconds,
  };
}

/** The same for a request: a token that the portal rejected can only be refreshed. */
export function tokenStatusFor(
  { session, refused }: { readonly session: SsoSession; readonly refused?: string | undefined },
  token: SsoToken,
  now: number,
): TokenStatus {
  const status = tokenStatus(token, session, now);
  return token.accessToken === refused ? { ...status, usable: false, fresh: false } : status;
}

/** Whether the SDK inside `cdk` could refresh it: never legacy tokens, nor with an expired registration. */
function isRefreshable(token: SsoToken, session: SsoSession, now: number): boolean {
  return (
    session.name !== undefined &&
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined &&
    (token.registrationExpiresAt === undefined || token.registrationExpiresAt.getTime() > now)
  );
}
