import { join } from 'node:path';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { readAwsFiles } from '../helpers/aws-files.ts';
import { runCdkx } from '../helpers/cli.ts';
import { answerDevices } from '../helpers/devices.ts';
import { watchSteps, type FsStep } from '../helpers/fs-steps.ts';
import { tokenFileName } from '../helpers/home.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';

/** How a session is renewed: the token on disk, and what cdkx is told. */
const ways = {
  refresh: { isRefreshable: true, env: {} },
  'login in the browser': { isRefreshable: false, env: { CDKX_DEVICE_CODE: '0', ...personAsBrowser() } },
  'login with a code': { isRefreshable: false, env: { CDKX_DEVICE_CODE: '1' } },
} as const;

export type Way = keyof typeof ways;
export const everyWay = Object.keys(ways) as Way[];

/** Where one renewal is tried: a home with an expired token and a stand-in of its own, with people who approve what they are asked. */
export interface Place extends Workplace {
  readonly emulator: Emulator;
  readonly env: Record<string, string>;
  /** The files of `~/.aws` before anything happened. */
  readonly before: Readonly<Record<string, string>>;
}

/** The session's token, below `~/.aws`. */
export const tokenFile = join('sso/cache', tokenFileName('acme'));

/** Makes a place for the time of `use`. A refresh token is good for one use there: the strictest that AWS may be. */
export async function inPlace<Result>(way: Way, use: (place: Place) => Promise<Result>): Promise<Result> {
  const emulator = await startEmulator({ refreshTokens: 'rotate', deviceInterval: 1 });
  const stopAnswering = answerDevices(emulator);
  const { isRefreshable, env } = ways[way];
  const acme = emulator.issueToken({ expiresIn: -60, refreshable: isRefreshable });
  const project = createScriptedProject('console.log("cdk ran")', { tokens: { acme } });
  const before = readAwsFiles(project);
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

/** The one loss that nobody can spare: the refresh token was spent, and the new one did not come to be stored. */
export function isRefreshLost({ emulator, before }: Place, files: Readonly<Record<string, string>>): boolean {
  const isGranted = emulator.log.some(({ operation, status }) => operation === 'CreateToken' && status === 200);
  return isGranted && files[tokenFile] === before[tokenFile] && before[tokenFile]?.includes('refreshToken') === true;
}

/** Every step below `~/.aws` that a run goes through which nobody disturbs. */
export async function undisturbedSteps(way: Way): Promise<readonly FsStep[]> {
  return inPlace(way, async (place) => {
    const watched = watchSteps(place);
    const { exitCode, stderr } = await runCdkx(['deploy'], { ...place, env: { ...place.env, ...watched.env } });
    const steps = watched.steps();
    if (exitCode !== 0 || steps.at(-1)?.name !== 'rmdirSync') throw new Error(`no undisturbed run: ${stderr}`);
    return steps;
  });
}
