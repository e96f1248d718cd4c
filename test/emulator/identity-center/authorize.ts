import { redirect, type Call, type Reply } from '../http.ts';
import type { InstanceOptions, UserOptions } from '../options.ts';
import { identifier, secret } from '../issued-secrets.ts';
import type { AuthorizationRequest, RegisteredClient, World } from '../state.ts';
import { isKnownIn, isLoopbackCallback } from './clients.ts';
import { messagePage, questionPage } from './pages.ts';

/**
 * `GET /authorize`: the browser's side of the authorization code grant. A wrong client or redirect URI is shown to the person and never
 * redirected (RFC 6749 section 4.1.2.1); any other mistake goes back to the client.
 */
export function showAuthorization(world: World, call: Call): Reply {
  const { query } = call;
  const client = world.clients.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  const isKnown = client !== undefined && isKnownIn(client, call);
  if (!isKnown || client.expiresAt <= world.clock.now()) {
    return messagePage(
      400,
      'Unknown client',
      'This sign-in request comes from a client that is not registered. Start again in your terminal.',
    );
  }
  if (client.instance === undefined || !isRegisteredRedirect(client, redirectUri)) {
    return messagePage(
      400,
      'Wrong redirect',
      'This sign-in request wants to answer to an address that its client has not registered.',
    );
  }
  const problem = authorizationProblem(client, query);
  if (problem !== undefined) return answer(redirectUri, query.get('state') ?? undefined, { error: problem });
  const request = rememberRequest(world, client, client.instance, query);
  return questionPage({
    title: `Allow ${client.clientName} to use your AWS access?`,
    text: 'It will act with your permissions until your session ends. Allow this only if you started it yourself, just now.',
    action: '/authorize',
    hidden: { request: request.id },
    facts: { 'Access portal': client.instance.startUrl, Access: request.scopes.join(', ') },
    users: world.settings.users,
  });
}

/** AWS registers the callback without a port and is asked with one (RFC 8252 section 7.3). */
function isRegisteredRedirect(client: RegisteredClient, uri: string): boolean {
  if (!isLoopbackCallback(uri)) return false;
  const portless = uri.replace(/:\d+\//, '/');
  return client.redirectUris.some((registered) => registered === uri || registered === portless);
}

function authorizationProblem(client: RegisteredClient, query: URLSearchParams): string | undefined {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type';
  if (!client.grantTypes.includes('authorization_code')) return 'unauthorized_client';
  if (query.get('code_challenge_method') !== 'S256') return 'invalid_request';
  if (!/^[\w-]{43}$/.test(query.get('code_challenge') ?? '')) return 'invalid_request';
  if (!requestedScopes(query).every((scope) => client.scopes.includes(scope))) return 'invalid_scope';
  return undefined;
}

/** AWS's parameter is `scopes`, not OAuth's `scope`. */
function requestedScopes(query: URLSearchParams): readonly string[] {
  return (query.get('scopes') ?? '').split(' ').filter((scope) => scope !== '');
}

function rememberRequest(
  world: World,
  client: RegisteredClient,
  instance: InstanceOptions,
  query: URLSearchParams,
): AuthorizationRequest {
  const scopes = requestedScopes(query);
  const request: AuthorizationRequest = {
    id: identifier('authorization', 12),
    client,
    instance,
    redirectUri: query.get('redirect_uri') ?? '',
    state: query.get('state') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? '',
    scopes: scopes.length === 0 ? client.scopes : scopes,
  };
  world.authorizations.set(request.id, request);
  return request;
}

/** `POST /authorize`: the person pressed a button. */
export function decideAuthorization(world: World, call: Call): Reply {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const request = world.authorizations.get(form.get('request') ?? '');
  if (request === undefined || request.code !== undefined) {
    return messagePage(
      400,
      'Request answered',
      'This sign-in request was answered already. Start again in your terminal.',
    );
  }
  const user = world.settings.users.find(({ email }) => email === form.get('user'));
  if (form.get('decision') !== 'allow') {
    world.authorizations.delete(request.id);
    return answer(request.redirectUri, request.state, { error: 'access_denied' });
  }
  if (user === undefined) return messagePage(400, 'Unknown person', 'Nobody of this name can sign in here.');
  return answer(request.redirectUri, request.state, { code: issueCode(world, request, user) });
}

function issueCode(world: World, request: AuthorizationRequest, user: UserOptions): string {
  const expiresAt = world.clock.now() + world.settings.lifetimes.authorizationCode * 1000;
  request.code = { value: secret('authorization-code'), user, expiresAt };
  return request.code.value;
}

function answer(redirectUri: string, state: string | undefined, parameters: Readonly<Record<string, string>>): Reply {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return redirect(url.href);
}
