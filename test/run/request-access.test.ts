import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SsoSource } from '../../lib/profile/source.ts';
import { accessUrl, waitForRole } from '../../lib/run/request-access.ts';
import { tokenPath } from '../../lib/sso/cache/token-cache.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';

describe('accessUrl', () => {
  it.each([
    ['https://a.example/{account}/{role}?r={role}', 'https://a.example/111111111111/Dev%40x%2Cy?r=Dev%40x%2Cy'],
    ['https://a.example/', 'https://a.example/'],
  ])('fills %s', (template, expected) => {
    expect(accessUrl(template, { accountId: '111111111111', roleName: 'Dev@x,y' })).toBe(expected);
  });
});

describe('waitForRole', () => {
  let emulator: Emulator;
  let roles: string[];
  beforeEach(async () => {
    roles = ['ReadOnly'];
    emulator = await startEmulator({ accounts: [{ id: '111111111111', roles }] });
  });
  afterEach(() => emulator.close());

  /** A machine that is signed in, and waits for the role Developer; `onSleep` is called with the number of pauses so far. */
  function wait(onSleep: (pauses: number) => void = () => undefined) {
    const clock = createFakeClock();
    const sleep = clock.sleep.bind(clock);
    const moving = Object.assign(clock, {
      sleep: (ms: number, signal?: AbortSignal) => {
        const slept = sleep(ms, signal);
        onSleep(clock.slept.length);
        return slept;
      },
    });
    const ctx = createTestContext({ clock: moving, env: emulator.env() });
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
    const stop = new AbortController();
    const reporter = createReporter(ctx, 'normal');
    const done = waitForRole(ctx, source, { project: { http: {} }, reporter, signal: stop.signal });
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
});
