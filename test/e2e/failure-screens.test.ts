import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { mistakesIn, suggestedCommands } from '../helpers/suggested-commands.ts';

/** A failure that people meet, and what the screen then tells, 80 columns wide. */
interface Failure {
  readonly name: string;
  readonly args?: readonly string[];
  readonly block?: unknown;
  readonly config?: string;
  /** Seconds that the session has left; four hours by default. */
  readonly left?: number;
  readonly refreshable?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** What the project's `cdk` does. */
  readonly script?: string;
  /** What the project has in place of a `cdk`: none, or the version that was published by accident. */
  readonly cdk?: 'none' | '3.0.0';
  /** What is typed at the question. */
  readonly answer?: string;
  readonly exitCode: number;
  /** What it names: values, places, variables. */
  readonly names: readonly string[];
  /** The commands it suggests, each alone on its line. */
  readonly commands: readonly string[];
}

const agent = { AGENT: 'test' };
const other = '222222222222';
const signIn = 'cdkx sso login --profile acme-dev';

const failures: readonly Failure[] = [
  {
    name: 'a profile that is not defined',
    args: ['deploy', '--profile', 'acme-dv'],
    exitCode: 78,
    names: ['"acme-dv"', '--profile', '"acme-dev"', '~/.aws/config'],
    commands: ['cdkx sso configure'],
  },
  {
    name: 'an expired session under an AI agent',
    left: -7800,
    env: agent,
    exitCode: 77,
    names: ['"acme"', '2 h 10 min ago', 'AGENT'],
    commands: [signIn],
  },
  {
    name: 'an expired session in CI',
    left: -7800,
    env: { CI: 'true' },
    exitCode: 77,
    names: ['"acme"', '2 h 10 min ago', 'OIDC'],
    commands: [signIn],
  },
  {
    name: 'a sign-in that is declined',
    left: -7800,
    answer: 'n',
    exitCode: 130,
    names: ['"acme"', 'cdkx deploy'],
    commands: [signIn],
  },
  {
    name: 'the wrong account',
    block: { profile: 'acme-dev', account: other },
    exitCode: 78,
    names: ['"acme-dev"', '111111111111', other, 'context.cdkx.account in cdk.json'],
    commands: ['cdkx profile list 222222222222'],
  },
  {
    name: 'a protected stage under an AI agent',
    args: ['deploy', '--cdkx-stage=prod', 'Prod'],
    block: { stages: { prod: { profile: 'acme-dev', stacks: ['Prod*'], protected: true } } },
    env: agent,
    exitCode: 78,
    names: ['"prod"', 'AGENT'],
    commands: ['cdkx deploy --cdkx-stage=prod Prod'],
  },
  {
    name: 'a misspelled key of the project block',
    block: { profile: 'acme-dev', acount: other },
    exitCode: 78,
    names: ['"acount"', '"account"', 'stageContext'],
    commands: [],
  },
  {
    name: 'no cdk',
    cdk: 'none',
    env: { PATH: '/nowhere' },
    exitCode: 127,
    names: ['PROJECT', 'PATH'],
    commands: ['npm install --global aws-cdk@2'],
  },
  {
    name: 'the aws-cdk that was published by accident',
    args: ['ls'],
    cdk: '3.0.0',
    exitCode: 0,
    names: ['3.0.0', 'profile acme-dev', 'cdk ran'],
    commands: ['npm install --global aws-cdk@2'],
  },
  {
    name: 'a role that is not assigned, after cdk failed',
    config: sharedConfig.replace('Developer', 'Owner'),
    script: 'console.error("cdk: AccessDenied"); process.exit(1);',
    exitCode: 1,
    names: ['111111111111', 'Owner', 'Developer, ReadOnly'],
    commands: ['cdkx sso configure', 'cdkx profile list'],
  },
  {
    name: 'a command that needs a profile, on a machine without profiles',
    args: ['sso', 'login'],
    block: {},
    config: '',
    exitCode: 78,
    names: ['There are no profiles'],
    commands: ['cdkx sso configure'],
  },
  {
    name: 'a command that needs a profile, where none is chosen',
    args: ['sso', 'exec', '--keys', '--', 'docker', 'build', 'my app'],
    block: {},
    config: sharedConfig,
    env: { CI: 'true' },
    exitCode: 78,
    names: ['no AWS profile'],
    commands: ["cdkx sso exec --profile NAME -- docker build 'my app'", 'cdkx profile pin NAME'],
  },
  {
    name: 'no network',
    left: -60,
    refreshable: true,
    env: { AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:9' },
    exitCode: 69,
    names: ['127.0.0.1:9', 'ECONNREFUSED', 'https://acme.awsapps.com/start', 'eu-west-1', 'HTTPS_PROXY'],
    commands: [],
  },
  {
    name: 'keys beside a profile',
    env: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' },
    exitCode: 0,
    names: ['profile acme-dev', '111111111111', 'keys in the environment ignored', 'cdk ran'],
    commands: [],
  },
];

describe('the screen of a failure, 80 columns wide', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.faults.clear());
  afterAll(() => emulator.close());

  it.each(failures)('$name', async (failure) => {
    const { args = ['deploy'], block = 'acme-dev', left = 4 * 3600, refreshable = false, answer, cdk } = failure;
    const project = createScriptedProject(failure.script ?? 'console.log("cdk ran")', {
      config: failure.config ?? sharedConfig,
      tokens: { acme: emulator.issueToken({ expiresIn: left, refreshable }) },
    });
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    if (cdk === '3.0.0') installOldCdk(project.cwd);
    const env = { ...emulator.env(), ...(cdk === undefined ? project.env : {}), ...failure.env };
    const terminal = openCdkx(args, { home: project.home, cwd: project.cwd, env, rows: 40 });
    if (answer !== undefined) {
      await terminal.answer(['?', answer]);
    }
    const { exitCode } = await terminal.exit;
    const screen = terminal.screen().replaceAll(project.cwd, 'PROJECT');
    const flat = screen.replaceAll(/\n */g, ' ');
    const commands = suggestedCommands(screen);
    expect(await mistakesIn(screen)).toEqual([]);
    expect({ exitCode, commands, missing: failure.names.filter((name) => !flat.includes(name)) }).toEqual({
      exitCode: failure.exitCode,
      commands: failure.commands,
      missing: [],
    });
    expect(screen.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expectLooks(terminal.output(), screen);
  });
});

/** Only the prefix has a colour; a command to paste is bold, and alone on its line. */
function expectLooks(output: string, screen: string): void {
  const lines = screen.split('\n');
  const prefixes = lines.filter((line) => line.startsWith('cdkx: '));
  // oxlint-disable-next-line no-control-regex
  expect(output.match(/\u001B\[3[136]mcdkx:\u001B\[39m /g)).toHaveLength(prefixes.length);
  for (const command of lines.filter((line) => line.startsWith('    '))) {
    expect(output).toContain(`    \u001B[1m${command.trim()}\u001B[22m`);
  }
}

function installOldCdk(project: string): void {
  const folder = join(project, 'node_modules/aws-cdk');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'aws-cdk', version: '3.0.0' }));
  writeFileSync(join(folder, 'bin/cdk'), 'console.log("cdk ran")');
}
