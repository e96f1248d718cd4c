/** What became of a call, in words of ours: each is handled differently. */
export type FailureKind =
  | 'authorization-pending'
  | 'slow-down'
  | 'expired-token'
  | 'access-denied'
  | 'invalid-grant'
  | 'invalid-client'
  | 'invalid-request'
  /** The registration lacks the grant or scope, or was refused as such. */
  | 'unauthorized-client'
  /** 401 of the portal: the token is expired, revoked, or of another region. */
  | 'unauthorized'
  /** 403 of the portal: no such account or role for this person. */
  | 'forbidden'
  | 'not-found'
  | 'throttled'
  | 'server'
  /** An answer that is not what the service sends: HTML of a proxy, half a JSON text, a member that is missing. */
  | 'malformed'
  | 'network'
  /** The certificate of the other side is not trusted here. */
  | 'tls';

/** A call to Identity Center that did not succeed. Its message carries no secret and no text of the answer. */
export class IdentityCenterFailure extends Error {
  readonly kind: FailureKind;
  /** The operation, `CreateToken` for example. */
  readonly operation: string;
  /** Host and port that were asked. */
  readonly host: string;
  /** The service's or system's own code, `ECONNREFUSED` or `InvalidGrantException` for example. */
  readonly code: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(
    kind: FailureKind,
    details: { operation: string; host: string; code: string; status?: number | undefined; cause?: unknown },
  ) {
    super(`${details.operation} at ${details.host} failed: ${details.code}`, { cause: details.cause });
    this.name = 'IdentityCenterFailure';
    this.kind = kind;
    this.operation = details.operation;
    this.host = details.host;
    this.code = details.code;
    this.status = details.status;
  }
}

/** What `RegisterClient` answers. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: Date;
}

/** What `StartDeviceAuthorization` answers (RFC 8628 section 3.2). */
export interface StartedDeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds between two polls. */
  readonly interval: number;
}

/** What `CreateToken` answers. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken?: string;
}

interface ClientIdentity {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The three grants of `CreateToken`. */
export type TokenGrant = ClientIdentity &
  (
    | { readonly grantType: 'refresh_token'; readonly refreshToken: string }
    | { readonly grantType: 'urn:ietf:params:oauth:grant-type:device_code'; readonly deviceCode: string }
    | {
        readonly grantType: 'authorization_code';
        readonly code: string;
        readonly codeVerifier: string;
        readonly redirectUri: string;
      }
  );

export interface RegistrationRequest {
  readonly clientName: string;
  readonly scopes?: readonly string[];
  /** For the authorization code only. */
  readonly authorizationCode?: { readonly redirectUri: string; readonly issuerUrl: string };
}

/** Short-lived keys of a role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

export interface PortalAccount {
  readonly accountId: string;
  readonly accountName?: string;
  readonly emailAddress?: string;
}

export interface PortalRole {
  readonly roleName: string;
  readonly accountId: string;
}

/**
 * Identity Center's calls as this program needs them. Each rejects with an {@link IdentityCenterFailure}; members of an answer are
 * checked one by one, and null counts as absent. Each call is tried three times at most and ends within 40 seconds.
 */
export interface IdentityCenter {
  /** The base of the OIDC endpoint, without a final slash: `/authorize` is opened there in a browser. */
  readonly oidcUrl: string;
  registerClient(request: RegistrationRequest, signal?: AbortSignal): Promise<RegisteredClient>;
  startDeviceAuthorization(
    request: ClientIdentity & { readonly startUrl: string },
    signal?: AbortSignal,
  ): Promise<StartedDeviceAuthorization>;
  createToken(grant: TokenGrant, signal?: AbortSignal): Promise<IssuedToken>;
  getRoleCredentials(
    request: { readonly accessToken: string; readonly accountId: string; readonly roleName: string },
    signal?: AbortSignal,
  ): Promise<RoleCredentials>;
  /** One page. */
  listAccounts(
    request: { readonly accessToken: string; readonly nextToken?: string | undefined },
    signal?: AbortSignal,
  ): Promise<{ readonly accounts: readonly PortalAccount[]; readonly nextToken?: string }>;
  /** One page. */
  listAccountRoles(
    request: { readonly accessToken: string; readonly accountId: string; readonly nextToken?: string | undefined },
    signal?: AbortSignal,
  ): Promise<{ readonly roles: readonly PortalRole[]; readonly nextToken?: string }>;
  logout(request: { readonly accessToken: string }, signal?: AbortSignal): Promise<void>;
  /** Closes the connections. */
  close(): void;
}
