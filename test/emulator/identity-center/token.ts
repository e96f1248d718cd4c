import { createHash } from 'node:crypto';
import { json, type Call, type Reply } from '../http.ts';
import { remember } from '../issued-secrets.ts';
import type { RegisteredClient, SignIn, World } from '../state.ts';
import { authenticateClient, DEVICE_GRANT, GRANT_TYPES } from './clients.ts';
import { pollsTooOften } from './device.ts';
import { oidcError } from './errors.ts';
import { requestMembers, requiredString } from './members.ts';
import { isSignedIn, issueAccessToken, issueRefreshToken, startSignIn } from './sessions.ts';

type Members = Readonly<Record<string, unknown>>;

/** CreateToken: the three grants, each only for clients registered with it. */
export function createToken(world: World, call: Call): Reply {
  const members = requestMembers(call);
  const grantType = requiredString(members, 'grantType');
  const client = authenticateClient(world, call, members);
  if (!GRANT_TYPES.includes(grantType)) throw oidcError('unsupported_grant_type');
  if (!client.grantTypes.includes(grantType)) throw oidcError('unauthorized_client');
  switch (grantType) {
    case DEVICE_GRANT:
      return redeemDeviceCode(world, client, members);
    case 'authorization_code':
      return redeemAuthorizationCode(world, client, members);
    default:
      return redeemRefreshToken(world, client, members);
  }
}

function redeemDeviceCode(world: World, client: RegisteredClient, members: Members): Reply {
  const device = world.devices.get(requiredString(members, 'deviceCode'));
  if (device === undefined || device.clientId !== client.clientId) throw oidcError('invalid_grant');
  if (device.decision.kind === 'spent') throw oidcError('invalid_grant', 'The device code was used already');
  if (device.expiresAt <= world.clock.now()) throw oidcError('expired_token');
  if (pollsTooOften(world, device)) throw oidcError('slow_down');
  if (device.decision.kind === 'pending') throw oidcError('authorization_pending');
  if (device.decision.kind !== 'allowed') throw oidcError('access_denied');
  const signIn = startSignIn(world, device.instance, device.decision.user);
  device.decision = { kind: 'spent' };
  return tokens(world, client, signIn, client.scopes);
}

function redeemAuthorizationCode(world: World, client: RegisteredClient, members: Members): Reply {
  const code = requiredString(members, 'code');
  const redirectUri = requiredString(members, 'redirectUri');
  const codeVerifier = remember('code-verifier', requiredString(members, 'codeVerifier'));
  // RFC 7636 section 4.1: 43 to 128 unreserved characters.
  if (!/^[\w.~-]{43,128}$/.test(codeVerifier)) throw oidcError('invalid_request', 'codeVerifier has a wrong form');
  const request = [...world.authorizations.values()].find((candidate) => candidate.code?.value === code);
  if (request?.code === undefined || request.client !== client) throw oidcError('invalid_grant');
  if (request.code.signIn !== undefined) {
    // RFC 6749 section 4.1.2: a code that comes a second time was stolen, so what it gave is withdrawn. (Whether AWS does so is not known.)
    request.code.signIn.ended = true;
    throw oidcError('invalid_grant', 'The authorization code was used already');
  }
  if (request.code.expiresAt <= world.clock.now())
    throw oidcError('invalid_grant', 'The authorization code has expired');
  if (request.redirectUri !== redirectUri)
    throw oidcError('invalid_grant', 'redirectUri differs from the one authorized');
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  if (challenge !== request.codeChallenge) throw oidcError('invalid_grant', 'codeVerifier does not fit the challenge');
  request.code.signIn = startSignIn(world, request.instance, request.code.user);
  return tokens(world, client, request.code.signIn, request.scopes);
}

function redeemRefreshToken(world: World, client: RegisteredClient, members: Members): Reply {
  const token = world.refreshTokens.get(requiredString(members, 'refreshToken'));
  if (token === undefined || token.clientId !== client.clientId || token.spent) throw oidcError('invalid_grant');
  if (!isSignedIn(world, token.signIn)) throw oidcError('invalid_grant', 'The sign-in session has ended');
  const mode = world.settings.refreshTokens;
  if (mode === 'rotate') {
    token.spent = true;
    return tokens(world, client, token.signIn, token.scopes);
  }
  return tokens(world, client, token.signIn, token.scopes, mode === 'keep' ? token.value : null);
}

/** The answer of CreateToken. Clients without scopes get no refresh token. Members that hold nothing are null, as AWS sends them. */
function tokens(
  world: World,
  client: RegisteredClient,
  signIn: SignIn,
  scopes: readonly string[],
  sameRefreshToken?: string | null,
): Reply {
  const access = issueAccessToken(world, signIn, client.clientId, scopes);
  const canRefresh = scopes.length > 0 && client.grantTypes.includes('refresh_token');
  const fresh =
    canRefresh && sameRefreshToken === undefined
      ? issueRefreshToken(world, signIn, client.clientId, scopes).value
      : null;
  return json(200, {
    accessToken: access.value,
    tokenType: 'Bearer',
    expiresIn: Math.round((access.expiresAt - world.clock.now()) / 1000),
    refreshToken: sameRefreshToken ?? fresh,
    idToken: null,
    aws_sso_app_session_id: null,
    issuedTokenType: null,
    originSessionId: null,
  });
}
