import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, createWorkplace, sharedConfig, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { isLongForm } from '../helpers/scale.ts';
import {
  accounts,
  createThreeAccountProject,
  expiredTokens,
  map,
  startTwoInstances,
  validTokens,
} from '../plugin/three-accounts.ts';
import { startRelay, type Relay } from './relay.ts';

/** A `cdk` that tells all that it was given: arguments, variables, open files, and those of the process that started it. */
const tellingCdk = `
const { readFileSync, readdirSync, readlinkSync } = require('node:fs');
const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const links = readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } });
for (const pid of [process.pid, process.ppid]) console.log(read('/proc/' + pid + '/cmdline'), read('/proc/' + pid + '/environ'));
console.log(JSON.stringify({ argv: process.argv, env: process.env, links }));
process.exitCode = Number(process.env.END_WITH ?? 0);`;

let emulator: Emulator;
let relay: Relay;
let stopWatching: () => void = () => undefined;
/** Command lines and environments of every process that had our home. */
let seen: Set<string>;

beforeEach(async () => {
  emulator = await startTwoInstances();
  relay = await startRelay(emulator);
  seen = new Set();
});
afterEach(async () => {
  stopWatching();
  await relay.close();
  await emulator.close();
});

/** Looks at all processes again and again; those whose environment names the home are ours. */
function watchProcesses({ home }: Workplace): void {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return ''; // It has ended meanwhile.
    }
  };
  const timer = setInterval(() => {
    for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
      const environment = read(`/proc/${pid}/environ`);
      if (environment.includes(home)) seen.add(`${read(`/proc/${pid}/cmdline`)}\n${environment}`);
    }
  }, 15);
  stopWatching = () => clearInterval(timer);
}

/** Everything that must stay where it is: what the stand-in issued and what was sent to prove it. Role keys are another matter. */
function secrets(): string[] {
  const { clients, devices, authorizations, accessTokens, refreshTokens } = emulator.world;
  const verifiers = relay.heard.flatMap((body) => /"codeVerifier":"([^"]+)"/.exec(body)?.[1] ?? []);
  return [
    ...[...clients.values()].map(({ clientSecret }) => clientSecret),
    ...devices.keys(),
    ...[...authorizations.values()].flatMap(({ code }) => code?.value ?? []),
    ...accessTokens.keys(),
    ...refreshTokens.keys(),
    ...verifiers,
  ];
}

function roleKeys(): string[] {
  return [...emulator.world.accessKeys.values()].flatMap(({ secretAccessKey, sessionToken = [] }) =>
    [secretAccessKey, sessionToken].flat(),
  );
}

/** The texts that hold one of the words, as it is or in a usual disguise. */
function leaks(texts: Readonly<Record<string, string>>, words: readonly string[]): string[] {
  const forms = (word: string) => [word, encodeURIComponent(word), Buffer.from(word).toString('base64').slice(0, -4)];
  return Object.entries(texts).flatMap(([where, text]) =>
    words.flatMap((word) =>
      forms(word).some((form) => text.includes(form)) ? [`${word.slice(0, 12)}… in ${where}`] : [],
    ),
  );
}

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

/** Nothing secret is in the output, in a file, or in a process; role keys only where `allowed` says that they were asked for. */
function expectNoLeak(project: Workplace, output: Record<string, string>, allowed: readonly string[] = []): void {
  recordFigure('secrets.runs');
  recordFigure('secrets.searched', Object.keys(otherFiles(project)).length + seen.size);
  const processes = Object.fromEntries([...seen].map((text, index) => [`process ${index}`, text]));
  const texts = { ...otherFiles(project), ...processes, ...output };
  expect(secrets().length).toBeGreaterThan(0);
  expect(leaks(texts, secrets())).toEqual([]);
  const withoutAllowed = Object.fromEntries(Object.entries(texts).filter(([where]) => !allowed.includes(where)));
  expect(leaks(withoutAllowed, roleKeys())).toEqual([]);
  if (process.platform === 'linux') mustHaveSeen();
}

function mustHaveSeen(): void {
  if (seen.size === 0) throw new Error('no process was seen: the search would find nothing');
}

const config = sharedConfig.replace('Developer', 'Deployer');
const scripted = (tokens: Record<string, unknown> = {}) => createScriptedProject(tellingCdk, { tokens, config });
const startUrl = 'https://acme.awsapps.com/start';
const valid = () => ({ acme: emulator.issueToken({ startUrl }) });
const expired = (refreshable = false) => ({ acme: emulator.issueToken({ startUrl, expiresIn: -7800, refreshable }) });
const environment = (project: object, more: Record<string, string> = {}) => ({
  ...relay.env(),
  ...('env' in project ? (project.env as Record<string, string>) : {}),
  ...more,
});

/** One run of cdkx. */
interface Scenario {
  readonly when: string;
  readonly args: readonly string[];
  readonly state?: keyof ReturnType<typeof states>;
  readonly exitCode?: number;
  /** Where role keys are what was asked for. */
  readonly allowed?: readonly string[];
}

describe('tokens, secrets, codes and verifiers stay in the token cache', () => {
  it.each([
    ['with a device code', ['--cdkx-device-code'], {}],
    ['in the browser', [], personAsBrowser()],
  ])('at a login %s, whose files are private', async (_name, flags, browser) => {
    const project = scripted(expired());
    rmSync(join(project.home, '.aws/sso'), { recursive: true });
    watchProcesses(project);
    const terminal = openCdkx(['deploy', '--cdkx-verbose', ...flags], {
      ...project,
      env: environment(project, browser),
      columns: 400,
      rows: 60,
    });
    await terminal.waitFor('Log in now?');
    terminal.type(enter);
    if (flags.length > 0) {
      const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
      emulator.answerDevice({ userCode });
    }
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expectNoLeak(project, { terminal: terminal.output() });
    const cache = join(project.home, '.aws/sso/cache');
    const modes = readdirSync(cache).map((name) => (statSync(join(cache, name)).mode & 0o777).toString(8));
    expect([...new Set(modes)]).toEqual(['600']);
    expect((statSync(cache).mode & 0o777).toString(8)).toBe('700');
  });

  it.each<Scenario>([
    { when: 'at a refresh', args: ['deploy', '--cdkx-verbose'], state: 'refreshable' },
    { when: 'where the session is good', args: ['deploy', '--verbose', '--debug', '--cdkx-verbose'] },
    { when: 'at a dry run', args: ['deploy', '--cdkx-dry-run'] },
    { when: 'for any command', args: ['sso', 'exec', '--', process.execPath, 'scripted-cdk.cjs'] },
    { when: 'in the status', args: ['sso', 'status', '--check'] },
    { when: 'in the status for programs', args: ['sso', 'status', '--json', '--cdkx-verbose'] },
    { when: 'in the list of profiles', args: ['profile', 'list', '--json'] },
    { when: 'in what is shown of the project', args: ['profile', 'show', '--json', '--accounts'] },
    { when: 'for a credential process', args: ['sso', 'credentials'], state: 'valid', allowed: ['stdout'] },
    { when: 'at a logout', args: ['sso', 'logout', '--all', '--cdkx-verbose'] },
    { when: 'where a refresh is refused', args: ['deploy', '--cdkx-verbose'], state: 'revoked', exitCode: 77 },
    { when: 'where Identity Center fails', args: ['deploy', '--cdkx-verbose'], state: 'failing', exitCode: 69 },
    { when: 'where a proxy answers in its place', args: ['deploy', '--cdkx-verbose'], state: 'garbled', exitCode: 69 },
    {
      when: 'where cdk fails and the session was ended',
      args: ['deploy', '--cdkx-verbose'],
      state: 'ended',
      exitCode: 1,
    },
    { when: 'where keys are refused', args: ['sso', 'credentials', '--cdkx-verbose'], state: 'ended', exitCode: 77 },
  ])('$when', async ({ args, state = 'valid', exitCode = 0, allowed = [] }) => {
    const project = scripted(states()[state]());
    watchProcesses(project);
    const more = state === 'ended' ? { END_WITH: '1' } : {};
    const result = await runCdkx(args, { ...project, env: environment(project, more) });
    expect(result.exitCode).toBe(exitCode);
    expectNoLeak(project, { stdout: result.stdout, stderr: result.stderr }, allowed);
    // No file of the cache is open in what cdkx starts.
    expect(result.stdout).not.toMatch(/"links":\[[^\]]*sso\/cache/);
  });

  it('in a real deployment, as talkative as can be', async () => {
    const project = createWorkplace({
      config,
      tokens: valid(),
      projectJson: { app: 'node app.mjs', profile: 'acme-dev' },
    });
    watchProcesses(project);
    writeFileSync(
      join(project.cwd, 'app.mjs'),
      "import { App, Stack } from 'aws-cdk-lib'; import { StringParameter } from 'aws-cdk-lib/aws-ssm'; new StringParameter(new Stack(new App(), 'S', { env: { account: '111111111111', region: 'eu-west-1' } }), 'P', { stringValue: 'x' });",
    );
    const args = ['deploy', '--require-approval', 'never', '-vvv', '--debug', '--cdkx-verbose'];
    const result = await runCdkx(args, { ...project, env: environment(project) });
    expect(result.exitCode).toBe(0);
    expectNoLeak(project, { stdout: result.stdout, stderr: result.stderr });
  });

  it.each([[77, expiredTokens] as const, ...(isLongForm ? [[0, validTokens] as const] : [])])(
    'in a deployment into three accounts through the plugin, which ends with %i',
    async (exitCode, tokens) => {
      const block = { profile: 'acme-dev', account: accounts.dev, accounts: map };
      const project = createThreeAccountProject({ block, tokens: tokens(emulator) });
      watchProcesses(project);
      const args = ['deploy', '--all', '-vvv', '--debug', '--cdkx-verbose'];
      const result = await runCdkx(args, { ...project, env: environment(project) });
      expect(result.exitCode).toBe(exitCode);
      expectNoLeak(project, { stdout: result.stdout, stderr: result.stderr });
    },
  );
});

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
