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

/** What the cache holds for a session. `unreadable` covers torn, foreign and incomplete files: they count as absent, and are named. */
export type TokenOnDisk =
  | { readonly state: 'present'; readonly token: SsoToken; readonly path: string }
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string; readonly reason: string };

/** Where a token stands against the clock (design 2.3). `usable` is true where `cdk` itself would still accept it. */
export interface TokenStanding {
  readonly secondsLeft: number;
  readonly refreshable: boolean;
  /** Whether the SDK inside `cdk` would use it as it is: legacy > 0 s, session > 300 s. */
  readonly usable: boolean;
  /** Whether nothing needs doing: at least 15 minutes left. */
  readonly fresh: boolean;
}
