import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { buildSharedConfig } from '../../lib/aws-config/shared-config.ts';
import type { RequestHandlerLike } from '../../lib/context.ts';
import { callerAccount, environmentAccount } from '../../lib/credentials/caller-account.ts';
import { assumeRoleWith } from '../../lib/credentials/sts.ts';
import { UserError } from '../../lib/messages/errors.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import {
  type IdentityCenter,
  IdentityCenterFailure,
  withIdentityCenter,
} from '../../lib/sso/identity-center/client.ts';
import { failureError } from '../../lib/sso/identity-center/failures.ts';
import { checkPortal } from '../../lib/sso/identity-center/portal.ts';
import '../../lib/sso/identity-center/sdk.ts';
import { discoverRegion, resolveStartUrl } from '../../lib/sso/portal-address.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { sharedFile } from '../aws-config/shared-config-text.ts';
import { createTestContext } from '../helpers/context.ts';
import { recordFigure } from '../helpers/figures.ts';
import { until } from '../helpers/until.ts';
import { createSession } from '../sso/setup.ts';
import { nextLines } from '../helpers/message.ts';

/** What stands in for the network: it fails so often, and then answers well. */
interface Network extends RequestHandlerLike {
  readonly tries: () => number;
}
type Damage = (request: Request, limits: Limits) => Promise<Answer>;
interface Request {
  readonly path: string;
  readonly hostname: string;
  readonly body?: unknown;
}
interface Limits {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
}
interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

const error = (code: string) => Object.assign(new Error(code), { code });
const text = (statusCode: number, type: string, body: string, more = {}): Answer => ({
  statusCode,
  headers: { 'content-type': type, ...more },
  body: Readable.from([Buffer.from(body)]),
});
const html = '<html><body><h1>Blocked by the proxy of your company</body></html>';
const status =
  (code: number) =>
  async ({ path }: Request) =>
    path === '/'
      ? text(code, 'text/xml', `<ErrorResponse><Error><Code>${code}Failure</Code></Error></ErrorResponse>`)
      : text(code, 'application/json', '{"message":"no"}', code === 429 ? { 'retry-after': '3600' } : {});

/** The faults, as the HTTP handler of the SDK passes them on. */
const faults: Readonly<Record<string, Damage>> = {
  'connection refused': () => Promise.reject(error('ECONNREFUSED')),
  reset: () => Promise.reject(error('ECONNRESET')),
  // The handler waits so long for the beginning of an answer.
  hang: (_, { abortSignal, requestTimeout = 10_000 }) =>
    new Promise((_resolve, reject) => {
      setTimeout(() => reject(Object.assign(new Error('too late'), { name: 'TimeoutError' })), requestTimeout);
      abortSignal?.addEventListener('abort', () => reject(abortSignal.reason as Error));
    }),
  '429': status(429),
  '500': status(500),
  '503': status(503),
  'truncated answer': async (request) => {
    const { statusCode, type, body } = good(request);
    return text(statusCode, type, body.slice(0, body.length / 2));
  },
  'wrong content type': async (request) => {
    const { statusCode, body, headers } = good(request);
    return text(statusCode, 'text/plain', body, headers);
  },
  'HTML from a proxy': async () => text(403, 'text/html', html),
  'TLS error': () => Promise.reject(error('UNABLE_TO_VERIFY_LEAF_SIGNATURE')),
  'slow drip': async (_, { abortSignal }) => {
    const body = new Readable({ read: () => undefined });
    const drip = setInterval(() => body.push(' '), 1_000);
    body.on('close', () => clearInterval(drip));
    abortSignal?.addEventListener('abort', () => body.destroy(abortSignal.reason as Error));
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
  },
};

/** What AWS answers where nothing is wrong. */
function good({ path, hostname, body }: Request) {
  const json = (value: object) => ({
    statusCode: 200,
    type: 'application/json',
    headers: {},
    body: JSON.stringify(value),
  });
  if (hostname === 'sso.acme.example') {
    return { statusCode: 302, type: 'text/html', headers: { location: 'https://acme.awsapps.com/start' }, body: '' };
  }
  if (hostname === 'acme.awsapps.com') {
    const page = `<html><head><title>${'x'.repeat(300)}</title><meta name="region" content="eu-west-1"></head></html>`;
    return { statusCode: 200, type: 'text/html', headers: {}, body: page };
  }
  if (path === '/') {
    const [operation = ''] = /(?<=Action=)\w+/.exec(String(body)) ?? [];
    const result =
      operation === 'AssumeRole'
        ? '<Credentials><AccessKeyId>AKIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey></Credentials>'
        : '<Account>111111111111</Account>';
    const xml = `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
    return { statusCode: 200, type: 'text/xml', headers: {}, body: xml };
  }
  const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session', expiration: 1.9e12 };
  const answers: Readonly<Record<string, object>> = {
    '/client/register': { clientId: 'C', clientSecret: 'S', clientSecretExpiresAt: 1.9e9 },
    '/device_authorization': { deviceCode: 'D', userCode: 'U', verificationUri: 'https://x.example', expiresIn: 600 },
    '/token': { accessToken: 'AT', expiresIn: 3600 },
    '/federation/credentials': { roleCredentials: keys },
    '/assignment/accounts': { accountList: [{ accountId: '111111111111' }] },
    '/assignment/roles': { roleList: [{ roleName: 'Developer' }] },
    '/logout': {},
  };
  return json(answers[path] ?? {});
}

function networkWith(damage: Damage, times: number): Network {
  let tries = 0;
  return {
    tries: () => tries,
    handle: async (asked, limits) => {
      tries += 1;
      const request = asked as Request;
      if (tries <= times) return { response: await damage(request, limits ?? {}) };
      const { statusCode, type, body, headers } = good(request);
      return { response: text(statusCode, type, body, headers) };
    },
  };
}

const client = { clientId: 'C', clientSecret: 'S' };
const role = { accessToken: 'AT', accountId: '111111111111', roleName: 'Developer' };
const session = createSession();
const config = buildSharedConfig(
  sharedFile(
    `[profile base]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = Developer\n
[profile target]\nrole_arn = arn:aws:iam::222222222222:role/Deploy\nsource_profile = base\nregion = eu-west-1\n`,
    'config',
  ),
  sharedFile('', 'credentials'),
);
const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };

/** One call of the product: what it does, and what is promised for it. */
interface Call {
  readonly run: (network: Network) => Promise<unknown>;
  readonly host: string;
  readonly operation: string;
  /** The documented bound, seconds. */
  readonly within: number;
  /** Whether a garbled answer is asked for again. */
  readonly repeats: boolean;
}
const atIdentityCenter = (
  operation: string,
  run: (to: IdentityCenter) => Promise<unknown>,
  { host = 'oidc.eu-west-1.amazonaws.com', repeats = true } = {},
): Call => ({
  operation,
  host,
  within: 40,
  repeats,
  run: (network) => withIdentityCenter({ requestHandler: async () => network }, session, {}, run),
});
const portal = { host: 'portal.sso.eu-west-1.amazonaws.com' };
const once = { repeats: false };
const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };
const atSts = (operation: string, run: (ctx: ReturnType<typeof createTestContext>) => Promise<unknown>): Call => ({
  operation,
  host: 'sts.eu-west-1.amazonaws.com',
  within: 20,
  repeats: true,
  run: (network) => run(createTestContext({ env, requestHandler: async () => network })),
});

const calls: Readonly<Record<string, Call>> = {
  RegisterClient: atIdentityCenter('RegisterClient', (to) => to.registerClient({ clientName: 'cdkx' })),
  StartDeviceAuthorization: atIdentityCenter('StartDeviceAuthorization', (to) =>
    to.startDeviceAuthorization({ ...client, startUrl: session.startUrl }),
  ),
  'CreateToken, refresh': atIdentityCenter(
    'CreateToken',
    (to) => to.createToken({ grantType: 'refresh_token', ...client, refreshToken: 'RT' }),
    once,
  ),
  'CreateToken, code': atIdentityCenter(
    'CreateToken',
    (to) =>
      to.createToken({
        grantType: 'authorization_code',
        ...client,
        code: 'c',
        codeVerifier: 'v',
        redirectUri: 'http://127.0.0.1/oauth/callback',
      }),
    once,
  ),
  'CreateToken, device': atIdentityCenter(
    'CreateToken',
    (to) => to.createToken({ grantType: 'urn:ietf:params:oauth:grant-type:device_code', ...client, deviceCode: 'D' }),
    once,
  ),
  GetRoleCredentials: atIdentityCenter('GetRoleCredentials', (to) => to.getRoleCredentials(role), portal),
  ListAccounts: atIdentityCenter('ListAccounts', (to) => to.listAccounts(role), portal),
  ListAccountRoles: atIdentityCenter('ListAccountRoles', (to) => to.listAccountRoles(role), portal),
  // Its answer is empty: there is nothing in it to be garbled.
  Logout: atIdentityCenter('Logout', (to) => to.logout(role), portal),
  GetCallerIdentity: atSts('GetCallerIdentity', (ctx) =>
    callerAccount(ctx, { profile: 'target', config, http: {} }, keys),
  ),
  'GetCallerIdentity, environment': atSts('GetCallerIdentity', (ctx) =>
    environmentAccount(ctx, { config, http: {}, region: 'eu-west-1' }),
  ),
  AssumeRole: atSts('AssumeRole', (ctx) => {
    const source = resolveCredentialSource(config, 'target', {});
    if (source.kind !== 'assume-role') throw new Error('no role');
    const request = { profile: 'target', http: {}, command: 'cdk', reporter: createReporter(ctx, 'normal'), config };
    return assumeRoleWith(ctx, request, source, keys);
  }),
};

/** The outcome of each fault that never passes, and the word for it in the message. */
const said: Readonly<Record<string, RegExp | undefined>> = {
  'connection refused': /ECONNREFUSED/,
  reset: /ECONNRESET/,
  hang: /ETIMEDOUT/,
  '429': /is throttling requests/,
  '500': /returned a server error/,
  '503': /returned a server error/,
  'truncated answer': /can't be parsed/,
  'wrong content type': undefined,
  'HTML from a proxy': /can't be parsed/,
  'TLS error': /not trust/,
  'slow drip': /ETIMEDOUT/,
};
const cells = Object.keys(calls).flatMap((call) => Object.keys(faults).map((fault) => [call, fault] as const));

/** What the SDK loads at its first answers is loaded before the clock is a fake one: it would run ahead of the disk. */
beforeAll(async () => {
  for (const { run } of Object.values(calls)) {
    for (const fault of ['truncated answer', 'HTML from a proxy', 'TLS error']) {
      await run(networkWith(faults[fault] as Damage, 1)).catch(() => undefined);
    }
  }
});
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'hrtime', 'performance'] });
  // Node's own is not moved by the fake clock.
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController();
    setTimeout(() => limit.abort(new DOMException('too late', 'TimeoutError')), ms);
    return limit.signal;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Runs a call while the fake clock goes from timer to timer; seconds of that clock tell how long it took. */
async function inFakeTime(run: () => Promise<unknown>) {
  const begun = Date.now();
  const seconds = () => (Date.now() - begun) / 1000;
  const ended: { result?: unknown; failure?: unknown; seconds: number }[] = [];
  void run().then(
    (result) => ended.push({ result, seconds: seconds() }),
    (failure: unknown) => ended.push({ failure, seconds: seconds() }),
  );
  return until('the end of the call', async () => {
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    if (ended.length === 0) await jest.advanceTimersToNextTimerAsync();
    return ended[0];
  });
}

function asUserError(failure: unknown): UserError {
  const error = failure instanceof IdentityCenterFailure ? failureError(failure, { session }) : failure;
  if (!(error instanceof UserError)) throw error;
  return error;
}

describe('a fault of the network that lasts', () => {
  it.each(cells)('%s, %s: ends in time, with exit code 69 and who was asked', async (name, fault) => {
    const { run, host, operation, within } = calls[name] as Call;
    const network = networkWith(faults[fault] as Damage, Infinity);
    const { result, failure, seconds } = await inFakeTime(() => run(network));
    expect(seconds).toBeLessThanOrEqual(within);
    recordFigure('calls.lasting');
    expect(network.tries()).toBeLessThanOrEqual(3);
    const pattern = name === 'Logout' && fault === 'truncated answer' ? undefined : said[fault];
    expect(failure === undefined).toBe(pattern === undefined);
    expect(pattern !== undefined || name === 'Logout' || result !== undefined).toBe(true);
    if (pattern !== undefined) expectMessage(failure, pattern, `${operation} at ${host}`);
  });
});

/** A message in three parts with exit code 69. */
function expectMessage(failure: unknown, pattern: RegExp, whoWasAsked: string): void {
  const { exitCode, parts } = asUserError(failure);
  const [why, next] = [[parts.why ?? []].flat(), nextLines(parts.next)];
  const whole = [parts.what, ...why, ...next].join('\n');
  expect({ exitCode, whole }).toEqual({ exitCode: 69, whole: expect.stringMatching(pattern) });
  expect(whole).toContain(whoWasAsked);
  expect(why.length * next.length).toBeGreaterThan(0);
}

/** Failures that are not tried again: another certificate does not come by itself, and the drip has taken the whole time. */
const notRepeated = ['TLS error', 'slow drip'];

describe('a fault of the network that passes after two tries', () => {
  it.each(cells)('%s, %s', async (name, fault) => {
    const { run, within, repeats } = calls[name] as Call;
    const network = networkWith(faults[fault] as Damage, 2);
    const { failure, seconds } = await inFakeTime(() => run(network));
    expect(seconds).toBeLessThanOrEqual(within);
    recordFigure('calls.passing');
    const isGarbled = fault === 'truncated answer' || fault === 'HTML from a proxy';
    const isHarmless = fault === 'wrong content type' || (name === 'Logout' && fault === 'truncated answer');
    const isHeld = isHarmless || (!notRepeated.includes(fault) && (repeats || !isGarbled));
    expect({ isHeld: failure === undefined, failure: isHeld ? failure : undefined }).toEqual({
      isHeld,
      failure: undefined,
    });
    const tries = isHarmless || notRepeated.includes(fault) || !isHeld ? 1 : 3;
    expect(network.tries()).toBe(tries);
  });
});

const timesEach = Object.keys(faults).flatMap((fault) => [[fault, 2] as const, [fault, Infinity] as const]);

describe('the look at the portal after cdk failed', () => {
  it.each(timesEach)(
    'ends within three seconds, and knows nothing that it was not told: %s, %s times',
    async (...cell) => {
      const [fault, times] = cell;
      const network = networkWith(faults[fault] as Damage, times);
      const access = { session, token: { accessToken: 'AT' }, http: {} };
      const ctx = { requestHandler: async () => network };
      const end = await inFakeTime(() => checkPortal(ctx, access, role));
      // Where an answer may still come, the time is used up; to a 429 belongs a Retry-After of an hour.
      const isWaitedFor = ['hang', 'slow drip', '429'].includes(fault);
      const isHeld = fault === 'wrong content type' || (times === 2 && !isWaitedFor && !notRepeated.includes(fault));
      expect(end).toMatchObject({ result: { state: isHeld ? 'usable' : 'unknown' } });
      expect(end.seconds).toBeLessThanOrEqual(3);
      expect(end.seconds === 3).toBe(isWaitedFor);
      recordFigure('calls.looks');
    },
  );
});

describe('the look-ups of a start URL', () => {
  it.each(timesEach)('find the region or ask the person within ten seconds: %s, %s times', async (fault, times) => {
    const network = networkWith(faults[fault] as Damage, times);
    const ctx = { requestHandler: async () => network };
    const end = await inFakeTime(() => discoverRegion(ctx, 'https://acme.awsapps.com/start', {}));
    expect(end.seconds).toBeLessThanOrEqual(10);
    const isFound = fault === 'wrong content type' || (times === 2 && isRepeated(fault) && fault !== 'hang');
    expect(end).toMatchObject({ result: isFound ? 'eu-west-1' : undefined });
    recordFigure('calls.look-ups');
  });

  it.each(timesEach)(
    'resolve an address of one’s own, or end within ten seconds: %s, %s times',
    async (fault, times) => {
      const network = networkWith(faults[fault] as Damage, times);
      const own = createSession(undefined, { startUrl: 'https://sso.acme.example/' });
      const { signal } = new AbortController();
      const ctx = { requestHandler: async () => network };
      const end = await inFakeTime(() => resolveStartUrl(ctx, own, {}, signal));
      expect(end.seconds).toBeLessThanOrEqual(10);
      recordFigure('calls.look-ups');
      // Where it leads stands in the head of the answer.
      const isFine = fault === 'wrong content type' || (times === 2 && isRepeated(fault) && fault !== 'hang');
      const leadsNowhere = ['truncated answer', 'HTML from a proxy', 'slow drip'].includes(fault);
      const failed = end.failure === undefined ? undefined : asUserError(end.failure);
      const host = new URL(own.startUrl).host;
      const failure = { result: undefined, exitCode: leadsNowhere ? 78 : 69, names: true };
      const success = { result: 'https://acme.awsapps.com/start', exitCode: undefined, names: undefined };
      const names = failed?.parts.what.includes(host);
      expect({ result: end.result, exitCode: failed?.exitCode, names }).toEqual(isFine ? success : failure);
    },
  );

  const isRepeated = (fault: string) => !['truncated answer', 'HTML from a proxy', 'slow drip'].includes(fault);
});
