import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { leftoverFiles, readAwsFiles, tornFiles } from '../helpers/aws-files.ts';
import { cdkxPath, cleanEnvironment, runCdkx } from '../helpers/cli.ts';
import { answerDevices } from '../helpers/devices.ts';
import { recordFigure, recordLongest } from '../helpers/figures.ts';
import { watchSteps } from '../helpers/fs-steps.ts';
import { tokenFileName } from '../helpers/home.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { inputs, isLongForm } from '../helpers/scale.ts';

/** How a session is renewed: the token on disk, and what cdkx is told. */
const ways = {
  refresh: { isRefreshable: true, env: {} },
  'login in the browser': { isRefreshable: false, env: { CDKX_DEVICE_CODE: '0', ...personAsBrowser() } },
  'login with a code': { isRefreshable: false, env: { CDKX_DEVICE_CODE: '1' } },
} as const;
type Way = keyof typeof ways;
const everyWay = Object.keys(ways) as Way[];

interface Place extends Workplace {
  readonly emulator: Emulator;
  readonly env: Record<string, string>;
  /** The token file before anything happened. */
  readonly before: string | undefined;
}

const tokenFile = join('sso/cache', tokenFileName('acme'));

/** A home and a stand-in of its own. A refresh token is good for one use there: the strictest that AWS may be. */
async function inPlace<Result>(way: Way, use: (place: Place) => Promise<Result>): Promise<Result> {
  const emulator = await startEmulator({ refreshTokens: 'rotate' });
  const stopAnswering = answerDevices(emulator);
  const { isRefreshable, env } = ways[way];
  const acme = emulator.issueToken({ expiresIn: -60, refreshable: isRefreshable });
  const project = createScriptedProject('console.log("cdk ran")', { tokens: { acme } });
  const before = readAwsFiles(project)[tokenFile];
  try {
    return await use({
      ...project,
      emulator,
      before,
      env: { ...emulator.env(), ...project.env, ...env, CDKX_LOGIN: 'auto' },
    });
  } finally {
    stopAnswering();
    await emulator.close();
  }
}

/**
 * Lets the next process come, a good two minutes later by the times of what was left, and tells what is not as promised: it goes on
 * without waiting, the files are whole, and what the killed one left half-made is gone.
 */
async function problemsOfNext(place: Place): Promise<string[]> {
  const files = readAwsFiles(place);
  const isStored = files[tokenFile] !== place.before;
  const isGranted = place.emulator.log.some(({ operation, status }) => operation === 'CreateToken' && status === 200);
  // The one loss that nobody can spare: the refresh token was spent, and the process died before it stored the new one.
  const isLost = isGranted && !isStored && place.before?.includes('refreshToken') === true;
  age(place);
  const watched = watchSteps(place);
  const env = { ...place.env, ...watched.env, ...(isLost ? { CDKX_LOGIN: 'prompt' } : {}) };
  const begun = performance.now();
  const { exitCode, stderr } = await runCdkx(['deploy', '--cdkx-verbose'], { ...place, env });
  recordLongest('killed.seconds', (performance.now() - begun) / 1000);
  const isAsExpected = isLost
    ? exitCode === 77 && stderr.includes('cdkx sso login --profile acme-dev')
    : exitCode === 0;
  // A lock that somebody waits for is looked at again and again; else it is found held, is broken, and is found free.
  const onLock = watched.steps().filter(({ path }) => path.endsWith('.lock'));
  const looks = onLock.filter(({ name }) => name === 'readdirSync');
  const [found] = looks;
  const taken = onLock.find(({ name }) => name === 'utimesSync');
  if (found !== undefined && taken !== undefined) recordLongest('killed.takeover', (taken.atMs - found.atMs) / 1000);
  const after = readAwsFiles(place);
  // Where the token was stored before the end, nobody takes the lock any more, or clears it away.
  const mayStay = isStored ? /\.json\.lock\// : /^$/;
  return [
    ...(isAsExpected ? [] : [`ended with ${exitCode}: ${stderr}`]),
    ...(looks.length <= 3 ? [] : [`looked at the lock ${looks.length} times`]),
    ...[...tornFiles(files), ...tornFiles(after)].map((path) => `${path} is half written`),
    ...leftoverFiles(after).flatMap((path) => (mayStay.test(path) ? [] : [`${path} is left behind`])),
  ];
}

function age({ home }: Place): void {
  const cache = join(home, '.aws/sso/cache');
  const at = Date.now() / 1000 - 120;
  for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' })) utimesSync(join(cache, name), at, at);
}

/** Starts cdkx without a terminal; `kill` ends it, and resolves when it is gone. */
function startCdkx({ cwd, home, env }: Place) {
  const child = spawn(process.execPath, [cdkxPath, 'deploy'], {
    cwd,
    env: cleanEnvironment(home, env),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    ended,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Does work for each of the inputs, two at a time. */
async function forEach<Input>(all: Iterable<Input>, work: (input: Input) => Promise<void>): Promise<void> {
  const waiting = all[Symbol.iterator]();
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
  };
  await Promise.all([worker(), worker()]);
}

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Point {
  readonly way: Way;
  readonly act: 'kill' | 'half';
  readonly at: number;
}

/** Every step below `~/.aws` that a run goes through which nobody disturbs. */
async function countSteps(way: Way): Promise<number> {
  return inPlace(way, async (place) => {
    const watched = watchSteps(place);
    const { exitCode } = await runCdkx(['deploy'], { ...place, env: { ...place.env, ...watched.env } });
    expect({ exitCode, last: watched.steps().at(-1)?.name }).toEqual({ exitCode: 0, last: 'rmdirSync' });
    return watched.steps().length;
  });
}

async function everyPoint(): Promise<Point[]> {
  const points: Point[] = [];
  for (const way of everyWay) {
    const count = await countSteps(way);
    for (let at = 1; at <= count; at += 1) points.push({ way, act: 'kill', at }, { way, act: 'half', at });
  }
  return points;
}

const inLongForm = isLongForm ? it : it.skip;
const { seed } = inputs();
const random = createRandom(seed);

describe('when a process that renews the session is killed, the next goes on at once and the files are whole', () => {
  it(`${isLongForm ? 'before and within each step' : 'before or within some steps'} on the disk`, async () => {
    const all = await everyPoint();
    const points = isLongForm ? all : Array.from({ length: 8 }, () => all[Math.floor(random() * all.length)] as Point);
    const problems: string[] = [];
    await forEach(points, ({ way, act, at }) =>
      inPlace(way, async (place) => {
        const watched = watchSteps(place, { act, at });
        const [code, signal] = await startCdkx({ ...place, env: { ...place.env, ...watched.env } }).ended;
        const step = watched.steps().at(-1);
        const where = `${way}, ${act} at ${at} (${step?.name} ${step?.path})`;
        if (signal !== 'SIGKILL') problems.push(`${where}: was not killed, but ended with ${code}`);
        problems.push(...(await problemsOfNext(place)).map((problem) => `${where}: ${problem}`));
        recordFigure('killed.steps');
      }),
    );
    expect(problems).toEqual([]);
  });

  it.each([
    ['refresh', 'CreateToken'],
    ['login in the browser', 'RegisterClient'],
    ['login in the browser', 'CreateToken'],
    ['login with a code', 'StartDeviceAuthorization'],
    ['login with a code', 'CreateToken'],
  ] as const)('%s: while Identity Center has not answered %s', async (way, operation) => {
    await inPlace(way, async (place) => {
      const stopHanging = place.emulator.faults.add({ kind: 'hang', operation, times: 'always' });
      const running = startCdkx(place);
      while (!place.emulator.log.some((record) => record.operation === operation)) await soon();
      await running.kill();
      stopHanging();
      expect(await problemsOfNext(place)).toEqual([]);
      recordFigure('killed.calls');
    });
  });

  it.each([
    ['at the question', 'Log in now?', {}],
    ['while the browser is waited for', 'press d', { CDKX_LOGIN: 'auto', BROWSER: 'true' }],
  ])('%s', async (_, shown, more) => {
    await inPlace('login in the browser', async (place) => {
      const terminal = openCdkx(['deploy'], {
        ...place,
        env: { ...place.env, CDKX_LOGIN: 'prompt', ...more },
        columns: 120,
      });
      await terminal.waitFor(shown);
      terminal.kill('SIGKILL');
      await terminal.exit;
      expect(await problemsOfNext(place)).toEqual([]);
      recordFigure('killed.waits');
    });
  });

  inLongForm('at thirty moments that chance chose', async () => {
    const problems: string[] = [];
    for (let number = 0; number < 30; number += 1) {
      const way = everyWay[number % everyWay.length] as Way;
      const afterMs = random() * (await undisturbedMs(way));
      await inPlace(way, async (place) => {
        const running = startCdkx(place);
        const [code, signal] = await Promise.race([running.ended, sleep(afterMs).then(running.kill)]);
        const found = await problemsOfNext(place);
        problems.push(...found.map((problem) => `${way}, after ${afterMs} ms (${signal ?? code}): ${problem}`));
        recordFigure('killed.moments');
      });
    }
    expect(problems).toEqual([]);
  });

  const durations = new Map<Way, number>();
  async function undisturbedMs(way: Way): Promise<number> {
    const known = durations.get(way);
    if (known !== undefined) return known;
    const duration = await inPlace(way, async (place) => {
      const begun = performance.now();
      await startCdkx(place).ended;
      return performance.now() - begun;
    });
    durations.set(way, duration);
    return duration;
  }
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const soon = () => sleep(5);
