import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundle } from '../../helpers/bundle.ts';
import type { Context } from '../../../lib/context.ts';
import { createProcessContext } from '../../../lib/process-context.ts';
import { tokenPath } from '../../../lib/sso/cache/token-cache.ts';
import { withSessionLock } from '../../../lib/sso/ensure/lock.ts';
import { type LockOwner, thisOwner } from '../../../lib/sso/ensure/lock-folder.ts';
import { createTestContext } from '../../helpers/context.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { nextLines } from '../../helpers/message.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { until } from '../../helpers/until.ts';
import { createRecorder, createSession, userError } from '../setup.ts';
import { needing, noProc, onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'signals');

const whereProc = needing(it, '/proc', noProc);

const session = createSession();
const folder = mkdtempSync(join(tmpdir(), 'cdkx-lock-'));
const holder = join(folder, 'lock-holder.mjs');

beforeAll(() => bundle(join(import.meta.dirname, 'lock-holder.ts'), holder));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A context with the real clock and the given home. */
function realContext(home: string): Context {
  return { ...createTestContext(), clock: createProcessContext('').clock, home };
}

function startHolder(home: string, log: string, holdMs: number, times = 1): ChildProcess {
  return spawn(process.execPath, [holder, log, String(holdMs), String(times)], {
    env: { HOME: home, PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function whenHeld(child: ChildProcess): Promise<void> {
  await once(child.stdout!, 'data');
}

/** Takes the lock, and tells how long it slept for it and what it said. */
async function takeOver(home: string): Promise<{ slept: number[]; said: string }> {
  const ctx = { ...createTestContext(), home };
  const reporter = createRecorder();
  await withSessionLock(ctx, session, { reporter, maxWaitMs: 30_000 }, async () => undefined);
  expect(readdirSync(dirname(lockPath(home)))).toEqual([]);
  recordFigure('lock.holders');
  return { slept: ctx.clock.slept, said: reporter.said.join('\n') };
}

const brokeTheLockOf = (pid: number | undefined) => `broke the lock of process ${pid}, which is gone`;

const isInState = (pid: number, state: string) => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`) ${state} `);

function lockPath(home: string): string {
  return `${tokenPath({ home }, session)}.lock`;
}

/** Puts a lock in place as another process would have left it. */
function leaveLock(home: string, record: unknown): void {
  mkdirSync(lockPath(home), { recursive: true });
  writeFileSync(join(lockPath(home), 'left-behind'), JSON.stringify(record));
}

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the lock of a session', () => {
  it('lets one process in at a time, and leaves nothing behind', async () => {
    const home = tempFolder();
    const log = join(home, 'log');
    const children = Array.from({ length: 6 }, () => startHolder(home, log, 5, 5));
    await Promise.all(children.map((child) => once(child, 'exit')));
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(60);
    lines.forEach((line, index) => {
      expect(line).toBe(index % 2 === 0 ? line.replace('out', 'in') : lines[index - 1]?.replace('in', 'out'));
    });
    expect(readdirSync(dirname(lockPath(home)))).toEqual([]);
  });

  it('is taken over at once when its holder was killed', async () => {
    const home = tempFolder();
    const child = startHolder(home, join(home, 'log'), 60_000);
    await whenHeld(child);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(await takeOver(home)).toEqual({ slept: [], said: expect.stringContaining(brokeTheLockOf(child.pid)) });
  });

  /** Somebody who starts a holder, says its process id, and never asks for its end: it stays in the process table as a zombie. */
  const neglectfulParent = 'node="$0"; "$node" "$@" >&2 & echo "pid=$!"; exec sleep 600';

  onLinux('is taken over at once when its holder was killed and nobody buries it', async () => {
    const home = tempFolder();
    const args = ['-c', neglectfulParent, process.execPath, holder, join(home, 'log'), '60000'];
    const parent = spawn('/bin/sh', args, { env: { HOME: home, PATH: process.env['PATH'] }, stdio: 'pipe' });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(/pid=(\d+)/.exec(said.toString())?.[1]);
    try {
      await once(parent.stderr, 'data');
      process.kill(pid, 'SIGKILL');
      await until('it to be dead and not buried', () => isInState(pid, 'Z'));
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(await takeOver(home)).toEqual({ slept: [], said: expect.stringContaining(brokeTheLockOf(pid)) });
    } finally {
      parent.kill('SIGKILL');
    }
  });

  itOnPosix.each(['SIGTERM', 'SIGHUP'] as const)('is given back when its holder ends by %s', async (signal) => {
    const home = tempFolder();
    const child = startHolder(home, join(home, 'log'), 60_000);
    await whenHeld(child);
    const exited = once(child, 'exit');
    child.kill(signal);
    expect(await exited).toEqual([null, signal]);
    expect(readdirSync(dirname(lockPath(home)))).toEqual([]);
  });

  it('tells who waits whom it waits for', async () => {
    const home = tempFolder();
    const child = startHolder(home, join(home, 'log'), 60_000);
    await whenHeld(child);
    const ctx = { ...createTestContext(), clock: createProcessContext('').clock, home };
    void once(ctx.stderr, 'data').then(() => child.kill('SIGTERM'));
    await withSessionLock(ctx, session, { reporter: createRecorder(), maxWaitMs: 30_000 }, async () => undefined);
    expect(ctx.written.stderr()).toContain(`waiting for another cdkx (process ${child.pid}) to finish signing in`);
  });

  it('stops waiting when it is told to', async () => {
    const home = tempFolder();
    leaveLock(home, thisOwner({ pid: process.pid }));
    const stop = new AbortController();
    const waiting = withSessionLock(
      realContext(home),
      session,
      { reporter: createRecorder(), signal: stop.signal, maxWaitMs: 30_000 },
      async () => undefined,
    );
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });

  it.each([
    ['here', process.pid, thisOwner({ pid: process.pid }).machine, true],
    ['on another machine', 1, `not ${hostname()}`, false],
  ])('gives up on a holder %s, which only its own machine can end', async (_, pid, machine, hasCommand) => {
    const ctx = createTestContext();
    leaveLock(ctx.home, { pid, machine });
    const options = { reporter: createRecorder(), maxWaitMs: 5_000 };
    const error = await userError(withSessionLock(ctx, session, options, async () => undefined));
    expect(error).toMatchObject({ code: 'SessionLocked' });
    expect(error.parts.next?.some((step) => 'run' in step)).toBe(hasCommand);
  });

  whereProc('gives up on a living holder in the end', async () => {
    const ctx = createTestContext();
    leaveLock(ctx.home, thisOwner({ pid: process.pid }));
    const options = { reporter: createRecorder(), maxWaitMs: 20_000 };
    const error = await userError(withSessionLock(ctx, session, options, async () => undefined));
    expect(error.exitCode).toBe(77);
    expect(error.parts.what).toContain(`process ${process.pid}`);
    // Anything that takes the same lock would wait as long.
    expect(nextLines(error.parts.next).filter((line) => line.startsWith('    '))).toEqual([`    kill ${process.pid}`]);
  });

  function laterStart(owner: LockOwner): LockOwner {
    return { ...owner, startedAt: String(Number(owner.startedAt) + 20) };
  }

  /** Only /proc shows when a process started, and so whether it is the one that took the lock. */
  const seen: [string, LockOwner, number][] = [
    ['an earlier process of the same id', { ...thisOwner({ pid: process.pid }), startedAt: '1' }, 0],
    ['a living process that stands still', thisOwner({ pid: process.pid }), 60_000],
    ['one under emulation, which read a later start time', laterStart(thisOwner({ pid: process.pid })), 60_000],
  ];

  it.each([
    ['a dead process', { pid: 2 ** 22 + 1, machine: thisOwner({ pid: process.pid }).machine }, 0],
    ['a process of another machine without a sign of life', { pid: 1, machine: `not ${hostname()}` }, 10_000],
    ['nobody who can be read', 'nonsense', 10_000],
    ...(noProc === undefined ? seen : []),
  ])('is taken over from %s', async (_name, record, afterMs) => {
    const ctx = createTestContext();
    leaveLock(ctx.home, record);
    const before = ctx.clock.now();
    const reporter = createRecorder();
    await withSessionLock(ctx, session, { reporter, maxWaitMs: 600_000 }, async () => undefined);
    const waited = ctx.clock.now() - before;
    expect(waited).toBeGreaterThanOrEqual(afterMs);
    expect(waited).toBeLessThan(afterMs === 0 ? 1 : afterMs + 1_000);
    expect(reporter.said.join()).toContain('broke the lock');
    recordFigure('lock.holders');
  });

  /** As written where the system doesn't tell when a process started. */
  const { startedAt: _, ...unverified } = thisOwner({ pid: process.pid });

  it.each([
    ['from before the machine started', (uptime() + 3600) * 1000, 0],
    ['untouched for longer than any sign-in takes', 16 * 60 * 1000, 0],
    ['touched a minute ago', 60 * 1000, 10_000],
  ])('is taken over from a process id that lives again: a lock %s', async (_name, ageMs, afterMs) => {
    const ctx = createTestContext();
    leaveLock(ctx.home, unverified);
    const touched = new Date(ctx.clock.now() - ageMs);
    utimesSync(lockPath(ctx.home), touched, touched);
    await withSessionLock(ctx, session, { reporter: createRecorder(), maxWaitMs: 600_000 }, async () => undefined);
    const waited = ctx.clock.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(afterMs);
    expect(waited).toBeLessThan(afterMs === 0 ? 1 : afterMs + 1_000);
  });

  it('is not taken from a holder that slept with the machine, by a process that waited with it', async () => {
    const ctx = createTestContext();
    leaveLock(ctx.home, unverified);
    const touch = (ageMs: number) => {
      const time = new Date(ctx.clock.now() - ageMs);
      utimesSync(lockPath(ctx.home), time, time);
    };
    touch(0);
    const clock = {
      ...ctx.clock,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await ctx.clock.sleep(ms, signal);
        // For two seconds after waking up, the holder has not touched its lock.
        const looks = ctx.clock.slept.length;
        touch(looks >= 10 && looks < 24 ? 16 * 60 * 1000 : 0);
      },
    };
    const options = { reporter: createRecorder(), maxWaitMs: 20_000 };
    const error = await userError(withSessionLock({ ...ctx, clock }, session, options, async () => undefined));
    expect(error.exitCode).toBe(77);
  });

  whereProc('is waited for without a word when quiet', async () => {
    const ctx = createTestContext();
    leaveLock(ctx.home, thisOwner({ pid: process.pid }));
    const options = { reporter: { ...createRecorder(), level: 'quiet' as const }, maxWaitMs: 20_000 };
    await userError(withSessionLock(ctx, session, options, async () => undefined));
    expect(ctx.written.stderr()).toBe('');
  });

  whereProc(
    'counts the time that is waited, and not what the clock does: an hour ahead or back ends or prolongs nothing',
    async () => {
      const ctx = createTestContext();
      leaveLock(ctx.home, thisOwner({ pid: process.pid }));
      let jumps = 0;
      const clock = {
        ...ctx.clock,
        now: () => ctx.clock.now() + (jumps % 2 === 0 ? 3_600_000 : -3_600_000),
        sleep: async (ms: number, signal?: AbortSignal) => {
          await ctx.clock.sleep(ms, signal);
          jumps += 1;
        },
      };
      const options = { reporter: createRecorder(), maxWaitMs: 20_000 };
      await userError(withSessionLock({ ...ctx, clock }, session, options, async () => undefined));
      // Each jump ahead counts for a second at most, each one back for nothing.
      const waited = ctx.clock.slept.length;
      recordFigure('lock.jumps', jumps);
      expect(waited).toBeGreaterThan(20);
      expect(waited).toBeLessThan(60);
    },
  );

  it('is kept alive by its holder for those who cannot see its process', async () => {
    const ctx = createTestContext();
    await withSessionLock(ctx, session, { reporter: createRecorder(), maxWaitMs: 1_000 }, async () => {
      utimesSync(lockPath(ctx.home), 1, 1);
      await ctx.clock.advance(2_000);
      expect(statSync(lockPath(ctx.home)).mtimeMs).toBe(ctx.clock.now());
    });
  });

  it('leaves the lock of a later holder alone, and says that its own was taken away', async () => {
    const ctx = createTestContext();
    const reporter = createRecorder();
    await withSessionLock(ctx, session, { reporter, maxWaitMs: 1_000 }, async () => {
      rmSync(lockPath(ctx.home), { recursive: true });
      leaveLock(ctx.home, thisOwner({ pid: process.pid }));
      await ctx.clock.advance(2_000);
    });
    expect(reporter.said.join()).toContain('was lost to another process');
    expect(readdirSync(lockPath(ctx.home))).toHaveLength(1);
  });

  it('goes on without where none can be made, and says so', async () => {
    const ctx = createTestContext();
    mkdirSync(join(ctx.home, '.aws'), { recursive: true });
    writeFileSync(join(ctx.home, '.aws/sso'), 'in the way');
    const reporter = createRecorder();
    expect(await withSessionLock(ctx, session, { reporter, maxWaitMs: 1_000 }, async () => 'done')).toBe('done');
    expect(reporter.said.join()).toContain('continuing without a lock');
  });

  it('goes on without when something else is in its place', async () => {
    const ctx = createTestContext();
    mkdirSync(join(lockPath(ctx.home), 'a folder'), { recursive: true });
    const reporter = createRecorder();
    expect(await withSessionLock(ctx, session, { reporter, maxWaitMs: 60_000 }, async () => 'done')).toBe('done');
    expect(reporter.said.join()).toContain('continuing without a lock');
  });

  it('is given back when the action fails', async () => {
    const ctx = createTestContext();
    const options = { reporter: createRecorder(), maxWaitMs: 1_000 };
    const failing = withSessionLock(ctx, session, options, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(dirname(lockPath(ctx.home)))).toEqual([]);
  });
});
