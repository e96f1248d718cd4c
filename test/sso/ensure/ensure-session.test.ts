import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { registrationPath } from '../../../lib/sso/cache/registration-cache.ts';
import { tokenPath } from '../../../lib/sso/cache/token-cache.ts';
import type { SsoToken } from '../../../lib/sso/cache/token.ts';
import { ensureSession } from '../../../lib/sso/ensure/ensure-session.ts';
import type { SessionRequest } from '../../../lib/sso/ensure/types.ts';
import type { SsoSession } from '../../../lib/sso/session.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { createTestContext, type TestContext } from '../../helpers/context.ts';
import { answerCode } from '../../helpers/devices.ts';
import { createHome } from '../../helpers/home.ts';
import {
  createLegacySession,
  createRecorder,
  createRequest,
  createSession,
  startUrl,
  userError,
  whileTimePasses,
} from '../setup.ts';
import { nextLines } from '../../helpers/message.ts';
import { until } from '../../helpers/until.ts';
import { questions } from '../../helpers/questions.ts';

let emulator: Emulator;
let session: SsoSession;
let earlierCodes: ReadonlySet<string>;

beforeAll(async () => {
  emulator = await startEmulator({ deviceInterval: 0, refreshTokens: 'rotate' });
});
beforeEach(() => {
  session = createSession(emulator);
  earlierCodes = new Set(emulator.waitingUserCodes());
  emulator.log.length = 0;
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

interface Given {
  /** Seconds the token on disk has left; none for no token. */
  readonly left?: number;
  readonly refreshable?: boolean;
  readonly legacy?: boolean;
  readonly interactive?: boolean;
}

/** A home with a token of the stand-in. */
function given({ left, refreshable = false, legacy = false, interactive = false }: Given): TestContext {
  const ctx = createTestContext({
    interactive,
    clock: createFakeClock(Date.now(), { autoAdvance: !interactive }),
  });
  const token = left === undefined ? undefined : emulator.issueToken({ expiresIn: left, refreshable, legacy });
  createHome(ctx.home, { tokens: token === undefined ? {} : { [legacy ? startUrl : 'corp']: token } });
  return ctx;
}

function operations(): string[] {
  return emulator.log.map((record) => record.operation);
}

/** Plays the person with the device code, as soon as one waits. */
const approve = (decision?: 'allow' | 'deny') => answerCode(emulator, earlierCodes, decision);

function stored(ctx: TestContext): Record<string, unknown> {
  return JSON.parse(readFileSync(tokenPath(ctx, session), 'utf8')) as Record<string, unknown>;
}

describe('a token with enough time left', () => {
  it.each(['required', 'best-effort'] as const)('is used without a word to anybody (%s)', async (requirement) => {
    const ctx = given({ left: 3600 });
    const before = emulator.connections();
    const outcome = await ensureSession(ctx, createRequest(session, { requirement }));
    expect(outcome.state).toBe('valid');
    expect(emulator.connections()).toBe(before);
    expect(ctx.written.stderr()).toBe('');
  });
});

describe('a token that the portal has refused', () => {
  const refusedOf = (ctx: TestContext) => ({ refused: stored(ctx)['accessToken'] as string });

  it('is refreshed, though it has not expired', async () => {
    const ctx = given({ left: 3600, refreshable: true });
    expect(await ensureSession(ctx, createRequest(session, refusedOf(ctx)))).toMatchObject({ state: 'refreshed' });
    expect(operations()).toEqual(['CreateToken']);
  });

  it('is no reason to do anything where another token is there by now', async () => {
    const ctx = given({ left: 3600 });
    const outcome = await ensureSession(ctx, createRequest(session, { refused: 'another' }));
    expect(outcome.state).toBe('valid');
    expect(operations()).toEqual([]);
  });

  it('asks for a login that replaces it, where nobody can be asked here', async () => {
    const ctx = given({ left: 3600 });
    const { exitCode, parts } = await userError(ensureSession(ctx, createRequest(session, refusedOf(ctx))));
    expect(exitCode).toBe(77);
    expect(parts.what).toMatch(/"corp".*"dev".*revoked/);
    expect(parts.next).toContainEqual({ run: 'cdkx sso login --profile dev --force' });
    expect(JSON.stringify(parts)).not.toContain(refusedOf(ctx).refused);
  });

  it.each([
    ['declined', 'prompt', 130],
    ['denied', 'auto', 77],
  ] as const)('asks for a login that replaces it, where one was %s', async (_, login, exitCode) => {
    const ctx = given({ left: 3600, interactive: login === 'prompt' });
    const reporter = createRecorder(login === 'prompt');
    const failed = userError(ensureSession(ctx, createRequest(session, { ...refusedOf(ctx), login, reporter })));
    if (login === 'auto') await approve('deny');
    else {
      await until('the question', () => ctx.written.stderr().includes(questions.signIn));
      ctx.type('n');
    }
    const error = await failed;
    expect(error.exitCode).toBe(exitCode);
    expect(error.parts.next).toContainEqual({ run: 'cdkx sso login --profile dev --force' });
  });

  it('leads to one login for several who found it refused', async () => {
    const ctx = given({ left: 3600 });
    const request = createRequest(session, { ...refusedOf(ctx), login: 'auto' });
    const all = Promise.all([ensureSession(ctx, request), ensureSession(ctx, request)]);
    await approve();
    expect((await all).map(({ state }) => state).sort()).toEqual(['logged-in', 'valid']);
    expect(operations().filter((operation) => operation === 'StartDeviceAuthorization')).toHaveLength(1);
  });
});

describe('a token that was issued for another portal', () => {
  it.each([
    ['start URL', { startUrl: 'https://old-org.awsapps.com/start' }, 'https://old-org.awsapps.com/start'],
    ['region', { region: 'us-east-1' }, 'us-east-1'],
  ])('is not the token of this session: another %s', async (_, issuedFor, named) => {
    const ctx = given({ left: 7200, refreshable: true });
    writeFileSync(tokenPath(ctx, session), JSON.stringify({ ...stored(ctx), ...issuedFor }));
    const { exitCode, parts } = await userError(ensureSession(ctx, createRequest(session)));
    expect(exitCode).toBe(77);
    expect(parts.what).toContain('another portal');
    expect(parts.what).toContain(named);
    expect(parts.next).toContainEqual({ run: 'cdkx sso login --profile dev' });
    // Neither refreshed at the wrong place nor shown to it.
    expect(operations()).toEqual([]);
  });

  it('is replaced by a sign-in, without --force', async () => {
    const ctx = given({ left: 7200 });
    writeFileSync(tokenPath(ctx, session), JSON.stringify({ ...stored(ctx), region: 'us-east-1' }));
    const signingIn = ensureSession(ctx, createRequest(session, { login: 'auto' }));
    await approve();
    expect(await signingIn).toMatchObject({ state: 'logged-in' });
    expect(stored(ctx)).toMatchObject({ startUrl, region: 'eu-west-1' });
  });

  it.each(['https://ACME.awsapps.com/start/', 'https://acme.awsapps.com/start#/', 'https://acme.awsapps.com'])(
    'is told apart from the same portal, written as %s',
    async (written) => {
      const ctx = given({ left: 7200 });
      writeFileSync(tokenPath(ctx, session), JSON.stringify({ ...stored(ctx), startUrl: written }));
      expect(await ensureSession(ctx, createRequest(session))).toMatchObject({ state: 'valid' });
    },
  );

  it('may be of a tool that writes neither', async () => {
    const ctx = given({ left: 7200 });
    const { startUrl: _startUrl, region: _region, ...rest } = stored(ctx);
    writeFileSync(tokenPath(ctx, session), JSON.stringify(rest));
    expect(await ensureSession(ctx, createRequest(session))).toMatchObject({ state: 'valid' });
  });
});

describe('a token that this process has from before', () => {
  const heldFor = (seconds: number): SsoToken => ({
    accessToken: 'held',
    expiresAt: new Date(Date.now() + seconds * 1000),
    unknown: {},
  });

  it.each([
    ['is used where the one on disk ends earlier', -60, 3600, 'held'],
    ['gives way to a newer one on disk', 7200, 3600, undefined],
    ['is used where none is on disk any more', undefined, 3600, 'held'],
  ])('%s', async (_, left, held, expected) => {
    const ctx = given(left === undefined ? {} : { left });
    const outcome = await ensureSession(ctx, createRequest(session, { held: heldFor(held) }));
    const accessToken = expected ?? (stored(ctx)['accessToken'] as string);
    expect(outcome).toMatchObject({ state: 'valid', token: { accessToken } });
    expect(operations()).toEqual([]);
  });
});

describe('a token that can be refreshed', () => {
  it.each([600, 200, -3600])('is refreshed with %s s left, and stored', async (left) => {
    const ctx = given({ left, refreshable: true });
    const before = stored(ctx);
    const reporter = createRecorder();
    const outcome = await ensureSession(ctx, createRequest(session, { reporter }));
    expect(outcome.state).toBe('refreshed');
    expect(operations()).toEqual(['CreateToken']);
    expect(stored(ctx)).toMatchObject({ startUrl, region: 'eu-west-1', clientId: before['clientId'] });
    expect(stored(ctx)['accessToken']).not.toBe(before['accessToken']);
    expect(stored(ctx)['refreshToken']).not.toBe(before['refreshToken']);
    expect(reporter.said).toEqual([expect.stringMatching(/^verbose: refreshed the session/)]);
    expect(readdirSync(dirname(tokenPath(ctx, session)))).toHaveLength(1);
  });

  it('is refreshed for a best effort too', async () => {
    const ctx = given({ left: -1, refreshable: true });
    const outcome = await ensureSession(ctx, createRequest(session, { requirement: 'best-effort' }));
    expect(outcome.state).toBe('refreshed');
  });

  it('keeps the old refresh token where the answer brings none', async () => {
    const other = await startEmulator({ refreshTokens: 'omit' });
    try {
      const ctx = createTestContext({ clock: createFakeClock(Date.now()) });
      const token = other.issueToken({ expiresIn: -1, refreshable: true }) as unknown as Record<string, unknown>;
      createHome(ctx.home, { tokens: { corp: { ...token, kept: true } } });
      await ensureSession(ctx, createRequest(createSession(other)));
      expect(stored(ctx)).toMatchObject({ refreshToken: token['refreshToken'], kept: true });
    } finally {
      await other.close();
    }
  });

  it('is refreshed once by several at the same time', async () => {
    const ctx = given({ left: -1, refreshable: true });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => ensureSession(ctx, createRequest(session))));
    expect(operations()).toEqual(['CreateToken']);
    const tokens = outcomes.map((outcome) => ('token' in outcome ? outcome.token.accessToken : undefined));
    expect(new Set(tokens)).toEqual(new Set([stored(ctx)['accessToken']]));
  });

  it.each([
    ['refused', { kind: 'error', status: 400, code: 'invalid_grant' }],
    ['unavailable', { kind: 'error', status: 500 }],
    ['unreachable', { kind: 'reset' }],
    ['answered by a proxy', { kind: 'proxy-html' }],
    ['half answered', { kind: 'truncated' }],
  ] as const)('is used with a warning when the refresh is %s and there is time left', async (_name, fault) => {
    const ctx = given({ left: 600, refreshable: true });
    emulator.faults.add({ operation: 'CreateToken', times: 'always', ...fault });
    const reporter = createRecorder();
    const outcome = await ensureSession(ctx, createRequest(session, { reporter }));
    expect(outcome.state).toBe('valid');
    expect(reporter.said.join()).toMatch(
      /warn: SSO session "corp" \(profile "dev"\) could not be refreshed and expires in (9|10) min/,
    );
  });

  it.each([
    ['unavailable', { kind: 'error', status: 503 }, 'returned a server error'],
    ['throttled', { kind: 'error', status: 429 }, 'throttling'],
    ['unreachable', { kind: 'reset' }, 'unreachable'],
    ['answered by a proxy', { kind: 'proxy-html' }, "can't be parsed"],
  ] as const)('ends with 69 when the refresh is %s and no time is left', async (_name, fault, what) => {
    const ctx = given({ left: 100, refreshable: true });
    const before = readFileSync(tokenPath(ctx, session), 'utf8');
    emulator.faults.add({ operation: 'CreateToken', times: 'always', ...fault });
    const error = await userError(ensureSession(ctx, createRequest(session)));
    expect(error.exitCode).toBe(69);
    expect(error.parts.what).toContain(what);
    expect(readFileSync(tokenPath(ctx, session), 'utf8')).toBe(before);
  });

  it('is refreshed in spite of a fault that passes', async () => {
    const ctx = given({ left: -1, refreshable: true });
    emulator.faults.add({ operation: 'CreateToken', kind: 'error', status: 500, times: 1 });
    expect((await ensureSession(ctx, createRequest(session))).state).toBe('refreshed');
  });

  it('leads to a login when the refresh is refused and no time is left', async () => {
    const ctx = given({ left: -1, refreshable: true });
    emulator.expire({ what: 'refresh-tokens' });
    const error = await userError(ensureSession(ctx, createRequest(session)));
    expect(error.exitCode).toBe(77);
    expect(error.parts.next).toContainEqual({ run: 'cdkx sso login --profile dev' });
  });
});

describe('a token that ends soon and cannot be refreshed', () => {
  it.each([
    [600, false],
    [60, true],
  ])('is used with a warning that says how long it lasts (%s s, legacy %s)', async (left, legacy) => {
    const ctx = given({ left, legacy });
    const reporter = createRecorder();
    const of = legacy ? createLegacySession(emulator) : session;
    const outcome = await ensureSession(ctx, createRequest(of, { reporter, login: 'auto' }));
    expect(outcome.state).toBe('valid');
    expect(reporter.said.join()).toMatch(legacy ? /expires in (59 s|1 min)/ : /expires in (9|10) min/);
    expect(operations()).toEqual([]);
  });

  it('is used without a word for a best effort', async () => {
    const ctx = given({ left: 600 });
    const reporter = createRecorder();
    await ensureSession(ctx, createRequest(session, { reporter, requirement: 'best-effort' }));
    expect(reporter.said).toEqual([]);
  });

  it.each([
    ['n', 'valid'],
    ['y', 'logged-in'],
  ])('is offered to be renewed on a terminal: %s', async (answer, state) => {
    const ctx = given({ left: 600, interactive: true });
    const running = ensureSession(ctx, createRequest(session, { reporter: createRecorder(true) }));
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    ctx.type(answer);
    if (answer === 'y') await approve();
    expect((await whileTimePasses(ctx, running)).state).toBe(state);
  });
});

describe('no token that can be used', () => {
  it.each<[string, Partial<SessionRequest>, string]>([
    ['without a terminal', {}, 'no terminal'],
    ['in CI', { unattended: { by: 'ci' } }, 'in CI'],
    ['in CI with login=auto', { unattended: { by: 'ci' }, login: 'auto' }, 'in CI'],
    ['with login=never', { login: 'never' }, '"never"'],
  ])('ends with 77 and the command to run, at once, %s', async (_name, more, why) => {
    const error = await userError(ensureSession(given({ left: -60 }), createRequest(session, more)));
    expect(error.exitCode).toBe(77);
    expect(error.parts.what).toMatch(/^SSO session "corp" \(profile "dev"\) expired (1 min|60 s) ago$/);
    expect(String(error.parts.why)).toContain(why);
    expect(error.parts.next).toContainEqual({ run: 'cdkx sso login --profile dev' });
    expect(operations()).toEqual([]);
  });

  it('lets a best effort go on, with a warning', async () => {
    const reporter = createRecorder();
    const outcome = await ensureSession(given({}), createRequest(session, { reporter, requirement: 'best-effort' }));
    expect(outcome.state).toBe('continue-without');
    expect(reporter.said.join()).toContain('CDK_DEFAULT_ACCOUNT');
    // Of a command of ours that would not be true.
    const own = createRecorder();
    await ensureSession(
      given({}),
      createRequest(session, { requirement: 'best-effort', reporter: own, tokenFor: 'self' }),
    );
    expect(own.said.join()).not.toContain('CDK_DEFAULT_ACCOUNT');
  });

  it.each([
    ['torn', '{"accessToken": "AT'],
    ['foreign', '{"hello": 1}'],
    ['without expiresAt', '{"accessToken": "AT"}'],
  ])('names the file when it is %s', async (_name, text) => {
    const ctx = given({});
    createHome(ctx.home, { tokens: { corp: text } });
    const error = await userError(ensureSession(ctx, createRequest(session)));
    expect(error.exitCode).toBe(77);
    expect(error.parts.what).toContain(`~/.aws/sso/cache/${basename(tokenPath(ctx, session))} `);
  });

  it('names the session where no profile leads there', async () => {
    const error = await userError(ensureSession(given({}), createRequest(session, { profile: undefined })));
    expect(error.parts.next).toContainEqual({ run: 'cdkx sso login --sso-session corp' });
  });

  it('logs in with login=auto, without a terminal', async () => {
    const ctx = given({ left: -60 });
    const running = ensureSession(ctx, createRequest(session, { login: 'auto' }));
    await approve();
    expect((await running).state).toBe('logged-in');
    expect(ctx.written.stderr()).toMatch(/https:\/\/acme\.awsapps\.com\/start\/#\/device\?user_code=/);
    expect(Object.keys(stored(ctx))).toEqual([
      'startUrl',
      'region',
      'accessToken',
      'expiresAt',
      'clientId',
      'clientSecret',
      'registrationExpiresAt',
      'refreshToken',
    ]);
    expect(existsSync(registrationPath(ctx, session))).toBe(true);
  });

  it('logs in once when several need it, and the registration is used again', async () => {
    const ctx = given({});
    const running = Array.from({ length: 4 }, () => ensureSession(ctx, createRequest(session, { login: 'auto' })));
    await approve();
    await Promise.all(running);
    expect(operations().filter((name) => name === 'StartDeviceAuthorization')).toHaveLength(1);
    emulator.log.length = 0;
    const again = ensureSession(ctx, createRequest(session, { login: 'auto', force: true }));
    await approve();
    expect((await again).state).toBe('logged-in');
    expect(operations()).not.toContain('RegisterClient');
  });

  it('registers anew when its registration is no longer known', async () => {
    const ctx = given({});
    const first = ensureSession(ctx, createRequest(session, { login: 'auto' }));
    await approve();
    await first;
    emulator.faults.add({
      operation: 'StartDeviceAuthorization',
      kind: 'error',
      status: 401,
      code: 'invalid_client',
      times: 1,
    });
    const again = ensureSession(ctx, createRequest(session, { login: 'auto', force: true }));
    await approve();
    expect((await again).state).toBe('logged-in');
    expect(operations().filter((name) => name === 'RegisterClient')).toHaveLength(2);
  });

  it('asks on a terminal, and goes on by itself after the login', async () => {
    const ctx = given({ left: -60, interactive: true });
    const reporter = createRecorder(true);
    const running = ensureSession(ctx, createRequest(session, { reporter }));
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    ctx.type('\r');
    await approve();
    expect((await whileTimePasses(ctx, running)).state).toBe('logged-in');
    expect(reporter.said).toContainEqual(expect.stringMatching(/^notice: signed in .*"corp".*"dev"/));
  });

  it.each([
    ['required', 'n', 130],
    ['required', '\u0003', 130],
    ['best-effort', '\u0003', 130],
  ] as const)('ends a %s command with 130 when the answer is %j', async (requirement, key, code) => {
    const ctx = given({ interactive: true });
    const running = ensureSession(ctx, createRequest(session, { requirement, reporter: createRecorder(true) }));
    const failed = userError(running);
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    ctx.type(key);
    expect((await failed).exitCode).toBe(code);
    expect(readdirSync(dirname(tokenPath(ctx, session)))).toEqual([]);
  });

  it('lets a best effort go on when the answer is no', async () => {
    const ctx = given({ interactive: true });
    const running = ensureSession(
      ctx,
      createRequest(session, { requirement: 'best-effort', reporter: createRecorder(true) }),
    );
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    ctx.type('n');
    expect((await running).state).toBe('continue-without');
  });

  it('ends with 77 when the login is denied', async () => {
    const failed = userError(ensureSession(given({}), createRequest(session, { login: 'auto' })));
    await approve('deny');
    expect((await failed).exitCode).toBe(77);
  });

  it('ends with 77 when nobody comes', async () => {
    const error = await userError(ensureSession(given({}), createRequest(session, { login: 'auto' })));
    expect(error.exitCode).toBe(77);
    expect(error.parts.what).toContain('timed out');
  });

  it('ends with 130 at Ctrl-C, with nothing half-written', async () => {
    const ctx = given({ interactive: true });
    const failed = userError(
      ensureSession(ctx, createRequest(session, { login: 'auto', reporter: createRecorder(true) })),
    );
    await until('the code to be shown', () => ctx.written.stderr().includes('Waiting for you to sign in'));
    ctx.raise('SIGINT');
    expect((await failed).exitCode).toBe(130);
    expect(existsSync(tokenPath(ctx, session))).toBe(false);
    expect(readdirSync(dirname(tokenPath(ctx, session))).filter((name) => /lock|tmp/.test(name))).toEqual([]);
  });

  it('asks nobody to sign in when the token could not be kept', async () => {
    const ctx = given({});
    mkdirSync(join(ctx.home, '.aws'), { recursive: true });
    const other = { ...ctx, home: join(ctx.cwd, 'a-file') };
    writeFileSync(other.home, '');
    chmodSync(other.home, 0o600);
    const error = await userError(ensureSession(other, createRequest(session, { login: 'auto' })));
    expect(error.exitCode).toBe(78);
    expect(operations()).toEqual([]);
  });

  it('tells a wrong start URL or region', async () => {
    const wrong = { ...session, startUrl: 'https://nobody.awsapps.com/start' };
    const error = await userError(ensureSession(given({}), createRequest(wrong, { login: 'auto' })));
    expect(error.exitCode).toBe(78);
    expect(nextLines(error.parts.next).join()).toContain('sso_region');
  });
});
