import { describe, expect, it } from '@jest/globals';
import { leftoverFiles, readAwsFiles, tornFiles } from '../helpers/aws-files.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { watchSteps, type FsEvent, type FsStep } from '../helpers/fs-steps.ts';
import { forEachOf, sample } from '../helpers/sample.ts';
import { isLongForm } from '../helpers/scale.ts';
import { inPlace, isRefreshLost, tokenFile, undisturbedSteps, type Place, type Way } from './renewals.ts';

interface Fault {
  readonly way: Way;
  readonly step: FsStep;
  readonly event: FsEvent;
}

/** A disk that is full or read-only from a step on, and one that fails at that step alone. */
async function everyFault(): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const way of ['refresh', 'login in the browser'] as const) {
    for (const step of await undisturbedSteps(way)) {
      const events: FsEvent[] = [
        { act: 'ENOSPC', from: step.number },
        { act: 'EROFS', from: step.number },
        { act: 'EIO', at: step.number },
      ];
      faults.push(...events.map((event) => ({ way, step, event })));
    }
  }
  return faults;
}

/** What is not as promised of a run whose disk fails at a step. */
async function problemsOf({ way, step, event }: Fault): Promise<string[]> {
  return inPlace(way, async (place) => {
    // Nobody may sign in where a refresh fails: who could, would hide it.
    const env = {
      ...place.env,
      ...watchSteps(place, event).env,
      ...(way === 'refresh' ? { CDKX_LOGIN: 'never' } : {}),
    };
    const { exitCode, stdout, stderr } = await runCdkx(['deploy'], { ...place, env });
    const files = readAwsFiles(place);
    const isStored = files[tokenFile] !== place.before[tokenFile];
    const said = stderr.replaceAll(/\s+/g, ' ');
    const cannotDelete = step.name === 'unlinkSync' || step.name === 'rmdirSync' || event.from !== undefined;
    const left = cannotDelete ? [] : leftoverFiles(files);
    return [
      ...(isRightEnd(exitCode, stdout, said, isStored) ? [] : [`ended with ${exitCode}: ${stderr}`]),
      ...(/^\s+at .*:\d+/m.test(stderr) ? [`showed a stack: ${stderr}`] : []),
      ...[...tornFiles(files), ...left].map((path) => `${path} is half written or left behind`),
      ...(await problemsOfNext(place, files)),
    ];
  });
}

function isRightEnd(exitCode: number | null, stdout: string, said: string, isStored: boolean): boolean {
  switch (exitCode) {
    case 0:
      // The token is there, or cdk was told that it must refresh for itself.
      return stdout.includes('cdk ran') && (isStored || said.includes('can refresh it itself'));
    case 77:
      return /can't be used: reading it failed \(E\w+\).*cdkx sso login --profile acme-dev/.test(said);
    case 78:
      return /cannot (be )?(written|read|write)\b.*(then try again|(ls|df) -|permissions)/.test(said) && !isStored;
    case null:
    default:
      return false;
  }
}

/** When the disk is well again, so is everything else. */
async function problemsOfNext(place: Place, files: Readonly<Record<string, string>>): Promise<string[]> {
  if (Object.keys(files).length === Object.keys(place.before).length && !isRefreshLost(place, files)) {
    if (files[tokenFile] === place.before[tokenFile]) return [];
  }
  const isLost = isRefreshLost(place, files);
  const env = { ...place.env, ...(isLost ? { CDKX_LOGIN: 'never' } : {}) };
  const { exitCode, stderr } = await runCdkx(['deploy'], { ...place, env });
  return exitCode === (isLost ? 77 : 0) ? [] : [`the next run ended with ${exitCode}: ${stderr}`];
}

describe('a disk that fails while a session is renewed', () => {
  it(`${isLongForm ? 'at each step' : 'at some steps'}: the right end, a message, whole files, and all is well when the disk is`, async () => {
    const all = await everyFault();
    const problems: string[] = [];
    await forEachOf(isLongForm ? all : sample(all, 12), async (fault) => {
      const { way, step, event } = fault;
      const where = `${way}, ${JSON.stringify(event)} (${step.name} ${step.path})`;
      problems.push(...(await problemsOf(fault)).map((problem) => `${where}: ${problem}`));
      recordFigure('disk.steps');
    });
    expect(problems).toEqual([]);
  });
});
