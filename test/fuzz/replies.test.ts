import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RequestHandlerLike } from '../../lib/context.ts';
import {
  type IdentityCenter,
  IdentityCenterFailure,
  withIdentityCenter,
} from '../../lib/sso/identity-center/client.ts';
import { failureError } from '../../lib/sso/identity-center/failures.ts';
import { listAssignments } from '../../lib/sso/identity-center/portal.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { recordFigure } from '../helpers/figures.ts';
import { inputs } from '../helpers/scale.ts';
import { createSession } from '../sso/setup.ts';
import { expectRefusal, hostileJson, hostileText, spoiled } from './hostile.ts';

/** What we send, and what a reply may bring: none of it may stand in a failure. */
const secret = {
  refreshToken: 'sent-refresh-token',
  clientSecret: 'sent-client-secret',
  deviceCode: 'sent-device-code',
  codeVerifier: 'sent-code-verifier',
  code: 'sent-code',
  accessToken: 'sent-access-token',
  issued: 'issued-token-of-the-reply',
};
const client = { clientId: 'client', clientSecret: secret.clientSecret };
const portalRole = { accessToken: secret.accessToken, accountId: '111111111111', roleName: 'Developer' };

type Call = (identityCenter: IdentityCenter) => Promise<unknown>;

/** Every call, and whether its result is well formed. */
const calls: readonly (readonly [name: string, call: Call, isWellFormed: (result: never) => boolean])[] = [
  [
    'RegisterClient',
    (to) => to.registerClient({ clientName: 'cdkx' }),
    (client: Client) => isText(client.clientId, client.clientSecret) && !Number.isNaN(client.expiresAt.getTime()),
  ],
  [
    'StartDeviceAuthorization',
    (to) => to.startDeviceAuthorization({ ...client, startUrl: 'https://acme.awsapps.com/start' }),
    (started: Device) =>
      isText(started.deviceCode, started.userCode, started.verificationUri) &&
      started.interval >= 1 &&
      started.interval <= 60 &&
      started.expiresIn > 0,
  ],
  [
    'CreateToken',
    (to) => to.createToken({ grantType: 'refresh_token', ...client, refreshToken: secret.refreshToken }),
    isToken,
  ],
  [
    'CreateToken for a code',
    (to) =>
      to.createToken({
        grantType: 'authorization_code',
        ...client,
        code: secret.code,
        codeVerifier: secret.codeVerifier,
        redirectUri: 'http://127.0.0.1/oauth/callback',
      }),
    isToken,
  ],
  [
    'CreateToken for a device',
    (to) =>
      to.createToken({
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        ...client,
        deviceCode: secret.deviceCode,
      }),
    isToken,
  ],
  [
    'GetRoleCredentials',
    (to) => to.getRoleCredentials(portalRole),
    (keys: Keys) =>
      [keys.accessKeyId, keys.secretAccessKey, keys.sessionToken].every((key) => /^[!-~]+$/.test(key)) &&
      !Number.isNaN(keys.expiresAt.getTime()),
  ],
  [
    'ListAccounts',
    (to) => to.listAccounts(portalRole),
    ({ accounts }: { accounts: { accountId: string }[] }) =>
      accounts.every(({ accountId }) => /^\d{12}$/.test(accountId)),
  ],
  [
    'ListAccountRoles',
    (to) => to.listAccountRoles(portalRole),
    ({ roles }: { roles: { roleName: string }[] }) => roles.every(({ roleName }) => isText(roleName)),
  ],
  ['Logout', (to) => to.logout(portalRole), () => true],
];
interface Client {
  clientId: string;
  clientSecret: string;
  expiresAt: Date;
}
interface Device {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  interval: number;
  expiresIn: number;
}
interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: Date;
}

function isText(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string' && value !== '');
}

function isToken({ accessToken, expiresIn }: { accessToken: string; expiresIn: number }): boolean {
  return isText(accessToken) && expiresIn > 0 && Number.isFinite(expiresIn);
}

const memberNames = [
  'clientId',
  'clientSecret',
  'clientSecretExpiresAt',
  'deviceCode',
  'userCode',
  'verificationUri',
  'verificationUriComplete',
  'expiresIn',
  'interval',
  'accessToken',
  'refreshToken',
  'roleCredentials',
  'accountList',
  'roleList',
  'nextToken',
  '__proto__',
  'constructor',
] as const;
const errorWords = [
  'invalid_grant',
  'AccessDeniedException',
  'expired_token',
  '__proto__',
  'toString',
  'UnauthorizedException',
] as const;
const entry = fc.dictionary(
  fc.constantFrom(
    'accountId',
    'accountName',
    'roleName',
    'accessKeyId',
    'secretAccessKey',
    'sessionToken',
    'expiration',
    '__proto__',
  ),
  hostileJson,
);
const value = fc.oneof(
  hostileJson,
  entry,
  fc.array(fc.oneof(entry, hostileJson), { maxLength: 4 }),
  fc.integer(),
  fc.constant(secret.issued),
);
const members = fc.tuple(
  fc.dictionary(fc.constantFrom(...memberNames), value),
  fc.dictionary(
    fc.constantFrom('error', 'error_description', '__type', 'message', 'code'),
    fc.oneof(fc.constantFrom(...errorWords, secret.issued), hostileJson),
  ),
);
const body = fc.oneof(
  { weight: 6, arbitrary: members.map(([some, errors]) => JSON.stringify({ ...some, ...errors })) },
  { weight: 2, arbitrary: spoiled(`{"accessToken": "${secret.issued}", "expiresIn": 3600, "tokenType": "Bearer"}`) },
  { weight: 1, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'null',
      '[]',
      '0',
      '"x"',
      `<html>${secret.issued}</html>`,
      '{"expiresIn": 1e999}',
      '['.repeat(20_000),
    ),
  },
);
const reply = fc.record({
  // 429 and 5xx are repeated after pauses: test/faults has them.
  statusCode: fc.constantFrom(200, 200, 200, 200, 201, 204, 301, 302, 400, 400, 401, 403, 404, 409, 418),
  contentType: fc.constantFrom('application/json', 'application/json', 'text/html', 'text/plain; charset=utf-16', ''),
  errorType: fc.oneof(fc.constant(undefined), fc.constantFrom(...errorWords), hostileText),
  body,
});

function handlerOf({
  statusCode,
  contentType,
  errorType,
  body: text,
}: {
  statusCode: number;
  contentType: string;
  errorType: string | undefined;
  body: string;
}): RequestHandlerLike {
  const headers = {
    'content-type': contentType,
    location: 'file:///etc/passwd',
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  };
  return { handle: async () => ({ response: { statusCode, headers, body: Readable.from([Buffer.from(text)]) } }) };
}

describe('hostile replies of Identity Center', () => {
  const session = createSession();

  it.each(calls)(
    'give %s a well-formed result or a failure of ours that quotes nothing',
    async (_name, call, isWellFormed) => {
      recordFigure('replies.calls');
      const ask = async (given: Parameters<typeof handlerOf>[0]) => {
        recordFigure('replies.replies');
        const ctx = { requestHandler: async () => handlerOf(given) };
        const asked = withIdentityCenter(ctx, session, {}, call);
        const { result, failure } = await asked.then(
          (each) => ({ result: each, failure: undefined }),
          (each: unknown) => ({ result: undefined, failure: each }),
        );
        expect(failure !== undefined || isWellFormed(result as never)).toBe(true);
        if (failure === undefined) return;
        if (!(failure instanceof IdentityCenterFailure)) throw failure;
        const everything = inspect(failure, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
        expect(Object.values(secret).filter((each) => everything.includes(each))).toEqual([]);
        expectRefusal(failureError(failure, { session }), Object.values(secret));
      };
      await fc.assert(fc.asyncProperty(reply, ask), inputs(60));
    },
  );

  it('never keep a listing for ever: pages without end, the same page again, pages of nothing', async () => {
    const endings = ['new', 'same', 'pair', 'none'] as const;
    const list = async (ending: (typeof endings)[number], size: number, accountName: string) => {
      recordFigure('replies.listings');
      let page = 0;
      const nextToken = () => ({ new: String(page), same: 'same', pair: String(page % 2), none: '' })[ending];
      const accounts = Array.from({ length: size }, (_, index) => ({ accountId: String(index), accountName }));
      const portal = {
        listAccounts: async () => ({ accounts, nextToken: nextToken(), page: (page += 1) }),
        listAccountRoles: async () => ({ roles: [] }),
      };
      const found = await listAssignments({ clock: createFakeClock() }, portal, 'token');
      expect(found.accounts).toHaveLength(size);
      expect(page).toBeLessThanOrEqual(1_000);
    };
    await fc.assert(fc.asyncProperty(fc.constantFrom(...endings), fc.nat(3), hostileText, list), inputs(40));
  });
});
