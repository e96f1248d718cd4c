import { json, type Call, type Reply } from '../http.ts';
import { identifier, secret } from '../issued-secrets.ts';
import type { RegisteredClient, World } from '../state.ts';
import { oidcError } from './errors.ts';
import { findInstance } from './instances.ts';
import { optionalStrings, requestMembers, requiredString } from './members.ts';
import { isOfRegion, regionOf } from './regions.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const GRANT_TYPES: readonly string[] = [DEVICE_GRANT, 'authorization_code', 'refresh_token'];

/** What RegisterClient takes, already checked. */
export interface ClientMetadata {
  readonly clientName: string;
  readonly grantTypes?: readonly string[];
  readonly redirectUris?: readonly string[];
  readonly scopes?: readonly string[];
  readonly issuerUrl?: string;
  readonly region?: string | undefined;
}

/** RegisterClient. */
export function registerClient(world: World, call: Call): Reply {
  const members = requestMembers(call);
  const clientName = requiredString(members, 'clientName');
  if (requiredString(members, 'clientType') !== 'public')
    throw oidcError('invalid_client_metadata', 'clientType must be public');
  const issuerUrl = members['issuerUrl'] === undefined ? {} : { issuerUrl: requiredString(members, 'issuerUrl') };
  const lists = listMembers(members);
  const instance = findInstance(world, issuerUrl.issuerUrl ?? '');
  if (instance !== undefined && !isOfRegion(instance, call)) throw oidcError('invalid_request', 'Unknown issuerUrl');
  const client = addClient(world, { clientName, ...lists, ...issuerUrl, region: regionOf(call) });
  return json(200, {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    clientIdIssuedAt: Math.floor(world.clock.now() / 1000),
    clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
    authorizationEndpoint: null,
    tokenEndpoint: null,
  });
}

function listMembers(
  members: Readonly<Record<string, unknown>>,
): Pick<ClientMetadata, 'grantTypes' | 'redirectUris' | 'scopes'> {
  const grantTypes = optionalStrings(members, 'grantTypes');
  const redirectUris = optionalStrings(members, 'redirectUris');
  const scopes = optionalStrings(members, 'scopes');
  return { ...(grantTypes && { grantTypes }), ...(redirectUris && { redirectUris }), ...(scopes && { scopes }) };
}

/** Registers a client after the checks AWS makes on its metadata. */
export function addClient(world: World, metadata: ClientMetadata): RegisteredClient {
  const { grantTypes = [DEVICE_GRANT, 'refresh_token'], redirectUris = [], scopes = [], issuerUrl } = metadata;
  if (!grantTypes.every((grant) => GRANT_TYPES.includes(grant))) throw oidcError('unsupported_grant_type');
  if (!scopes.every((scope) => /^\w+(:\w+)+$/.test(scope))) throw oidcError('invalid_scope');
  if (!redirectUris.every(isLoopbackCallback)) throw oidcError('invalid_redirect_uri');
  const instance = issuerUrl === undefined ? undefined : findInstance(world, issuerUrl);
  if (issuerUrl !== undefined && instance === undefined) throw oidcError('invalid_request', 'Unknown issuerUrl');
  if (grantTypes.includes('authorization_code')) {
    if (redirectUris.length === 0) throw oidcError('invalid_redirect_uri', 'authorization_code needs redirectUris');
    if (instance === undefined) throw oidcError('invalid_request', 'authorization_code needs issuerUrl');
  }
  const client: RegisteredClient = {
    clientId: identifier('client', 12),
    clientSecret: secret('client-secret'),
    clientName: metadata.clientName,
    region: metadata.region,
    grantTypes,
    redirectUris,
    scopes,
    ...(instance && { instance }),
    expiresAt: world.clock.now() + world.settings.lifetimes.clientRegistration * 1000,
  };
  world.clients.set(client.clientId, client);
  return client;
}

/** AWS takes only loopback callbacks on this path (aws/aws-cli#9148); the port is free (RFC 8252 section 7.3). */
export function isLoopbackCallback(uri: string): boolean {
  return /^http:\/\/127\.0\.0\.1(:\d{1,5})?\/oauth\/callback$/.test(uri);
}

/** The client that `clientId` and `clientSecret` prove; an expired or unproven one, or one that this region does not know, is refused with 401. */
export function authenticateClient(
  world: World,
  call: Call,
  members: Readonly<Record<string, unknown>>,
): RegisteredClient {
  const clientId = requiredString(members, 'clientId');
  const clientSecret = requiredString(members, 'clientSecret');
  const client = world.clients.get(clientId);
  if (client?.clientSecret !== clientSecret || !isKnownIn(client, call)) throw oidcError('invalid_client');
  if (client.expiresAt <= world.clock.now()) throw oidcError('invalid_client', 'The client registration has expired');
  return client;
}

/** Whether the region that is asked knows the client: registrations are regional. */
export function isKnownIn({ region }: RegisteredClient, call: Call): boolean {
  return region === undefined || (regionOf(call) ?? region) === region;
}
