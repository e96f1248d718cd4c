import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { leftoverFiles, readAwsFiles, tornFiles } from '../helpers/aws-files.ts';
import { cdkxPath, cleanEnvironment, runCdkx } from '../helpers/cli.ts';
import { recordFigure, recordLongest } from '../helpers/figures.ts';
import { watchSteps } from '../helpers/fs-steps.ts';
import { openCdkx } from '../helpers/pty.ts';
import { createRandom, forEachOf, sample } from '../helpers/sample.ts';
import { isLongForm } from '../helpers/scale.ts';
import { until } from '../helpers/until.ts';
import { questions } from '../helpers/questions.ts';
import { everyWay, inPlace, isRefreshLost, tokenFile, undisturbedSteps, type Place, type Way } from './renewals.ts';

/**
 * Lets the next process come, a good two minutes later by the times of what was left, and tells what is not as promised: it goes on
 * without waiting, the files are whole, and what the killed one left half-made is gone.
 */
async function problemsOfNext(place: Place): Promise<string[]> {
  const files = readAwsFiles(place);
  const isStored = files[tokenFile] !== place.before[tokenFile];
  const isLost = isRefreshLost(place, files);
  age(place);
  const watched = watchSteps(place);
  const env = { ...place.env, ...watched.env, ...(isLost ? { CDKX_LOGIN: 'prompt' } : {}) };
  const { exitCode, stderr } = await runCdkx(['deploy', '--cdkx-verbose'], { ...place, env });
  const isAsExpected = isLost
    ? exitCode === 77 && stderr.includes('cdkx sso login --profile acme-dev')
    : exitCode === 0;
  // It is found held, is broken, and is found free; on a busy machine a look more. Who waits looks again every 150 ms, for 10 s.
  const onLock = watched.steps().filter(({ path }) => path.endsWith('.lock'));
  const looks = onLock.filter(({ name }) => name === 'readdirSync');
  const [found] = looks;
  const taken = onLock.find(({ name }) => name === 'utimesSync');
  if (found !== undefined && taken !== undefined) {
    recordLongest('killed.takeover', (taken.atMs - found.atMs) / 1000);
    recordLongest('killed.start', taken.atMs / 1000);
  }
  const after = readAwsFiles(place);
  // Where the token was stored before the end, nobody takes the lock any more, or clears it away.
  const mayStay = isStored ? /\.json\.lock\// : /^$/;
  return [
    ...(isAsExpected ? [] : [`ended with ${exitCode}: ${stderr}`]),
    ...(looks.length <= 10 ? [] : [`looked at the lock ${looks.length} times`]),
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

interface Point {
  readonly way: Way;
  readonly act: 'kill' | 'half';
  readonly at: number;
  readonly name: string;
}

async function everyPoint(): Promise<Point[]> {
  const points: Point[] = [];
  for (const way of everyWay) {
    const steps = await undisturbedSteps(way);
    points.push(
      ...steps.flatMap(({ number: at, name }): Point[] => [
        { way, act: 'kill', at, name },
        { way, act: 'half', at, name },
      ]),
    );
  }
  return points;
}

const inLongForm = isLongForm ? it : it.skip;
const random = createRandom();

describe('when a process that renews the session is killed, the next goes on at once and the files are whole', () => {
  it(`${isLongForm ? 'before and within each step' : 'before or within some steps'} on the disk`, async () => {
    const all = await everyPoint();
    const writes = all.filter(({ act, name }) => act === 'half' && name === 'writeSync');
    const points = isLongForm ? all : [...writes, ...sample(all, 4, random)];
    const problems: string[] = [];
    await forEachOf(points, ({ way, act, at }) =>
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
      await until(`the call of ${operation}`, () =>
        place.emulator.log.some((record) => record.operation === operation),
      );
      await running.kill();
      stopHanging();
      expect(await problemsOfNext(place)).toEqual([]);
      recordFigure('killed.calls');
    });
  });

  it.each([
    ['at the question', questions.signIn, {}],
    ['while the browser is waited for', questions.switchToCode, { CDKX_LOGIN: 'auto', BROWSER: 'true' }],
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
