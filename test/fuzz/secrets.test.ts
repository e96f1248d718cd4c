import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../emulator/emulator.ts';
import { issuedSecrets } from '../emulator/issued-secrets.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createScriptedProject, createWorkplace, sharedConfig, type Workplace } from '../helpers/project.ts';
import { type Answers, openCdkx, type Terminal } from '../helpers/pty.ts';
import { isLongForm } from '../helpers/scale.ts';
import { findSecrets, handsOutCredentials, type Shows } from '../helpers/shown-secrets.ts';
import { questions } from '../helpers/questions.ts';
import {
  accounts,
  createThreeAccountProject,
  expiredTokens,
  map,
  startTwoInstances,
  validTokens,
} from '../plugin/three-accounts.ts';
import { recordProcesses, type ProcessRecords } from './record-processes.ts';

/** A `cdk` that tells all that it was given: arguments, variables, open files, and those of the process that started it. */
const tellingCdk = `
const { existsSync, readFileSync, readdirSync, readlinkSync } = require('node:fs');
const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const links = (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []).map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } });
for (const pid of [process.pid, process.ppid]) console.log(read('/proc/' + pid + '/cmdline'), read('/proc/' + pid + '/environ'));
console.log(JSON.stringify({ argv: process.argv, env: process.env, links }));
process.exitCode = Number(process.env.END_WITH ?? 0);`;

let emulator: Emulator;
let processes: ProcessRecords;

beforeEach(async () => {
  emulator = await startTwoInstances();
  processes = recordProcesses();
});
afterEach(() => emulator.close());

/** The content of every file around the home but the token cache. */
function otherFiles({ home }: Workplace): Record<string, string> {
  const root = dirname(home);
  const cache = join(home, '.aws/sso/cache');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !entry.parentPath.startsWith(cache) && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [path, readFileSync(path, 'latin1')]));
}

/**
 * Nothing secret is in a file, or in what a process was given: not even role keys, which may be in an output alone.
 * (The outputs are searched by the helpers that run cdkx.)
 * @param programs All that ran: a process that was not seen cannot have been searched.
 */
function expectNoLeak(project: Workplace, programs: readonly string[]): void {
  const texts = { ...otherFiles(project), ...processes.texts() };
  recordFigure('secrets.runs');
  recordFigure('secrets.searched', Object.keys(texts).length);
  expect(issuedSecrets().size).toBeGreaterThan(0);
  expect(processes.programs()).toEqual(programs.toSorted());
  const leaks = Object.entries(texts).flatMap(([where, text]) =>
    findSecrets(text).map((found) => `${found}, in ${where}`),
  );
  expect(leaks).toEqual([]);
}

/** The operations that the stand-in was asked for, with the grants of CreateToken. */
const asked = () =>
  emulator.log.map(({ operation, grant }) => (grant === undefined ? operation : `${operation}:${grant}`));

const bootstrapRole = `arn:aws:iam::${accounts.dev}:role/cdk-hnb659fds-deploy-role-${accounts.dev}-eu-west-1`;
const config = `${sharedConfig.replace('Developer', 'Deployer').replace('sso_region = eu-west-1', 'sso_region = eu-central-1')}
[profile chain]
role_arn = ${bootstrapRole}
source_profile = acme-dev
region = eu-west-1
`;
const scripted = (tokens: Record<string, unknown> = {}) => createScriptedProject(tellingCdk, { tokens, config });
const startUrl = 'https://acme.awsapps.com/start';
const valid = () => ({ acme: emulator.issueToken({ startUrl }) });
const expired = (refreshable = false) => ({ acme: emulator.issueToken({ startUrl, expiresIn: -7800, refreshable }) });
const environment = (project: object, more: Record<string, string> = {}) => ({
  ...emulator.env(),
  ...processes.env,
  ...('env' in project ? (project.env as Record<string, string>) : {}),
  ...more,
});

const pinned = {
  profile: 'acme-dev',
  account: accounts.dev,
  role: 'Deployer',
  region: 'eu-west-1',
  ssoSession: { name: 'acme', startUrl, region: 'eu-central-1' },
};

const login: Answers = [[questions.signIn, enter]];
const configuring: Answers = [
  [questions.startUrl, `acme${enter}`],
  [questions.ssoRegion, `eu-central-1${enter}`],
  [questions.sessionName, enter],
  [questions.roles, 'prod depl'],
  ['Search: prod depl', `\t${enter}`],
  [questions.profileRegion, enter],
  [questions.writeConfig, enter],
];

/** One run of cdkx with a person. */
interface Sitting {
  readonly when: string;
  readonly args: readonly string[];
  readonly answers?: Answers;
  /** Where the person signs in. */
  readonly by: 'device' | 'browser';
  readonly decision?: 'allow' | 'deny';
  /** Without a file of AWS. */
  readonly isNew?: true;
  readonly runsCdk?: true;
  readonly exitCode?: number;
}

/** One run of cdkx without. */
interface Scenario {
  readonly when: string;
  readonly args: readonly string[];
  readonly state?: keyof ReturnType<typeof states>;
  readonly exitCode?: number;
  /** Calls that it makes. */
  readonly asks?: readonly string[];
  readonly runsCdk?: true;
  readonly shows?: Shows;
}

describe('tokens, secrets, codes and verifiers stay in the token cache', () => {
  it.each<Sitting>([
    { when: 'before a deploy, with a device code', args: ['deploy'], answers: login, by: 'device', runsCdk: true },
    { when: 'before a deploy, in the browser', args: ['deploy'], answers: login, by: 'browser', runsCdk: true },
    { when: 'of its own, with a device code', args: ['sso', 'login'], by: 'device' },
    { when: 'of its own, in the browser', args: ['sso', 'login'], by: 'browser' },
    { when: 'refused at the device', args: ['sso', 'login'], by: 'device', decision: 'deny', exitCode: 77 },
    { when: 'refused in the browser', args: ['sso', 'login'], by: 'browser', decision: 'deny', exitCode: 77 },
    {
      when: 'while profiles are configured',
      args: ['sso', 'configure'],
      answers: configuring,
      by: 'browser',
      isNew: true,
    },
    {
      when: 'at the first run',
      args: ['deploy'],
      answers: [[questions.addToConfig, enter], ...login],
      by: 'browser',
      isNew: true,
      runsCdk: true,
    },
  ])('at a login $when, whose files are private', async (sitting) => {
    const { args, answers = [], by, decision = 'allow', isNew = false, runsCdk = false, exitCode = 0 } = sitting;
    const project = scripted();
    rmSync(join(project.home, isNew ? '.aws' : '.aws/sso'), { recursive: true });
    if (isNew) writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: pinned } }));
    // Nothing outside this machine is asked: the page behind a start URL cannot be reached.
    const env = environment(project, {
      ...(by === 'browser' && personAsBrowser(decision)),
      HTTPS_PROXY: 'http://127.0.0.1:1',
    });
    const flags = ['--cdkx-verbose', ...(by === 'device' ? ['--cdkx-device-code'] : [])];
    const terminal = openCdkx([...args, ...flags], { ...project, env, columns: 400, rows: 60 });
    await terminal.answer(...answers);
    if (by === 'device') await answerOn(terminal, decision);
    expect(await terminal.exit).toMatchObject({ exitCode });
    const grant = by === 'device' ? 'device_code' : 'authorization_code';
    // Who is refused in the browser comes back without a code.
    expect(asked().some((call) => call.endsWith(grant))).toBe(by === 'device' || decision === 'allow');
    const person = by === 'browser' ? ['demo-person.mjs'] : [];
    expectNoLeak(project, ['cdkx.cjs', ...person, ...(runsCdk ? ['scripted-cdk.cjs'] : [])]);
    expectPrivateCache(project);
  });

  it.each<Scenario>([
    { when: 'at a refresh', args: ['deploy', '--cdkx-verbose'], state: 'refreshable', runsCdk: true },
    { when: 'where the session is good', args: ['deploy', '--verbose', '--debug', '--cdkx-verbose'], runsCdk: true },
    { when: 'at a dry run', args: ['deploy', '--cdkx-dry-run'] },
    { when: 'for any command', args: ['sso', 'exec', '--', process.execPath, 'scripted-cdk.cjs'], runsCdk: true },
    {
      when: 'for any command with an assumed role',
      args: ['sso', 'exec', '--profile', 'chain', '--', process.execPath, 'scripted-cdk.cjs'],
      runsCdk: true,
    },
    { when: 'in the status', args: ['sso', 'status', '--check'] },
    { when: 'in the status for programs', args: ['sso', 'status', '--json', '--cdkx-verbose'] },
    { when: 'in the list of profiles', args: ['profile', 'list', '--json'] },
    { when: 'in what is shown of the project', args: ['profile', 'show', '--json', '--accounts'] },
    { when: 'where the profile is written to cdk.json', args: ['profile', 'pin', 'acme-dev', '--yes'] },
    { when: 'where a word is completed', args: ['completion', '--complete', '--', 'deploy', '--profile', ''] },
    {
      when: 'where profiles are configured after a refresh',
      args: ['sso', 'configure', '--session', 'acme', '--all', '--yes', '--cdkx-verbose'],
      state: 'refreshable',
      asks: ['ListAccountRoles'],
    },
    {
      when: 'for a credential process',
      args: ['sso', 'credentials'],
      asks: ['GetRoleCredentials'],
      shows: handsOutCredentials,
    },
    {
      when: 'for a credential process with an assumed role',
      args: ['sso', 'credentials', '--profile', 'chain', '--cdkx-verbose'],
      asks: ['AssumeRole'],
      shows: handsOutCredentials,
    },
    { when: 'at a logout', args: ['sso', 'logout', '--all', '--cdkx-verbose'], asks: ['Logout'] },
    { when: 'where a refresh is refused', args: ['deploy', '--cdkx-verbose'], state: 'revoked', exitCode: 77 },
    { when: 'where Identity Center fails', args: ['deploy', '--cdkx-verbose'], state: 'failing', exitCode: 69 },
    { when: 'where a proxy answers in its place', args: ['deploy', '--cdkx-verbose'], state: 'garbled', exitCode: 69 },
    {
      when: 'where cdk fails and the session was ended',
      args: ['deploy', '--cdkx-verbose'],
      state: 'ended',
      exitCode: 1,
      runsCdk: true,
    },
    { when: 'where keys are refused', args: ['sso', 'credentials', '--cdkx-verbose'], state: 'ended', exitCode: 77 },
  ])('$when', async ({ args, state = 'valid', exitCode = 0, asks = [], runsCdk = false, shows }) => {
    const project = scripted(states()[state]());
    const more: Record<string, string> = state === 'ended' ? { END_WITH: '1' } : {};
    const env = environment(project, more);
    const result = await runCdkx(args, { ...project, env, ...(shows && { shows }) });
    expect({ exitCode: result.exitCode, stderr: result.exitCode === exitCode ? '' : result.stderr }).toEqual({
      exitCode,
      stderr: '',
    });
    expect(asked()).toEqual(expect.arrayContaining([...asks]));
    expectNoLeak(project, ['cdkx.cjs', ...(runsCdk ? ['scripted-cdk.cjs'] : [])]);
    // No file of the cache is open in what cdkx starts.
    expect(result.stdout).not.toMatch(/"links":\[[^\]]*sso\/cache/);
  });

  it('in a real deployment, as talkative as can be', async () => {
    const project = createWorkplace({
      config,
      tokens: valid(),
      projectJson: { app: 'node app.mjs', profile: 'acme-dev' },
    });
    writeFileSync(join(project.cwd, 'app.mjs'), handWrittenApp);
    const args = ['deploy', '--require-approval', 'never', '-vvv', '--debug', '--cdkx-verbose'];
    const result = await runCdkx(args, { ...project, env: environment(project) });
    expect(result.exitCode).toBe(0);
    expectNoLeak(project, ['app.mjs', 'cdk', 'cdkx.cjs']);
  });

  it.each([[77, expiredTokens] as const, ...(isLongForm ? [[0, validTokens] as const] : [])])(
    'in a deployment into three accounts through the plugin, which ends with %i',
    async (exitCode, tokens) => {
      const block = { profile: 'acme-dev', account: accounts.dev, accounts: map };
      const project = createThreeAccountProject({ block, tokens: tokens(emulator) });
      const args = ['deploy', '--all', '-vvv', '--debug', '--cdkx-verbose'];
      const result = await runCdkx(args, { ...project, env: environment(project) });
      expect(result.exitCode).toBe(exitCode);
      expectNoLeak(project, exitCode === 0 ? ['app.mjs', 'cdk', 'cdkx.cjs'] : ['cdkx.cjs']);
    },
  );
});

/** A person who types the code of the terminal elsewhere. */
async function answerOn(terminal: Terminal, decision: 'allow' | 'deny'): Promise<void> {
  const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
  emulator.answerDevice({ userCode, decision });
}

function expectPrivateCache({ home }: Workplace): void {
  const cache = join(home, '.aws/sso/cache');
  const modes = readdirSync(cache).map((name) => (statSync(join(cache, name)).mode & 0o777).toString(8));
  expect([...new Set(modes)]).toEqual(['600']);
  expect((statSync(cache).mode & 0o777).toString(8)).toBe('700');
}

/** Token files, and what is done to the stand-in, by name. */
function states() {
  const fail = (fault: { kind: 'proxy-html' } | { kind: 'error'; status: number }) => {
    emulator.faults.add({ operation: 'CreateToken', times: 'always', ...fault });
    return expired(true);
  };
  return {
    valid,
    refreshable: () => expired(true),
    revoked: () => {
      const tokens = expired(true);
      emulator.revoke();
      return tokens;
    },
    failing: () => fail({ kind: 'error', status: 500 }),
    garbled: () => fail({ kind: 'proxy-html' }),
    ended: () => {
      const tokens = valid();
      emulator.revoke();
      return tokens;
    },
  };
}
