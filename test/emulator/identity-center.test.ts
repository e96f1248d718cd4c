import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
  type CreateTokenCommandInput,
  type CreateTokenCommandOutput,
  type RegisterClientCommandInput,
} from '@aws-sdk/client-sso-oidc';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromSSO } from '@aws-sdk/credential-provider-sso';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const START_URL = 'https://acme.awsapps.com/start';
const CALLBACK = 'http://127.0.0.1:45678/oauth/callback';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const PKCE_CLIENT: RegisterClientCommandInput = {
  clientName: 'test',
  clientType: 'public',
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['http://127.0.0.1/oauth/callback'],
  issuerUrl: START_URL,
  scopes: ['sso:account:access'],
};
const DEVICE_CLIENT: RegisterClientCommandInput = {
  clientName: 'test',
  clientType: 'public',
  scopes: ['sso:account:access'],
};

let emulator: Emulator;
let oidc: SSOOIDCClient;
let portal: SSOClient;

beforeAll(async () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  emulator = await startEmulator({ refreshTokens: 'rotate' });
  const client = { endpoint: emulator.url, region: 'eu-west-1', maxAttempts: 1 };
  oidc = new SSOOIDCClient(client);
  portal = new SSOClient(client);
});

afterEach(() => emulator.faults.clear());

afterAll(async () => {
  oidc.destroy();
  portal.destroy();
  await emulator.close();
});

async function register(input: RegisterClientCommandInput): Promise<{ clientId: string; clientSecret: string }> {
  const { clientId = '', clientSecret = '' } = await oidc.send(new RegisterClientCommand(input));
  return { clientId, clientSecret };
}

function createToken(input: CreateTokenCommandInput): Promise<CreateTokenCommandOutput> {
  return oidc.send(new CreateTokenCommand(input));
}

/** Name, HTTP status and OAuth word of a refusal. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown as { name: string; error?: string; $metadata?: { httpStatusCode?: number } },
  );
  return [error?.name, error?.$metadata?.httpStatusCode, error?.error].filter((part) => part !== undefined).join(' ');
}

function authorizeUrl(clientId: string, verifier: string, changes: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    state: 'the-state',
    code_challenge_method: 'S256',
    scopes: 'sso:account:access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...changes,
  });
  return `${emulator.url}/authorize?${query.toString()}`;
}

/** Opens the page and presses a button; returns the parameters that reach the callback. */
async function playPerson(url: string, decision: 'allow' | 'deny'): Promise<URLSearchParams> {
  const page = await (await fetch(url)).text();
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ request, decision, user: 'ada@acme.example' });
  const answer = await fetch(`${emulator.url}/authorize`, { method: 'POST', body, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? 'http://nowhere/').searchParams;
}

async function authorized(): Promise<CreateTokenCommandInput> {
  const client = await register(PKCE_CLIENT);
  const codeVerifier = randomBytes(32).toString('base64url');
  const answer = await playPerson(authorizeUrl(client.clientId, codeVerifier), 'allow');
  return {
    ...client,
    grantType: 'authorization_code',
    code: answer.get('code') ?? '',
    redirectUri: CALLBACK,
    codeVerifier,
  };
}

describe('RegisterClient', () => {
  it.each<[string, Partial<RegisterClientCommandInput>, string]>([
    [
      'another client type',
      { clientType: 'confidential' },
      'InvalidClientMetadataException 400 invalid_client_metadata',
    ],
    ['an unknown grant', { grantTypes: ['password'] }, 'UnsupportedGrantTypeException 400 unsupported_grant_type'],
    ['a malformed scope', { scopes: ['everything'] }, 'InvalidScopeException 400 invalid_scope'],
    [
      'localhost',
      { redirectUris: ['http://localhost/oauth/callback'] },
      'InvalidRedirectUriException 400 invalid_redirect_uri',
    ],
    [
      'another path',
      { redirectUris: ['http://127.0.0.1/callback'] },
      'InvalidRedirectUriException 400 invalid_redirect_uri',
    ],
    ['a code grant without redirect', { redirectUris: [] }, 'InvalidRedirectUriException 400 invalid_redirect_uri'],
    [
      'an unknown issuer',
      { issuerUrl: 'https://other.awsapps.com/start' },
      'InvalidRequestException 400 invalid_request',
    ],
  ])('refuses %s', async (_, change, expected) => {
    expect(await refusal(register({ ...PKCE_CLIENT, ...change }))).toBe(expected);
  });
});

describe('the authorization code grant', () => {
  it('gives tokens for a code that the person allowed, once', async () => {
    const input = await authorized();
    const tokens = await createToken(input);
    expect(tokens).toMatchObject({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 3600,
    });
    expect(await refusal(portal.send(new ListAccountsCommand({ accessToken: tokens.accessToken })))).toBe('');
    expect(await refusal(createToken(input))).toBe('InvalidGrantException 400 invalid_grant');
    // Who comes a second time may be a thief.
    expect(await refusal(portal.send(new ListAccountsCommand({ accessToken: tokens.accessToken })))).toBe(
      'UnauthorizedException 401',
    );
  });

  it.each<[string, Partial<CreateTokenCommandInput>, string]>([
    ['no codeVerifier', { codeVerifier: undefined }, 'InvalidRequestException 400 invalid_request'],
    ['another codeVerifier', { codeVerifier: 'x'.repeat(43) }, 'InvalidGrantException 400 invalid_grant'],
    [
      'another port in redirectUri',
      { redirectUri: 'http://127.0.0.1:1/oauth/callback' },
      'InvalidGrantException 400 invalid_grant',
    ],
    ['an unknown code', { code: 'nonsense' }, 'InvalidGrantException 400 invalid_grant'],
    ['an unknown client', { clientId: 'nobody' }, 'InvalidClientException 401 invalid_client'],
    ['a wrong client secret', { clientSecret: 'guess' }, 'InvalidClientException 401 invalid_client'],
    ['an unknown grant type', { grantType: 'password' }, 'UnsupportedGrantTypeException 400 unsupported_grant_type'],
    ['a grant the client lacks', { grantType: DEVICE_GRANT }, 'UnauthorizedClientException 400 unauthorized_client'],
  ])('refuses %s', async (_, change, expected) => {
    expect(await refusal(createToken({ ...(await authorized()), ...change }))).toBe(expected);
  });

  it('tells the client when the person denies', async () => {
    const { clientId } = await register(PKCE_CLIENT);
    const answer = await playPerson(authorizeUrl(clientId, 'v'.repeat(43)), 'deny');
    expect(Object.fromEntries(answer)).toEqual({ error: 'access_denied', state: 'the-state' });
  });

  it('never redirects to an address that is not registered', async () => {
    const { clientId } = await register(PKCE_CLIENT);
    const url = authorizeUrl(clientId, 'v', { redirect_uri: 'http://127.0.0.1.evil.example/oauth/callback' });
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
  });

  it('sends a challenge that is not S256 back as an error', async () => {
    const { clientId } = await register(PKCE_CLIENT);
    const answer = await fetch(authorizeUrl(clientId, 'v', { code_challenge_method: 'plain' }), { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`${CALLBACK}?error=invalid_request&state=the-state`);
  });
});

describe('the device grant', () => {
  it('is pending until the person allows it on the page, then gives tokens once', async () => {
    const client = await register(DEVICE_CLIENT);
    const device = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl: `${START_URL}/#/` }));
    const input = { ...client, grantType: DEVICE_GRANT, deviceCode: device.deviceCode ?? '' };
    expect(await refusal(createToken(input))).toBe('AuthorizationPendingException 400 authorization_pending');
    expect(device).toMatchObject({
      interval: 5,
      verificationUri: `${START_URL}/#/device`,
      verificationUriComplete: `${START_URL}/#/device?user_code=${device.userCode}`,
    });
    const [, page = ''] = device.verificationUriComplete?.split('#') ?? [];
    expect(await (await fetch(emulator.url + page)).text()).toContain(device.userCode);
    const body = new URLSearchParams({ user_code: device.userCode ?? '', decision: 'allow', user: 'ada@acme.example' });
    await fetch(`${emulator.url}/device`, { method: 'POST', body });
    expect(await createToken(input)).toMatchObject({ refreshToken: expect.any(String) });
    expect(await refusal(createToken(input))).toBe('InvalidGrantException 400 invalid_grant');
  });

  it('keeps a device to its interval, which each slow_down makes five seconds longer', async () => {
    const client = await register(DEVICE_CLIENT);
    const { deviceCode = '' } = await oidc.send(
      new StartDeviceAuthorizationCommand({ ...client, startUrl: START_URL }),
    );
    const poll = async (secondsLater: number) => {
      emulator.advance({ seconds: secondsLater });
      return (await refusal(createToken({ ...client, grantType: DEVICE_GRANT, deviceCode }))).split(' ')[2];
    };
    const answers = [];
    for (const seconds of [0, 0, 5, 4.5, 9.5, 14.5, 20, 20]) answers.push(await poll(seconds));
    const [pending, slower] = ['authorization_pending', 'slow_down'];
    expect(answers).toEqual([pending, pending, pending, slower, slower, slower, pending, pending]);
  });

  it('says access_denied and expired_token when it should', async () => {
    const client = await register(DEVICE_CLIENT);
    const start = async (): Promise<CreateTokenCommandInput & { userCode: string }> => {
      const device = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl: START_URL }));
      return {
        ...client,
        grantType: DEVICE_GRANT,
        deviceCode: device.deviceCode ?? '',
        userCode: device.userCode ?? '',
      };
    };
    const denied = await start();
    emulator.answerDevice({ userCode: denied.userCode, decision: 'deny' });
    expect(await refusal(createToken(denied))).toBe('AccessDeniedException 400 access_denied');
    const late = await start();
    emulator.expire({ what: 'device-codes' });
    expect(await refusal(createToken(late))).toBe('ExpiredTokenException 400 expired_token');
  });

  it('refuses a start URL it does not know', async () => {
    const client = await register(DEVICE_CLIENT);
    const call = oidc.send(
      new StartDeviceAuthorizationCommand({ ...client, startUrl: 'https://other.awsapps.com/start' }),
    );
    expect(await refusal(call)).toBe('InvalidRequestException 400 invalid_request');
  });
});

describe('the refresh grant', () => {
  const refresh = (token: ReturnType<Emulator['issueToken']>): CreateTokenCommandInput => ({
    clientId: token.clientId ?? '',
    clientSecret: token.clientSecret ?? '',
    refreshToken: token.refreshToken ?? '',
    grantType: 'refresh_token',
  });

  it('replaces the refresh token, which works once', async () => {
    const input = refresh(emulator.issueToken());
    const { refreshToken = '' } = await createToken(input);
    expect(await refusal(createToken(input))).toBe('InvalidGrantException 400 invalid_grant');
    expect(await createToken({ ...input, refreshToken })).toMatchObject({ accessToken: expect.any(String) });
  });

  it('is refused when the sign-in session has ended or the registration has expired', async () => {
    const ended = emulator.issueToken();
    emulator.revoke({ accessToken: ended.accessToken });
    expect(await refusal(createToken(refresh(ended)))).toBe('InvalidGrantException 400 invalid_grant');
    const expired = emulator.issueToken({ registrationExpiresIn: -1 });
    expect(await refusal(createToken(refresh(expired)))).toBe('InvalidClientException 401 invalid_client');
  });
});

describe('the portal', () => {
  it('lists accounts and roles page by page', async () => {
    const { accessToken } = emulator.issueToken();
    const first = await portal.send(new ListAccountsCommand({ accessToken }));
    const second = await portal.send(new ListAccountsCommand({ accessToken, nextToken: first.nextToken }));
    expect([first, second].flatMap(({ accountList = [] }) => accountList.map(({ accountId }) => accountId))).toEqual([
      '111111111111',
      '222222222222',
    ]);
    expect(second.nextToken).toBeFalsy();
    const accountId = '111111111111';
    const one = await portal.send(new ListAccountRolesCommand({ accessToken, accountId }));
    const other = await portal.send(new ListAccountRolesCommand({ accessToken, accountId, nextToken: one.nextToken }));
    expect([one, other].flatMap(({ roleList = [] }) => roleList.map(({ roleName }) => roleName))).toEqual([
      'Developer',
      'ReadOnly',
    ]);
  });

  it('refuses roles that are not assigned, and tokens that are dead', async () => {
    const { accessToken } = emulator.issueToken();
    const credentials = (roleName: string): Promise<unknown> =>
      portal.send(new GetRoleCredentialsCommand({ accessToken, accountId: '111111111111', roleName }));
    expect(await refusal(credentials('Deployer'))).toBe('ForbiddenException 403');
    await portal.send(new LogoutCommand({ accessToken }));
    expect(await refusal(credentials('Developer'))).toBe('UnauthorizedException 401');
  });

  it('gives fewer entries than it is asked for, and takes no account ID that is none', async () => {
    const { accessToken } = emulator.issueToken();
    const page = await portal.send(new ListAccountsCommand({ accessToken, maxResults: 100 }));
    expect(page).toMatchObject({ accountList: [{ accountId: '111111111111' }], nextToken: expect.any(String) });
    const roles = (accountId: string) => portal.send(new ListAccountRolesCommand({ accessToken, accountId }));
    expect(await refusal(roles('11111111111'))).toBe('InvalidRequestException 400');
    await expect(startEmulator({ accounts: [{ id: '1', roles: [] }] })).rejects.toThrow('No account IDs: 1');
  });

  it('throttles on demand', async () => {
    const { accessToken } = emulator.issueToken();
    emulator.faults.add({ operation: 'ListAccounts', kind: 'throttle', perSecond: 2 });
    const asked = await Promise.all(
      [1, 2, 3].map(() => refusal(portal.send(new ListAccountsCommand({ accessToken })))),
    );
    expect(asked.toSorted()).toEqual(['', '', 'TooManyRequestsException 429']);
  });

  it.each([
    [429, 'TooManyRequestsException 429'],
    [500, 'InternalServerException 500'],
  ])('fails with HTTP %d as long as the fault is on', async (status, expected) => {
    const { accessToken } = emulator.issueToken();
    emulator.faults.add({ operation: 'ListAccounts', kind: 'error', status });
    expect(await refusal(portal.send(new ListAccountsCommand({ accessToken })))).toBe(expected);
    expect(await portal.send(new ListAccountsCommand({ accessToken }))).toMatchObject({
      accountList: expect.anything(),
    });
  });

  it.each(['reset', 'lost', 'truncated', 'proxy-html'] as const)('can break an answer: %s', async (kind) => {
    const { accessToken } = emulator.issueToken();
    emulator.faults.add({ operation: 'sso:*', kind });
    expect(await refusal(portal.send(new ListAccountsCommand({ accessToken })))).not.toBe('');
    expect(emulator.log.at(-1)).toMatchObject({ operation: 'ListAccounts', fault: kind });
  });
});

describe('role credentials', () => {
  it('come through fromSSO, belong to the account, and end when they say', async () => {
    const token = emulator.issueToken({ expiresIn: -60 });
    const home = createHome(tempFolder(), {
      config: [
        '[profile dev]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Developer',
        `[sso-session acme]\nsso_start_url = ${START_URL}\nsso_region = eu-west-1\n`,
      ].join('\n'),
      tokens: { acme: token },
    });
    writeFileSync(join(home, '.aws/credentials'), '');
    const before = { ...process.env };
    Object.assign(process.env, { HOME: home, ...emulator.env() });
    const credentials = await fromSSO({ profile: 'dev' })().finally(() => {
      process.env = before;
    });
    expect(emulator.log.slice(-2).map(({ operation, grant }) => [operation, grant])).toEqual([
      ['CreateToken', 'refresh_token'],
      ['GetRoleCredentials', undefined],
    ]);
    const client = { endpoint: emulator.url, region: 'eu-west-1', maxAttempts: 1 };
    const sts = new STSClient({ ...client, credentials });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111111111111' });
    const forged = new STSClient({ ...client, credentials: { ...credentials, secretAccessKey: 'guess' } });
    expect(await refusal(forged.send(new GetCallerIdentityCommand({})))).toBe('SignatureDoesNotMatch 403');
    const tokenless = new STSClient({ ...client, credentials: { ...credentials, sessionToken: 'other' } });
    expect(await refusal(tokenless.send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId 403');
    emulator.advance({ seconds: 3601 });
    expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toBe('ExpiredToken 403');
  });
});
