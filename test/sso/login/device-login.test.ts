import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../lib/context.ts';
import { ensureSession } from '../../../lib/sso/ensure/ensure-session.ts';
import {
  type FailureKind,
  type IdentityCenter,
  IdentityCenterFailure,
  type IssuedToken,
} from '../../../lib/sso/identity-center/client.ts';
import { opensBrowser, signInWithDeviceCode } from '../../../lib/sso/login/device-login.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createRecorder, createRequest, createSession, startUrl } from '../setup.ts';

const issued: IssuedToken = { accessToken: 'AT', expiresIn: 3600 };
const host = 'oidc.eu-west-1.amazonaws.com';

/** A login whose polls are answered in that order; the last answer repeats. */
function start(
  answers: readonly (FailureKind | 'token')[],
  verificationUri = 'https://device.sso.eu-west-1.amazonaws.com/',
) {
  const ctx = createTestContext();
  const reporter = createRecorder();
  let polls = 0;
  const identityCenter = {
    oidcUrl: `https://${host}`,
    startDeviceAuthorization: async () => ({
      deviceCode: 'DC',
      userCode: 'ABCD-EFGH',
      verificationUri,
      verificationUriComplete: `${verificationUri}?user_code=ABCD-EFGH`,
      expiresIn: 600,
      interval: 5,
    }),
    createToken: async () => {
      const answer = answers[Math.min(polls, answers.length - 1)] ?? 'token';
      polls += 1;
      if (answer === 'token') return issued;
      throw new IdentityCenterFailure(answer, { operation: 'CreateToken', host, code: answer });
    },
  } as unknown as IdentityCenter;
  const end = signInWithDeviceCode({
    ctx,
    session: createSession(),
    name: 'corp',
    again: 'cdkx sso login --sso-session corp',
    identityCenter,
    registration: { clientId: 'C', clientSecret: 'S', expiresAt: new Date() },
    startUrl,
    reporter,
    noBrowser: true,
    insistsOnBrowser: false,
    signal: new AbortController().signal,
  });
  return { ctx, end, reporter };
}

describe('the browser for a device code', () => {
  const ssh = { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };

  it.each<[string, NodeJS.Platform, Record<string, string>, boolean]>([
    ['a Linux desktop', 'linux', { DISPLAY: ':0' }, true],
    ['Linux without a display', 'linux', {}, false],
    ['BROWSER without a display', 'linux', { BROWSER: 'x' }, true],
    ['WSL, where a browser of Windows opens', 'linux', { WSL_DISTRO_NAME: 'Debian' }, true],
    ['macOS', 'darwin', {}, true],
    ['Windows', 'win32', {}, true],
    ['SSH to macOS', 'darwin', ssh, false],
    ['SSH to Windows', 'win32', ssh, false],
    ['SSH to WSL', 'linux', { ...ssh, WSL_DISTRO_NAME: 'Debian' }, false],
  ])('%s', (_, platform, env, opens) => {
    const ctx = createTestContext({ platform, env });
    const reporter = { ...createRecorder(), interactive: true };
    expect(opensBrowser({ ctx, noBrowser: false, reporter })).toBe(opens);
    expect(opensBrowser({ ctx, noBrowser: true, reporter })).toBe(false);
  });
});

describe('a login by device authorization', () => {
  it('waits the interval before each poll', async () => {
    const { ctx, end } = start(['authorization-pending', 'authorization-pending', 'token']);
    expect(await end).toEqual({ issued });
    expect(ctx.clock.slept).toEqual([5_000, 5_000, 5_000]);
  });

  it('waits five seconds longer for good at each slow_down', async () => {
    const { ctx, end } = start(['authorization-pending', 'slow-down', 'authorization-pending', 'slow-down', 'token']);
    await end;
    expect(ctx.clock.slept).toEqual([5_000, 5_000, 10_000, 10_000, 15_000]);
  });

  it.each([['network'], ['server'], ['throttled'], ['malformed']] as const)(
    'survives a %s failure that passes',
    async (kind) => {
      expect(await start([kind, kind, 'authorization-pending', kind, 'token']).end).toEqual({ issued });
    },
  );

  it.each([['network'], ['server'], ['throttled'], ['malformed']] as const)(
    'gives up when a %s failure stays',
    async (kind) => {
      const { ctx, end } = start([kind]);
      await expect(end).rejects.toMatchObject({ kind });
      expect(ctx.clock.slept).toHaveLength(6);
    },
  );

  it.each([['access-denied'], ['expired-token'], ['invalid-grant'], ['invalid-client']] as const)(
    'ends at once at %s',
    async (kind) => {
      await expect(start([kind, 'token']).end).rejects.toMatchObject({ kind });
    },
  );

  it('ends when the code has expired', async () => {
    const { ctx, end } = start(['authorization-pending']);
    await expect(end).rejects.toMatchObject({ kind: 'expired-token' });
    expect(ctx.clock.slept).toHaveLength(120);
  });

  it('shows the addresses and the code, and until when it waits', async () => {
    const { ctx, end } = start(['token']);
    await end;
    const shown = ctx.written.stderr();
    expect(shown).toContain('  https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH\n');
    expect(shown).toContain('  ABCD-EFGH\n');
    expect(shown).toMatch(/Waiting for you to sign in \(until \d\d:\d\d/);
  });

  it('warns about an address on a host nobody expects', async () => {
    const { end, reporter } = start(['token'], 'https://sign-in.example.com/');
    await end;
    expect(reporter.said.join()).toContain('unexpected host sign-in.example.com');
  });

  it.each([
    'javascript:alert(1)//',
    'file:///etc/passwd',
    'http://device.sso.eu-west-1.amazonaws.com/',
    'https://a@b.awsapps.com/',
  ])('refuses the address %s without showing it', async (address) => {
    const { ctx, end } = start(['token'], address);
    await expect(end).rejects.toMatchObject({ kind: 'malformed' });
    expect(ctx.written.stderr()).not.toContain(address);
  });
});

describe('a login by device authorization at a stand-in that keeps the rules of RFC 8628', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  /** The clock of the stand-in goes with that of cdkx; the person approves when that many seconds have gone by. */
  async function logIn(slowDowns: number, approvedAfter: number) {
    emulator = await startEmulator({ slowDowns });
    const clock = createFakeClock(Date.now());
    let waited = 0;
    const sleep: Clock['sleep'] = (ms, signal) => {
      emulator.advance({ seconds: ms / 1000 });
      waited += ms / 1000;
      if (waited >= approvedAfter)
        emulator.waitingUserCodes().forEach((userCode) => emulator.answerDevice({ userCode }));
      return clock.sleep(ms, signal);
    };
    const ctx = createTestContext({ clock: { ...clock, sleep }, env: { CDKX_DEVICE_CODE: '1' }, awsHosts: emulator });
    const session = createSession();
    const { state } = await ensureSession(ctx, createRequest(session, { login: 'auto' }));
    const polls = emulator.log.filter(({ operation }) => operation === 'CreateToken').map(({ error }) => error);
    return { state, slept: clock.slept, polls };
  }

  it('is never told to slow down by keeping to the interval', async () => {
    const { state, polls } = await logIn(0, 30);
    expect(state).toBe('logged-in');
    expect(new Set(polls)).toEqual(new Set(['authorization_pending', undefined]));
  });

  it('is told so no more often than it must be, since it slows down for good', async () => {
    const { state, slept, polls } = await logIn(2, 60);
    expect(state).toBe('logged-in');
    expect(polls.filter((error) => error === 'slow_down')).toHaveLength(2);
    expect(slept.filter((ms) => ms >= 1_000).slice(0, 3)).toEqual([5_000, 10_000, 15_000]);
  });
});
