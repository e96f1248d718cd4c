import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { readAwsFiles, leftoverFiles, tornFiles } from '../helpers/aws-files.ts';
import { repository, runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { tokenFileName } from '../helpers/home.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { handsOutCredentials } from '../helpers/shown-secrets.ts';
import { config, dev, prod } from './two-accounts.ts';

const hour = 3600;
const preload = join(repository, 'test/faults/programs/shifted-clock.cjs');
const onClock = (shift: number, jump?: number) => ({
  NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
  CLOCK_SHIFT: String(shift * 1000),
  ...(jump === undefined ? {} : { CLOCK_JUMP: String(jump * 1000) }),
});

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    deviceInterval: 1,
    accounts: [
      { id: dev, roles: ['Developer'] },
      { id: prod, roles: [], iamRoles: [{ name: 'Deploy', trusts: [dev] }] },
    ],
  });
});
afterEach(() => emulator.close());

interface Given {
  /** Seconds that the token has left, by the true time. */
  readonly left?: number;
  readonly refreshable?: boolean;
}

function createProject({ left, refreshable = false }: Given) {
  const tokens = left === undefined ? {} : { acme: emulator.issueToken({ expiresIn: left, refreshable }) };
  const project = createScriptedProject('console.log("cdk ran")', { config, tokens });
  return { ...project, env: { ...emulator.env(), ...project.env, AWS_REGION: 'eu-west-1' } };
}
const operations = () => emulator.log.map(({ operation }) => operation);
const deploy = (project: Workplace & { env: Record<string, string> }, shift: number, more = {}) =>
  runCdkx(['deploy'], { ...project, env: { ...project.env, ...onClock(shift), ...more } });

/** Seconds that the stored token has by that clock; every file is whole. */
function secondsStored(project: Workplace, shift: number): number {
  const files = readAwsFiles(project);
  expect({ torn: tornFiles(files), left: leftoverFiles(files) }).toEqual({ torn: [], left: [] });
  const token = readFileSync(join(project.home, '.aws/sso/cache', tokenFileName('acme')), 'utf8');
  const { expiresAt } = JSON.parse(token) as { expiresAt: string };
  return (Date.parse(expiresAt) - Date.now()) / 1000 - shift;
}

describe.each([
  ['ahead', hour],
  ['behind', -hour],
])('a clock that is an hour %s', (_, shift) => {
  it('counts a new token by itself: a login is good for its whole time, and not asked for twice', async () => {
    const project = createProject({});
    const login = await deploy(project, shift, { CDKX_LOGIN: 'auto', CDKX_DEVICE_CODE: '0', ...personAsBrowser() });
    expect(login).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(secondsStored(project, shift)).toBeGreaterThan(hour - 120);
    expect(secondsStored(project, shift)).toBeLessThanOrEqual(hour);
    emulator.log.length = 0;
    const again = await deploy(project, shift);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^cdkx: profile acme-dev .*\n$/) });
    expect(operations()).toEqual([]);
    recordFigure('clock.runs', 2);
  });

  it('is set right by AWS STS, whose calls are signed with the time', async () => {
    const project = createProject({ left: 3 * hour });
    const { exitCode, stdout } = await runCdkx(['sso', 'credentials', '--profile', 'role'], {
      ...project,
      shows: handsOutCredentials,
      env: { ...project.env, ...onClock(shift) },
    });
    expect({ exitCode, keys: stdout.includes('ASIA') }).toEqual({ exitCode: 0, keys: true });
    // Refused once, then signed with the time of the service.
    expect(operations()).toEqual(['GetRoleCredentials', 'AssumeRole', 'AssumeRole']);
    recordFigure('clock.runs');
  });
});

describe('a clock that is ahead', () => {
  it('refreshes early what can be refreshed', async () => {
    const project = createProject({ left: hour / 2, refreshable: true });
    expect(await deploy(project, hour)).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(operations()).toEqual(['CreateToken']);
    expect(secondsStored(project, hour)).toBeGreaterThan(hour - 120);
    recordFigure('clock.runs');
  });

  it('takes what cannot be refreshed for expired, and says since when', async () => {
    const project = createProject({ left: hour / 2 });
    const { exitCode, stderr } = await deploy(project, hour);
    expect(exitCode).toBe(77);
    expect(stderr).toMatch(/expired (30|29) min ago[^]*cdkx sso login --profile acme-dev/);
    recordFigure('clock.runs');
  });
});

describe('a clock that is behind', () => {
  it('takes an expired token for good: the portal refuses it, with the command that helps', async () => {
    const project = createProject({ left: -hour / 2 });
    const { exitCode, stderr } = await runCdkx(['sso', 'credentials', '--profile', 'acme-dev'], {
      ...project,
      env: { ...project.env, ...onClock(-hour) },
    });
    expect(exitCode).toBe(77);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /SSO session "acme" .* was revoked: the access portal no longer accepts it.*cdkx sso login --profile acme-dev --force/,
    );
    recordFigure('clock.runs');
  });
});

describe('a clock that jumps during a login', () => {
  it.each([
    ['an hour ahead, with a code', hour, '--cdkx-device-code'],
    ['an hour back, with a code', -hour, '--cdkx-device-code'],
    ['an hour ahead, in the browser', hour, ''],
    ['an hour back, in the browser', -hour, ''],
  ])('%s: the login goes on, and its token counts from the new time', async (_, jump, flag) => {
    const project = createProject({});
    const env = { ...project.env, ...onClock(0, jump), BROWSER: 'true', CDKX_LOGIN: 'auto', CDKX_NO_BROWSER: '1' };
    const args = ['deploy', ...(flag === '' ? [] : [flag])];
    const terminal = openCdkx(args, { ...project, env, columns: 500 });
    const [, address = ''] = await terminal.waitFor(/^\s*(https?:\S+)$/m);
    await terminal.waitFor('Waiting for you to sign in');
    process.kill(terminal.pid, 'SIGUSR2');
    await terminal.waitFor('the clock jumped');
    if (flag === '') await personFollows(address);
    else for (const userCode of emulator.waitingUserCodes()) emulator.answerDevice({ userCode });
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran');
    expect(secondsStored(project, jump)).toBeGreaterThan(hour - 120);
    expect(secondsStored(project, jump)).toBeLessThanOrEqual(hour);
    recordFigure('clock.jumps');
  });
});

/** The person opens the address and allows, as `personAsBrowser` does for cdkx. */
async function personFollows(address: string): Promise<void> {
  const { execFile } = await import('node:child_process');
  const script = join(repository, 'scripts/demo-person.mjs');
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, [script, address], (error) => (error === null ? resolve() : reject(error)));
  });
}
