import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../../lib/aws-config/shared-config.ts';
import { resolveCredentialSource } from '../../../lib/profile/resolve-source.ts';
import { keepSession } from '../../../lib/run/child/keep-session.ts';
import { readToken, tokenPath } from '../../../lib/sso/cache/token-cache.ts';
import { withSessionLock } from '../../../lib/sso/ensure/lock.ts';
import type { SsoSession } from '../../../lib/sso/session.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { TokenFile } from '../../emulator/token-file.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { createTestContext, type TestContext } from '../../helpers/context.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { createHome } from '../../helpers/home.ts';
import { tries } from '../../helpers/scale.ts';
import { until } from '../../helpers/until.ts';
import { createRecorder, startUrl } from '../../sso/setup.ts';
import { needing, noProc } from '../../helpers/needs.ts';

/** A clock that is ahead of the file system's makes a lock look abandoned, unless /proc shows that its holder lives. */
const whereProc = needing(it, '/proc', noProc);

const minute = 60_000;
const config = `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Developer
`;

describe('a session while cdk was running', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ refreshTokens: 'rotate' });
  });
  afterEach(() => emulator.close());

  const createKept = (token: TokenFile, home?: string) => {
    const ctx = createTestContext({
      env: emulator.env(),
      clock: createFakeClock(Date.now(), { autoAdvance: false }),
      ...(home === undefined ? {} : { home }),
    });
    if (home === undefined) createHome(ctx.home, { config, tokens: { corp: token } });
    const source = resolveCredentialSource(readSharedConfig(ctx), 'dev', ctx.env);
    if (source.kind !== 'sso-session') throw new Error(source.kind);
    const { session } = source;
    const found = readToken(ctx, session);
    if (found.state !== 'present') throw new Error(found.state);
    const reporter = createRecorder();
    const outcome = { state: 'ready', source, token: found.token, session: 'valid' } as const;
    const stop = keepSession(ctx, { outcome, profile: 'dev', http: {}, reporter });
    const warnings = () => reporter.said.filter((line) => line.startsWith('warn'));
    return { ctx, session, stop, warnings, reporter };
  };

  /** Moves the clock on by so many minutes, in steps, and lets everything happen that is due. */
  async function pass(ctx: TestContext, minutes: number, step = 1): Promise<void> {
    for (let left = minutes; left > 0; left -= step) {
      await ctx.clock.advance(step * minute);
      await idle();
    }
  }
  /** Until nothing is asked and answered any more. */
  async function idle(): Promise<void> {
    let [quiet, seen] = [0, -1];
    await until('the calls to end', async () => {
      await pause(1);
      [quiet, seen] = emulator.log.length === seen ? [quiet + 1, seen] : [0, emulator.log.length];
      return quiet === 12;
    });
  }
  const grants = () => emulator.log.filter(({ operation }) => operation === 'CreateToken');
  const onDisk = (ctx: TestContext, session: SsoSession) =>
    JSON.parse(readFileSync(tokenPath(ctx, session), 'utf8')) as TokenFile;

  it('is renewed before its token ends, again and again, without a word', async () => {
    const token = emulator.issueToken({ expiresIn: 3600 });
    const { ctx, session, stop, warnings } = createKept(token);
    await pass(ctx, 44, 4);
    // A run that is shorter than that calls no one.
    expect(emulator.log).toEqual([]);
    await pass(ctx, 2);
    expect(grants().map(({ status }) => status)).toEqual([200]);
    const first = onDisk(ctx, session);
    expect(first.accessToken).not.toBe(token.accessToken);
    await pass(ctx, 180, 4);
    expect(grants().filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
    expect(grants().filter(({ status }) => status !== 200)).toEqual([]);
    expect(Date.parse(onDisk(ctx, session).expiresAt)).toBeGreaterThan(ctx.clock.now() + 10 * minute);
    expect(warnings()).toEqual([]);
    await stop();
  });

  const processes = tries(12, 100);
  whereProc(`is renewed once by ${processes} that work at the same time`, async () => {
    const first = createKept(emulator.issueToken({ expiresIn: 3600 }));
    const others = Array.from({ length: processes - 1 }, () => createKept(emulator.issueToken(), first.ctx.home));
    const all = [first, ...others];
    await Promise.all(all.map(({ ctx }) => ctx.clock.advance(46 * minute)));
    // Those who wait for the lock look at it again.
    for (let round = 0; round < 2 * processes; round += 1) {
      await Promise.all(all.map(({ ctx }) => ctx.clock.advance(150)));
      await pause(5);
    }
    await Promise.all(all.map(({ stop }) => stop()));
    expect(grants().map(({ status }) => status)).toEqual([200]);
    expect(all.flatMap(({ warnings }) => warnings())).toEqual([]);
    recordFigure('keep.processes', processes);
  });

  it('is left alone where another program has renewed it', async () => {
    const { ctx, session, stop } = createKept(emulator.issueToken({ expiresIn: 3600 }));
    const byAnother = emulator.issueToken({ expiresIn: 7200 });
    writeFileSync(tokenPath(ctx, session), JSON.stringify(byAnother));
    await pass(ctx, 46);
    expect(emulator.log).toEqual([]);
    // From then on, that one is kept.
    await pass(ctx, 62);
    expect(grants().map(({ status }) => status)).toEqual([200]);
    await stop();
  });

  it('that cannot be refreshed is told once, ten minutes before its end, and kept after a sign-in elsewhere', async () => {
    const { ctx, session, stop, warnings } = createKept(emulator.issueToken({ expiresIn: 3600, refreshable: false }));
    await pass(ctx, 49);
    expect(warnings()).toEqual([]);
    await pass(ctx, 4);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('cdkx sso login --profile dev --force');
    expect(emulator.log).toEqual([]);
    const byPerson = emulator.issueToken({ expiresIn: 7200 });
    writeFileSync(tokenPath(ctx, session), JSON.stringify(byPerson));
    await pass(ctx, 55);
    expect(grants().map(({ status }) => status)).toEqual([200]);
    expect(onDisk(ctx, session).accessToken).not.toBe(byPerson.accessToken);
    expect(warnings()).toHaveLength(1);
    await stop();
  });

  it('that was ended at the portal is told at once, and once', async () => {
    const token = emulator.issueToken({ expiresIn: 3600 });
    const { ctx, session, stop, warnings } = createKept(token);
    emulator.revoke({ accessToken: token.accessToken });
    await pass(ctx, 46);
    // The file may be written by an SDK that was faster: it is read again for a second.
    await ctx.clock.advance(1_500);
    for (let turn = 0; turn < 20; turn += 1) await ctx.clock.advance(100);
    await idle();
    expect(grants()).toHaveLength(1);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('cdkx sso login --profile dev --force');
    expect(warnings()[0]).toMatch(/ends in 1[34] min/);
    await pass(ctx, 20);
    // What was refused is not asked for again.
    expect(grants()).toHaveLength(1);
    expect(warnings()).toHaveLength(1);
    expect(onDisk(ctx, session).accessToken).toBe(token.accessToken);
    await stop();
  });

  it('is tried again while Identity Center gives no answer, and told only near its end', async () => {
    const token = emulator.issueToken({ expiresIn: 3600 });
    const { ctx, session, stop, warnings } = createKept(token);
    const recover = emulator.faults.add({
      kind: 'error',
      status: 400,
      code: 'SlowDownException',
      operation: 'CreateToken',
      times: 'always',
    });
    await pass(ctx, 48);
    expect(warnings()).toEqual([]);
    await pass(ctx, 5);
    expect(warnings()).toHaveLength(1);
    recover();
    await pass(ctx, 2);
    expect(onDisk(ctx, session).accessToken).not.toBe(token.accessToken);
    await stop();
  });

  it('waits for a lock that another process holds without refusing or warning', async () => {
    const { ctx, session, stop, warnings } = createKept(emulator.issueToken({ expiresIn: 3600 }));
    const over = new AbortController();
    const untilOver = () => new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    const holding = withSessionLock(ctx, session, { reporter: createRecorder(), maxWaitMs: 1_000 }, untilOver);
    await ctx.clock.advance(46 * minute);
    await idle();
    expect(emulator.log).toEqual([]);
    over.abort();
    await holding;
    await ctx.clock.advance(1_000);
    await idle();
    expect(grants().map(({ status }) => status)).toEqual([200]);
    expect(warnings()).toEqual([]);
    await stop();
  });

  it('keeps an answer that is under way when cdk ends', async () => {
    const token = emulator.issueToken({ expiresIn: 3600 });
    const { ctx, session, stop } = createKept(token);
    emulator.faults.add({ kind: 'slow', msPerByte: 1, operation: 'CreateToken' });
    await ctx.clock.advance(46 * minute);
    await until('the lock to be taken', () => existsSync(`${tokenPath(ctx, session)}.lock`));
    await stop();
    expect(onDisk(ctx, session).accessToken).not.toBe(token.accessToken);
    expect(grants().map(({ status }) => status)).toEqual([200]);
    expect(existsSync(`${tokenPath(ctx, session)}.lock`)).toBe(false);
  });

  it('does not wait for an answer that does not come for longer than seconds', async () => {
    const token = emulator.issueToken({ expiresIn: 3600 });
    const { ctx, session, stop } = createKept(token);
    emulator.faults.add({ kind: 'hang', operation: 'CreateToken', times: 'always' });
    await ctx.clock.advance(46 * minute);
    await until('the call', () => grants().length > 0);
    const stopping = stop();
    await ctx.clock.advance(5_000);
    await stopping;
    await idle();
    expect(onDisk(ctx, session).accessToken).toBe(token.accessToken);
    expect(existsSync(`${tokenPath(ctx, session)}.lock`)).toBe(false);
  });

  it('that fails in a way nobody thought of is told in the log, and tried again', async () => {
    const { ctx, stop, reporter } = createKept(emulator.issueToken({ expiresIn: 3600 }));
    const failed = () => reporter.said.filter((line) => line.startsWith('verbose') && line.includes('no handler'));
    Object.assign(ctx, { requestHandler: () => Promise.reject(new TypeError('no handler')) });
    await pass(ctx, 46);
    expect(failed().length).toBeGreaterThan(0);
    const before = failed().length;
    await pass(ctx, 2);
    expect(failed().length).toBeGreaterThan(before);
    await stop();
  });

  it('is not called for any more when cdk has ended', async () => {
    const { ctx, stop } = createKept(emulator.issueToken({ expiresIn: 3600 }));
    await stop();
    await pass(ctx, 120, 20);
    expect(emulator.log).toEqual([]);
  });
});
