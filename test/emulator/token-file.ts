import { addClient, DEVICE_GRANT } from './identity-center/clients.ts';
import { findInstance } from './identity-center/instances.ts';
import { issueAccessToken, issueRefreshToken, startSignIn } from './identity-center/sessions.ts';
import type { World } from './state.ts';

/** A token file of `~/.aws/sso/cache`, as the AWS CLI v2 writes it. */
export interface TokenFile {
  readonly startUrl: string;
  readonly region: string;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly registrationExpiresAt?: string;
  readonly refreshToken?: string;
}

/** Which token to issue. */
export interface TokenRequest {
  /** The instance; the first one by default. */
  readonly startUrl?: string;
  /** E-mail of the person; the first one by default. */
  readonly user?: string;
  /** Seconds until the access token expires, at the stand-in too; negative for one that has expired. The settings' lifetime by default. */
  readonly expiresIn?: number;
  /** Whether a refresh token comes with it; true by default. */
  readonly refreshable?: boolean;
  /** A legacy token: of a client without scopes, never refreshable. */
  readonly legacy?: boolean;
  /** Seconds until the client registration expires; negative for one that has. */
  readonly registrationExpiresIn?: number;
}

/** Signs a person in and returns the token file a login would have left. */
export function issueTokenFile(world: World, request: TokenRequest): TokenFile {
  const { settings, clock } = world;
  const instance = request.startUrl === undefined ? settings.instances[0] : findInstance(world, request.startUrl);
  const user = settings.users.find(({ email }) => request.user === undefined || email === request.user);
  if (instance === undefined || user === undefined)
    throw new Error(`No such instance or user: ${JSON.stringify(request)}`);
  const scopes = request.legacy === true ? [] : ['sso:account:access'];
  const grantTypes = [DEVICE_GRANT, 'refresh_token'];
  const client = addClient(world, { clientName: 'stand-in', grantTypes, scopes, region: instance.region });
  if (request.registrationExpiresIn !== undefined)
    client.expiresAt = clock.now() + request.registrationExpiresIn * 1000;
  const signIn = startSignIn(world, instance, user);
  const access = issueAccessToken(world, signIn, client.clientId, scopes);
  if (request.expiresIn !== undefined) access.expiresAt = clock.now() + request.expiresIn * 1000;
  const canRefresh = (request.refreshable ?? true) && request.legacy !== true;
  return {
    startUrl: request.startUrl ?? instance.startUrl,
    region: instance.region,
    accessToken: access.value,
    expiresAt: isoSeconds(access.expiresAt),
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    registrationExpiresAt: isoSeconds(client.expiresAt),
    ...(canRefresh && { refreshToken: issueRefreshToken(world, signIn, client.clientId, scopes).value }),
  };
}

/** The AWS CLI's form of a time: UTC, whole seconds. */
function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
