import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SsoSource } from '../../lib/profile/source.ts';
import { accessUrl, offerToWait, waitForRole } from '../../lib/run/request-access.ts';
import { tokenPath } from '../../lib/sso/cache/token-cache.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { until } from '../helpers/until.ts';

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

describe('accessUrl', () => {
  it.each([
    ['https://a.example/{account}/{role}?r={role}', 'https://a.example/111111111111/Dev%40x%2Cy?r=Dev%40x%2Cy'],
    ['https://a.example/', 'https://a.example/'],
  ])('fills %s', (template, expected) => {
    expect(accessUrl(template, { accountId: '111111111111', roleName: 'Dev@x,y' })).toBe(expected);
  });
});

describe('a role that is not assigned', () => {
  let emulator: Emulator;
  let roles: string[];
  beforeEach(async () => {
    roles = ['ReadOnly'];
    emulator = await startEmulator({ accounts: [{ id: '111111111111', roles }] });
  });
  afterEach(() => emulator.close());

  /** A machine that is signed in, and misses the role Developer; `onSleep` is called with the number of pauses so far. */
  function signedIn(onSleep: (pauses: number) => void, interactive = false) {
    const clock = createFakeClock();
    const sleep = clock.sleep.bind(clock);
    const moving = Object.assign(clock, {
      sleep: (ms: number, signal?: AbortSignal) => {
        const slept = sleep(ms, signal);
        onSleep(clock.slept.length);
        return slept;
      },
    });
    const opened = join(tempFolder(), 'opened');
    const script = `require('fs').writeFileSync('${opened.replaceAll('\\', '/')}', process.argv[1])`;
    const env = { ...emulator.env(), BROWSER: `"${process.execPath}" -e "${script}" %s` };
    const ctx = createTestContext({ clock: moving, env, interactive });
    const source: SsoSource = {
      kind: 'sso-session',
      profile: 'acme-dev',
      accountId: '111111111111',
      roleName: 'Developer',
      session: {
        name: 'acme',
        startUrl: 'https://acme.awsapps.com/start',
        region: 'eu-west-1',
        endpoints: { portal: emulator.url, oidc: emulator.url },
      },
    };
    const path = tokenPath(ctx, source.session);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(emulator.issueToken({ expiresIn: 7200 })));
    return { ctx, source, clock, opened, project: { http: {} }, reporter: createReporter(ctx, 'normal') };
  }

  function wait(onSleep: (pauses: number) => void = () => undefined) {
    const { ctx, source, clock, project, reporter } = signedIn(onSleep);
    const stop = new AbortController();
    const done = waitForRole(ctx, source, { project, reporter, signal: stop.signal });
    return { done, stop, clock, warned: () => ctx.written.stderr() };
  }

  const assign = () => roles.push('Developer');

  it('ends when the role is assigned', async () => {
    const { done, clock } = wait((pauses) => pauses === 3 && assign());
    expect(await done).toBe(true);
    expect(clock.slept).toHaveLength(3);
  });

  it('gives up after half an hour', async () => {
    const { done, clock, warned } = wait();
    expect(await done).toBe(false);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(30 * 60_000);
    expect(warned()).toContain('30 min');
  });

  it('gives up when the session is revoked', async () => {
    const { done, clock } = wait((pauses) => pauses === 2 && emulator.revoke());
    expect(await done).toBe(false);
    expect(clock.slept).toHaveLength(2);
  });

  it('ends at once when it is interrupted', async () => {
    const run = wait((pauses) => pauses === 1 && run.stop.abort(new Error('interrupted')));
    await expect(run.done).rejects.toThrow('interrupted');
    expect(run.clock.slept).toHaveLength(1);
  });

  const [enter, down, controlC] = ['\r', '\u001b[B', '\u0003'];
  const url = 'https://access.example.com/?role=Developer';
  const pausesOf = (slept: readonly number[]) => slept.filter((ms) => ms === 10_000).length;

  it.each([
    ['waits', [enter], true, 1],
    ['opens the URL, and waits', [down, enter], true, 1],
    ['stops', [down, down, enter], false, 0],
    ['cancels', [controlC], false, 0],
  ] as const)('is waited for as the user chooses: %s', async (_, keys, isAssigned, pauses) => {
    const { ctx, clock, opened, source, ...rest } = signedIn(() => pausesOf(clock.slept) === 1 && assign(), true);
    const asked = offerToWait(ctx, { source, url }, rest);
    await until('the choices', () => ctx.written.stderr().includes('Stop'));
    for (const key of keys) {
      const shown = ctx.written.stderr();
      ctx.type(key);
      await until('the next picture', () => ctx.written.stderr() !== shown);
    }
    expect({ isAssigned: await asked, pauses: pausesOf(clock.slept) }).toEqual({ isAssigned, pauses });
    expect(/30 min.*Ctrl-C/s.test(ctx.written.stderr())).toBe(isAssigned);
    if (isAssigned && keys[0] === down) await until('the URL in the browser', () => textOf(opened) === url);
    expect(textOf(opened)).toBe(isAssigned && keys[0] === down ? url : undefined);
  });
});
