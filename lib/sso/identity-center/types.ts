/** Failure categories that cdkx handles differently. */
export type FailureKind =
  | 'authorization-pending'
  | 'slow-down'
  | 'expired-token'
  | 'access-denied'
  | 'invalid-grant'
  | 'invalid-client'
  | 'invalid-request'
  /** The registration lacks the grant or scope, or was rejected. */
  | 'unauthorized-client'
  /** 401 of the portal: the token has expired, was revoked, or is for another region. */
  | 'unauthorized'
  /** 403 of the portal: no such account or role for this user. */
  | 'forbidden'
  | 'not-found'
  | 'throttled'
  | 'server'
  /** An invalid response: HTML of a proxy, incomplete JSON, a missing member. */
  | 'malformed'
  | 'network'
  /** The server's certificate isn't trusted on this machine. */
  | 'tls';

/** A failed call to IAM Identity Center. Its message contains no secrets and no text of the response. */
export class IdentityCenterFailure extends Error {
  readonly kind: FailureKind;
  readonly operation: string;
  /** Host and port. */
  readonly host: string;
  /** The code of the service or system, for example `ECONNREFUSED` or `InvalidGrantException`. */
  readonly code: string;

  constructor(
    kind: FailureKind,
    { operation, host, code }: { readonly operation: string; readonly host: string; readonly code: string },
  ) {
    super(`${operation} at ${host} failed: ${code}`);
    this.name = 'IdentityCenterFailure';
    this.kind = kind;
    this.operation = operation;
    this.host = host;
    this.code = code;
  }
}

/** The response of `RegisterClient`. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: Date;
}

/** The response of `StartDeviceAuthorization` (RFC 8628 section 3.2). */
export interface StartedDeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds between two polls. */
  readonly interval: number;
}

/** The response of `CreateToken`. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken?: string | undefined;
}

interface ClientIdentity {
  readonly clientId: string;
  readonly clientSecret: string;
}

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
  readonly scopes?: readonly string[] | undefined;
  /** For the authorization code grant only. */
  readonly authorizationCode?: { readonly redirectUri: string; readonly issuerUrl: string } | undefined;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

export interface PortalAccount {
  readonly accountId: string;
  readonly accountName?: string | undefined;
  readonly emailAddress?: string | undefined;
}

export interface PortalRole {
  readonly roleName: string;
  readonly accountId: string;
}

/** The calls to IAM Identity Center, at most 40 seconds each. They reject with an {@link IdentityCenterFailure}. */
export interface IdentityCenter {
  /** The base URL of the OIDC endpoint, without a final slash; the browser opens `/authorize` there. */
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
  ): Promise<{ readonly accounts: readonly PortalAccount[]; readonly nextToken?: string | undefined }>;
  /** One page. */
  listAccountRoles(
    request: { readonly accessToken: string; readonly accountId: string; readonly nextToken?: string | undefined },
    signal?: AbortSignal,
  ): Promise<{ readonly roles: readonly PortalRole[]; readonly nextToken?: string | undefined }>;
  logout(request: { readonly accessToken: string }, signal?: AbortSignal): Promise<void>;
  close(): void;
}
