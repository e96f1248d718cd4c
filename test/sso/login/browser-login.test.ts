import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from '../../../lib/context.ts';
import { registrationPath } from '../../../lib/sso/cache/registration-cache.ts';
import { tokenPath } from '../../../lib/sso/cache/token-cache.ts';
import { ensureSession } from '../../../lib/sso/ensure/ensure-session.ts';
import type { SsoSession } from '../../../lib/sso/session.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { createTestContext, type TestContext } from '../../helpers/context.ts';
import { answerCode } from '../../helpers/devices.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { until } from '../../helpers/until.ts';
import { createRecorder, createRequest, createSession, userError, whileTimePasses } from '../setup.ts';

/** A browser that does nothing: the test is the person. */
const idleBrowser = process.platform === 'win32' ? `"${process.execPath}" -e 0` : '/bin/true';

let emulator: Emulator;
let session: SsoSession;

beforeAll(async () => {
  emulator = await startEmulator({ deviceInterval: 0 });
});
beforeEach(() => {
  session = createSession(emulator);
  emulator.log.length = 0;
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

function start(
  options: {
    interactive?: boolean;
    kill?: Context['kill'];
    force?: boolean;
    browser?: string;
    deviceCode?: boolean;
  } = {},
) {
  const ctx = createTestContext({
    interactive: options.interactive ?? false,
    ...(options.kill === undefined ? {} : { kill: options.kill }),
    env: { BROWSER: options.browser ?? idleBrowser },
    clock: createFakeClock(Date.now(), { autoAdvance: false }),
  });
  const reporter = createRecorder(options.interactive);
  const { force, deviceCode } = options;
  const running = ensureSession(ctx, createRequest(session, { login: 'auto', reporter, force, deviceCode }));
  running.catch(() => undefined);
  return { ctx, running, reporter };
}

async function printedAddress(ctx: TestContext): Promise<string> {
  return until('the address', () => /http:\S+\/authorize\?[\w%.&=-]+/.exec(ctx.written.stderr())?.[0]);
}

/** Plays the person in the browser: the page, the decision, the way back. Resolves with the last page. */
async function signIn(address: string, decision: 'allow' | 'deny'): Promise<string> {
  const page = await (await fetch(address)).text();
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ request, user: 'ada@acme.example', decision });
  const answer = await fetch(`${emulator.url}/authorize`, { method: 'POST', body, redirect: 'manual' });
  return (await fetch(answer.headers.get('location') ?? '')).text();
}

describe('a login by authorization code', () => {
  it('stores a token that can be refreshed, and its registration', async () => {
    const { ctx, running } = start();
    const page = await signIn(await printedAddress(ctx), 'allow');
    expect((await running).state).toBe('logged-in');
    expect(page).toContain("You're signed in");
    const stored = JSON.parse(readFileSync(tokenPath(ctx, session), 'utf8')) as Record<string, unknown>;
    expect(stored).toMatchObject({ startUrl: session.startUrl, region: 'eu-west-1', refreshToken: expect.any(String) });
    expect(JSON.parse(readFileSync(registrationPath(ctx, session), 'utf8'))).toMatchObject({
      scopes: ['sso:account:access'],
      grantTypes: ['authorization_code', 'refresh_token'],
    });
    expect(ctx.written.stderr()).not.toContain(stored['accessToken']);
  });

  it('says that it goes on once the browser has answered', async () => {
    const { ctx, running } = start();
    await signIn(await printedAddress(ctx), 'allow');
    await running;
    expect(ctx.written.stderr().trimEnd().split('\n').at(-1)).toMatch(/^cdkx: finishing/);
  });

  it('opens the address that the AWS CLI would open', async () => {
    const { ctx, running } = start();
    const address = new URL(await printedAddress(ctx));
    expect([...address.searchParams.keys()]).toEqual([
      'response_type',
      'client_id',
      'redirect_uri',
      'state',
      'code_challenge_method',
      'scopes',
      'code_challenge',
    ]);
    expect(address.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    await signIn(address.href, 'allow');
    await running;
  });

  it('ends with 77 when it is denied, and says so in the browser', async () => {
    const { ctx, running } = start();
    const failed = userError(running);
    expect(await signIn(await printedAddress(ctx), 'deny')).toContain('denied');
    expect((await failed).exitCode).toBe(77);
    expect(existsSync(tokenPath(ctx, session))).toBe(false);
  });

  it('tells the browser too when the code cannot be exchanged', async () => {
    emulator.faults.add({
      operation: 'CreateToken',
      kind: 'error',
      status: 400,
      code: 'invalid_grant',
      times: 'always',
    });
    const { ctx, running } = start();
    const failed = userError(running);
    expect(await signIn(await printedAddress(ctx), 'allow')).toContain('Sign-in failed');
    expect((await failed).exitCode).toBe(77);
  });

  it('is not ended or hijacked by hostile requests', async () => {
    const { ctx, running } = start();
    const address = await printedAddress(ctx);
    const back = new URL(address).searchParams.get('redirect_uri') ?? '';
    await Promise.all(
      Array.from({ length: 50 }, (_each, index) =>
        fetch(`${back}?${index % 2 ? 'error=access_denied' : 'code=evil'}&state=guess${index}`),
      ),
    );
    await signIn(address, 'allow');
    expect((await running).state).toBe('logged-in');
  });

  it('ends with 77 when nobody comes in ten minutes', async () => {
    const { ctx, running } = start({ force: true });
    const failed = userError(running);
    await printedAddress(ctx);
    await ctx.clock.advance(600_000);
    const error = await failed;
    expect(error.exitCode).toBe(77);
    expect(error.parts.next).toContainEqual({ run: 'cdkx sso login --profile dev --force --device-code' });
  });

  it.each(['SIGINT', '\u0003'])('ends with 130 at %j and closes its port', async (how) => {
    const { ctx, running } = start({ interactive: true });
    const failed = userError(running);
    const back = new URL(await printedAddress(ctx)).searchParams.get('redirect_uri') ?? '';
    if (how === 'SIGINT') ctx.raise(how);
    else ctx.type(how);
    expect((await failed).exitCode).toBe(130);
    await expect(fetch(back)).rejects.toThrow('fetch failed');
  });

  it.each<[string, (flow: ReturnType<typeof start>, address: string) => unknown]>([
    ['when it is allowed', (_, address) => signIn(address, 'allow')],
    ['when it is denied', (_, address) => signIn(address, 'deny')],
    [
      'when the code is not taken',
      (_, address) => {
        emulator.faults.add({
          operation: 'CreateToken',
          kind: 'error',
          status: 400,
          code: 'invalid_grant',
          times: 'always',
        });
        return signIn(address, 'allow');
      },
    ],
    [
      'when Identity Center is away',
      (_, address) => {
        emulator.faults.add({ operation: 'CreateToken', kind: 'reset', times: 'always' });
        return signIn(address, 'allow');
      },
    ],
    ['when nobody comes', ({ ctx }) => ctx.clock.advance(600_000)],
    ['at Ctrl-C', ({ ctx }) => ctx.raise('SIGINT')],
    ['at a hang-up', ({ ctx }) => ctx.raise('SIGHUP')],
    ['at a request to end', ({ ctx }) => ctx.raise('SIGTERM')],
    ['at the key that changes to a code', ({ ctx }) => ctx.type('d')],
  ])('has no port open any more %s', async (_, end) => {
    const flow = start({ interactive: true, kill: () => undefined });
    const address = await printedAddress(flow.ctx);
    const back = new URL(address).searchParams.get('redirect_uri') ?? '';
    await fetch(`${back}?state=guess`);
    await end(flow, address);
    const isSwitched = () => flow.ctx.written.stderr().includes('Approve only if');
    const ended = new AbortController();
    void flow.running.catch(() => undefined).finally(() => ended.abort());
    await until('the end of it', () => ended.signal.aborted || isSwitched());
    await expect(fetch(back)).rejects.toThrow('fetch failed');
    recordFigure('callback-server.ends');
    flow.ctx.raise('SIGINT');
    await flow.running.catch(() => undefined);
  });

  it('changes to the code on another device at a key', async () => {
    const { ctx, running } = start({ interactive: true });
    await printedAddress(ctx);
    expect(ctx.written.stderr()).toContain('Press d');
    const earlier = emulator.waitingUserCodes();
    ctx.type('xd');
    await answerCode(emulator, earlier);
    expect((await whileTimePasses(ctx, running)).state).toBe('logged-in');
  });

  it.each(['/bin/false', '/nowhere/browser', 'none'])(
    'says that the browser could not be opened, and shows a code: BROWSER=%s',
    async (browser) => {
      const earlier = emulator.waitingUserCodes();
      const { ctx, running, reporter } = start({ browser });
      await answerCode(emulator, earlier);
      expect((await whileTimePasses(ctx, running)).state).toBe('logged-in');
      expect(reporter.said.join('\n')).toContain(`BROWSER (${browser})`);
      expect(ctx.written.stderr()).toMatch(/[A-Z]{4}-[A-Z]{4}/);
    },
  );

  it('says so and goes on with the address where the user insists on the browser', async () => {
    const { ctx, running, reporter } = start({ browser: '/bin/false', deviceCode: false });
    await until('the warning', () => reporter.said.join('\n').includes('could not be opened') || undefined);
    await signIn(await printedAddress(ctx), 'allow');
    expect((await running).state).toBe('logged-in');
  });

  it('dies by the signal that asked it to end, after giving everything back', async () => {
    const killed: unknown[] = [];
    const ctx = createTestContext({
      env: { BROWSER: idleBrowser },
      clock: createFakeClock(Date.now(), { autoAdvance: false }),
      kill: (pid, signal) => void killed.push([pid, signal]),
    });
    const failed = userError(ensureSession(ctx, createRequest(session, { login: 'auto', deviceCode: undefined })));
    await printedAddress(ctx);
    ctx.raise('SIGTERM');
    await failed;
    expect(killed).toEqual([[ctx.pid, 'SIGTERM']]);
  });
});
