import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { Emulator } from '../emulator/emulator.ts';
import { cdkPath, cdkxPath, cleanEnvironment, repository, type RunResult } from '../helpers/cli.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createHome, type HomeFiles } from '../helpers/home.ts';
import { configWith, type SsoProfile } from '../helpers/project.ts';
import { openTerminal, type Terminal } from '../helpers/pty.ts';
import { searchRun, type Shows } from '../helpers/shown-secrets.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const ssoProfiles: readonly SsoProfile[] = [
  { name: 'acme-dev', account: '111111111111', role: 'Developer' },
  { name: 'acme-prod', account: '222222222222', role: 'Deployer' },
  { name: 'acme-shared', account: '333333333333', role: 'Deployer' },
];

/** Profiles of the pages' examples, all on one SSO session. */
export const profiles = configWith(ssoProfiles);

/** The accounts of the pages' examples, each bootstrapped; a pipeline's identity token may assume their role "deploy". */
export const accounts = ssoProfiles.map(({ name, account, role }) => ({
  id: account,
  name,
  roles: [role, 'ReadOnly'],
  bootstrapped: ['eu-west-1', 'eu-north-1'],
  iamRoles: [{ name: 'deploy', webIdentityToken: 'a-job-token' }],
}));

export interface PlaceFiles extends HomeFiles {
  /** `context.cdkx`; the pin of acme-dev by default, left out where it is null. */
  readonly block?: unknown;
  readonly stacks?: Readonly<Record<string, string | null>>;
  /** `scripts` of package.json. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A machine with the project of an example, as a reader of the pages would have it. */
export interface Place {
  readonly home: string;
  readonly cwd: string;
  /** Runs a command line as a shell would, without a terminal. */
  run(command: string, env?: Readonly<Record<string, string>>, shows?: Shows): Promise<RunResult>;
  /** Runs it in a pseudo-terminal. */
  open(command: string, env?: Readonly<Record<string, string>>): Terminal;
}

/** Makes one: `cdkx` and `cdk` are installed in the project, `cdkx` is on `PATH`, the session of acme is valid. */
export function createPlace(emulator: Emulator, files: PlaceFiles = {}): Place {
  const folder = tempFolder();
  const cwd = join(folder, 'project');
  const home = createHome(join(folder, 'home'), {
    config: profiles,
    tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
    ...files,
  });
  writeProject(cwd, files);
  installPackages(join(cwd, 'node_modules'));
  const bin = join(folder, 'bin');
  addProgram(bin, 'cdkx', cdkxPath);
  addAws(bin);
  addNpx(bin);
  const environment = (env: Readonly<Record<string, string>> = {}) => ({
    ...emulator.env(),
    PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    // npm and npx find everything here, and ask nobody.
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(home, '.npm'),
    ...files.env,
    ...env,
  });
  return {
    home,
    cwd,
    run: async (command, env, shows) => {
      const result = await runShell(command, { cwd, env: cleanEnvironment(home, environment(env)) });
      searchRun([command], { stdout: result.stdout, stderr: result.stderr }, { home, cwd, shows });
      return result;
    },
    open: (command, env) =>
      openTerminal('/bin/sh', ['-c', command], { cwd, home, env: environment(env), columns: 120, rows: 60 }),
  };
}

/** Writes cdk.json, package.json and the app into a folder. */
export function writeProject(cwd: string, { block = 'acme-dev', stacks, scripts = {} }: PlaceFiles): void {
  mkdirSync(cwd, { recursive: true });
  const context = { ...(block === null ? {} : { cdkx: block }), ...(stacks && { stacks }) };
  const cdkJson = { app: 'node app.mjs', requireApproval: 'never', versionReporting: false, context };
  writeFileSync(join(cwd, 'cdk.json'), `${JSON.stringify(cdkJson, null, 2)}\n`);
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'infra', version: '1.0.0', scripts }));
  writeFileSync(join(cwd, 'app.mjs'), handWrittenApp);
}

/** What `npm install` would leave there. */
export function installPackages(modules: string): void {
  mkdirSync(modules, { recursive: true });
  symlinkSync(join(repository, 'node_modules/aws-cdk'), join(modules, 'aws-cdk'), 'junction');
  symlinkSync(repository, join(modules, 'cdkx'), 'junction');
  addProgram(join(modules, '.bin'), 'cdkx', cdkxPath);
  addProgram(join(modules, '.bin'), 'cdk', cdkPath);
}

function addProgram(folder: string, name: string, target: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(target, join(folder, name));
}

/** An `aws` that says with which profile it was started: the pages show it as a program that cdkx runs. */
function addAws(bin: string): void {
  const path = join(bin, 'aws');
  writeFileSync(path, '#!/bin/sh\necho "aws $* with ${AWS_PROFILE:-${AWS_ACCESS_KEY_ID:+keys}}"\n');
  chmodSync(path, 0o755);
}

/**
 * `npx` as it finds a program of the project, which is all that the pages ask of it: npm's own takes as long to start as everything else of
 * a command. The real one is in test/package, with the package as it is installed.
 */
function addNpx(bin: string): void {
  const path = join(bin, 'npx');
  writeFileSync(
    path,
    `#!/bin/sh
folder=$PWD
while [ ! -e "$folder/node_modules/.bin/$1" ]; do
  [ "$folder" != / ] || { echo "npx: no program $1 in $PWD or above it" >&2; exit 127; }
  folder=$(dirname "$folder")
done
program=$folder/node_modules/.bin/$1
shift
exec "$program" "$@"
`,
  );
  chmodSync(path, 0o755);
}

/** Runs a command line in a shell, without a terminal. */
export function runShell(
  command: string,
  options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}

/** What cdk.json of a place says now. */
export function readCdkJson({ cwd }: Place): { context: { cdkx?: unknown } } {
  return JSON.parse(readFileSync(join(cwd, 'cdk.json'), 'utf8')) as { context: { cdkx?: unknown } };
}

/** The stacks that live in the stand-in: `account/name`. */
export function deployedStacks(emulator: Emulator): string[] {
  return [...emulator.world.environments.values()]
    .flatMap(({ account, stacks }) =>
      [...stacks.values()].filter(({ deletedAt }) => deletedAt === undefined).map(({ name }) => `${account}/${name}`),
    )
    .filter((name) => !name.endsWith('/CDKToolkit'))
    .toSorted();
}

/** That a run ended well. */
export function expectSuccess(result: RunResult): void {
  expect({ exitCode: result.exitCode, said: result.exitCode === 0 ? '' : result.stdout + result.stderr }).toEqual({
    exitCode: 0,
    said: '',
  });
}
