import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tokenPath } from '../../../lib/sso/cache/token-cache.ts';
import { ensureSession, type SessionRequest } from '../../../lib/sso/ensure/ensure-session.ts';
import { withSessionLock } from '../../../lib/sso/ensure/lock.ts';
import { type Emulator, startEmulator, type TokenFile } from '../../emulator/emulator.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { createTestContext, type TestContext } from '../../helpers/context.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { answerCodes } from '../../helpers/devices.ts';
import { createHome } from '../../helpers/home.ts';
import { until } from '../../helpers/until.ts';
import { createRecorder, createRequest, createSession, userError } from '../setup.ts';
import { needing, noProc } from '../../helpers/needs.ts';
import { questions } from '../../helpers/questions.ts';

/** A clock that is ahead of the file system's makes a lock look abandoned, unless /proc shows that its holder lives. */
const whereProc = needing(it, '/proc', noProc);

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ refreshTokens: 'rotate' });
});
afterEach(() => emulator.close());

/** What an SDK does: it refreshes, without a lock. Gives the file that it would write then. */
async function refreshAsSdk(token: TokenFile): Promise<string> {
  const { clientId, clientSecret, refreshToken } = token;
  const answer = await fetch(`${emulator.url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ grantType: 'refresh_token', clientId, clientSecret, refreshToken }),
  });
  const issued = (await answer.json()) as { accessToken: string; refreshToken: string; expiresIn: number };
  const expiresAt = new Date(Date.now() + issued.expiresIn * 1000).toISOString();
  return JSON.stringify({ ...token, ...issued, expiresAt }, null, 2);
}

/** A home with a token, and a clock with which something happens at the n-th pause. */
function given(token: unknown, atPause: { readonly number: number; readonly act: () => void } | undefined) {
  const clock = createFakeClock(Date.now());
  const ctx = createTestContext({
    clock: {
      ...clock,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (clock.slept.length === atPause?.number) atPause.act();
      },
    },
  });
  createHome(ctx.home, { tokens: { corp: token } });
  return ctx;
}

const session = () => createSession(emulator);
const path = (ctx: TestContext) => tokenPath(ctx, session());
const grants = () => emulator.log.filter(({ operation }) => operation === 'CreateToken').map(({ status }) => status);

describe('a refresh with which an SDK was faster', () => {
  it.each([
    ['whose token is on disk already', 0],
    ['whose token comes a moment later', 7],
  ])('%s: its token is used, and nobody has to log in', async (_, pause) => {
    const token = emulator.issueToken({ expiresIn: -60 });
    const renewed = await refreshAsSdk(token);
    const write = () => writeFileSync(path(ctx), renewed);
    const ctx = given(token, { number: pause, act: write });
    const reporter = createRecorder();
    // It came between our look at the file and our call: the file is read again only after the refusal.
    emulator.log.length = 0;
    if (pause === 0) onRefusal(write);
    const outcome = await ensureSession(ctx, createRequest(session(), { reporter }));
    expect(outcome).toMatchObject({
      state: 'valid',
      token: { accessToken: (JSON.parse(renewed) as TokenFile).accessToken },
    });
    expect(grants()).toEqual([400]);
    expect(reporter.said.join('\n')).toContain('verbose: another program renewed the session');
    recordFigure('meanwhile.renewals');
  });

  /** Acts as soon as the stand-in has refused a refresh, before the answer is sent. */
  function onRefusal(act: () => void): void {
    const { push } = emulator.log;
    emulator.log.push = (...records) => {
      act();
      return push.apply(emulator.log, records);
    };
  }

  it('leaves no warning where there is time left', async () => {
    const token = emulator.issueToken({ expiresIn: 600 });
    const renewed = await refreshAsSdk(token);
    const ctx = given(token, { number: 1, act: () => writeFileSync(path(ctx), renewed) });
    const reporter = createRecorder();
    const outcome = await ensureSession(ctx, createRequest(session(), { reporter }));
    expect(outcome.state).toBe('valid');
    expect(reporter.said.filter((line) => line.startsWith('warn'))).toEqual([]);
    recordFigure('meanwhile.renewals');
  });

  it('is waited for no longer than a second', async () => {
    const token = emulator.issueToken({ expiresIn: -60 });
    await refreshAsSdk(token);
    const ctx = given(token, undefined);
    const error = await userError(ensureSession(ctx, createRequest(session())));
    expect(error.exitCode).toBe(77);
    expect(String(error.parts.why)).toContain('It could not be refreshed');
    expect(ctx.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(1_000);
    expect(readdirSync(dirname(path(ctx)))).toHaveLength(1);
  });
});

describe('a question that somebody else makes needless', () => {
  it('ends without a login: the answer is given, and the token of the other is used', async () => {
    const ctx = createTestContext({
      interactive: true,
      clock: createFakeClock(Date.now()),
      env: { CDKX_DEVICE_CODE: '1' },
    });
    createHome(ctx.home, { tokens: { corp: emulator.issueToken({ expiresIn: -60, refreshable: false }) } });
    const running = ensureSession(ctx, createRequest(session(), { reporter: createRecorder(true) }));
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    const byAnother = emulator.issueToken({});
    writeFileSync(path(ctx), JSON.stringify(byAnother));
    ctx.type('\r');
    expect(await running).toMatchObject({ state: 'valid', token: { accessToken: byAnother.accessToken } });
    expect(emulator.log).toEqual([]);
    recordFigure('meanwhile.renewals');
  });
});

describe('a lock that another process holds', () => {
  /** A context whose session is locked by this very process, as another would hold it. */
  async function locked(token: TokenFile, interactive = false) {
    const clock = createFakeClock(Date.now());
    const ctx = createTestContext({ interactive, env: { CDKX_DEVICE_CODE: '1' }, clock });
    createHome(ctx.home, { tokens: { corp: token } });
    const over = new AbortController();
    const untilOver = () => new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    const holding = withSessionLock(ctx, session(), { reporter: createRecorder(), maxWaitMs: 1_000 }, untilOver);
    await until('the lock to be taken', () => existsSync(`${path(ctx)}.lock`));
    const release = () => {
      over.abort();
      return holding;
    };
    return { ctx, release };
  }

  it.each([
    ['refreshable', 720, true, 'prompt', false],
    ['refreshable, on a terminal', 720, true, 'prompt', true],
    ['not refreshable, after consent to sign in', 720, false, 'auto', true],
  ] as const)(
    'does not hold back a token that is usable: %s',
    async (_, expiresIn, refreshable, login, interactive) => {
      const token = emulator.issueToken({ expiresIn, refreshable });
      const { ctx, release } = await locked(token, interactive);
      const reporter = createRecorder(interactive);
      const before = ctx.clock.now();
      const outcome = await ensureSession(ctx, createRequest(session(), { reporter, login }));
      expect(outcome).toMatchObject({ state: 'valid', token: { accessToken: token.accessToken } });
      expect(ctx.clock.now() - before).toBeLessThan(5_000);
      expect(reporter.said.join('\n')).toContain(`warn: `);
      expect(reporter.said.join('\n')).toContain(`process ${process.pid}`);
      expect(emulator.log).toEqual([]);
      await release();
    },
  );

  it('lets the question be asked, and answered with no', async () => {
    const { ctx, release } = await locked(emulator.issueToken({ expiresIn: -60, refreshable: false }), true);
    const failed = userError(ensureSession(ctx, createRequest(session(), { reporter: createRecorder(true) })));
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    ctx.type('n');
    expect((await failed).exitCode).toBe(130);
    await release();
  });

  it('is not held while a question waits for its answer, after a refused refresh too', async () => {
    const token = emulator.issueToken({ expiresIn: -60 });
    await refreshAsSdk(token);
    const ctx = createTestContext({ interactive: true, clock: createFakeClock(Date.now()) });
    createHome(ctx.home, { tokens: { corp: token } });
    const failed = userError(ensureSession(ctx, createRequest(session(), { reporter: createRecorder(true) })));
    await until('the question', () => ctx.written.stderr().includes(questions.signIn));
    expect(existsSync(`${path(ctx)}.lock`)).toBe(false);
    ctx.type('n');
    expect((await failed).exitCode).toBe(130);
  });
});

describe('what another process does while its lock is waited for', () => {
  /** So much the clock goes before. */
  let aheadMs = 0;
  afterEach(() => void (aheadMs = 0));

  /** What becomes of a session whose lock another process holds until the third look at it, when it does `act`. */
  async function whileLocked(token: TokenFile, more: Partial<SessionRequest>, act: (ctx: TestContext) => void) {
    const clock = createFakeClock(Date.now());
    const ctx = createTestContext({ clock: { ...clock, now: () => clock.now() + aheadMs } });
    createHome(ctx.home, { tokens: { corp: token } });
    const over = new AbortController();
    const untilOver = () => new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    const holding = withSessionLock(ctx, session(), { reporter: createRecorder(), maxWaitMs: 1_000 }, untilOver);
    await until('the lock to be taken', () => existsSync(`${path(ctx)}.lock`));
    const running = ensureSession(ctx, createRequest(session(), { login: 'auto', deviceCode: true, ...more }));
    await until('it to wait for the lock', () => ctx.clock.slept.length >= 3);
    act(ctx);
    over.abort();
    await holding;
    return answerCodes(emulator, running);
  }

  it('is no answer to who wants to sign in anew, where it only refreshed', async () => {
    const token = emulator.issueToken({ refreshable: true });
    const renewed = await refreshAsSdk(token);
    const outcome = await whileLocked(token, { force: true }, (ctx) => writeFileSync(path(ctx), renewed));
    expect(outcome.state).toBe('logged-in');
  });

  it('is the login that was wanted, where nothing could be refreshed', async () => {
    const byAnother = emulator.issueToken({});
    const outcome = await whileLocked(emulator.issueToken({ refreshable: false }), { force: true }, (ctx) =>
      writeFileSync(path(ctx), JSON.stringify(byAnother)),
    );
    expect(outcome).toMatchObject({ state: 'valid', token: { accessToken: byAnother.accessToken } });
  });

  whereProc('needs no login after it, where the clock was put right and the token is good after all', async () => {
    aheadMs = 7_200_000;
    const token = emulator.issueToken({ expiresIn: 3600, refreshable: false });
    const outcome = await whileLocked(token, {}, () => (aheadMs = 0));
    expect(outcome).toMatchObject({ state: 'valid', token: { accessToken: token.accessToken } });
    expect(emulator.log).toEqual([]);
  });
});

describe('a token file that is being written in place', () => {
  it.each(['', '{\n  "startUrl": "https://acme'])('is waited for until it is whole: %j', async (torn) => {
    const token = emulator.issueToken({});
    const ctx = given(torn, { number: 3, act: () => writeFileSync(path(ctx), JSON.stringify(token, null, 2)) });
    expect(await ensureSession(ctx, createRequest(session()))).toMatchObject({
      state: 'valid',
      token: { accessToken: token.accessToken },
    });
  });

  it('is given up after two seconds, and at once where it was left so long ago', async () => {
    const fresh = given('{"accessToken": "AT', undefined);
    expect((await userError(ensureSession(fresh, createRequest(session())))).exitCode).toBe(77);
    expect(fresh.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(2_000);
    const old = given('{"accessToken": "AT', undefined);
    utimesSync(path(old), 1_000_000, 1_000_000);
    expect((await userError(ensureSession(old, createRequest(session())))).exitCode).toBe(77);
    expect(old.clock.slept).toEqual([]);
  });
});

describe('what killed processes left in the token cache', () => {
  it('is removed by the next that renews the session, a minute later or more; nothing else is', async () => {
    const ctx = given(emulator.issueToken({ expiresIn: -60 }), undefined);
    const folder = dirname(path(ctx));
    const name = `${'0'.repeat(40)}.json`;
    const left = [`${name}.123.0123456789ab.tmp`, `${name}.lock.123.01234567-89ab-cdef-0123-456789abcdef`];
    const others = [`${name}.tmp`, 'x.tmp', `${name}.bak`, name];
    const young = `${name}.124.0123456789ab.tmp`;
    for (const each of [...left, ...others, young]) writeFileSync(join(folder, each), 'secret');
    for (const each of [...left, ...others]) utimesSync(join(folder, each), new Date(0), Date.now() / 1000 - 100);
    expect((await ensureSession(ctx, createRequest(session()))).state).toBe('refreshed');
    const names = readdirSync(folder).filter((each) => each.startsWith(name) || each === 'x.tmp');
    expect(names.toSorted()).toEqual([...others, young].toSorted());
  });
});
