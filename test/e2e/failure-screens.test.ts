import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';

/** A failure that people meet, and the whole screen that they then see, 80 columns wide. */
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
  readonly screen: string;
}

const agent = { AGENT: 'test' };
const other = '222222222222';
const profileLine = (role: string, left: string) => `\
cdkx: profile acme-dev (context.cdkx.profile in cdk.json) ·
  account 111111111111 · role ${role} · ${left} left.`;

const failures: readonly Failure[] = [
  {
    name: 'a profile that is not defined',
    args: ['deploy', '--profile', 'acme-dv'],
    exitCode: 78,
    screen: `\
cdkx: no profile named "acme-dv" in ~/.aws/config (asked for by --profile).
  Did you mean "acme-dev"?
  Known profiles: acme-dev.
  Check the spelling, or add a profile:
    cdkx sso configure`,
  },
  {
    name: 'an expired session where nobody can be asked',
    left: -7800,
    env: agent,
    exitCode: 77,
    screen: `\
cdkx: SSO session "acme" (profile "acme-dev") expired 2 h 10 min ago.
  There is no terminal here to ask on.
  A person must sign in, then run cdkx deploy again:
    cdkx sso login --profile acme-dev`,
  },
  {
    name: 'an expired session in CI',
    left: -7800,
    env: { CI: 'true' },
    exitCode: 77,
    screen: `\
cdkx: SSO session "acme" (profile "acme-dev") expired 2 h 10 min ago.
  In CI nobody can sign in: a pipeline brings credentials of its own (OIDC, keys
  or a role of the machine).
  Give the pipeline credentials in its environment. On a machine with a browser,
  sign in with:
    cdkx sso login --profile acme-dev`,
  },
  {
    name: 'a login that is declined',
    left: -7800,
    answer: 'n',
    exitCode: 130,
    screen: `\
cdkx: SSO session "acme" (profile "acme-dev") expired 2 h 10 min ago.
│
◇  Log in now?
│  No
cdkx: the sign-in was declined.
  cdkx deploy needs SSO session "acme".
  To sign in later:
    cdkx sso login --profile acme-dev`,
  },
  {
    name: 'the wrong account',
    block: { profile: 'acme-dev', account: other },
    exitCode: 78,
    screen: `\
cdkx: wrong account: profile "acme-dev" leads to 111111111111, but this project
  means 222222222222 (context.cdkx.account in cdk.json).
  cdk was not started, so that nothing happens in an account that the project
  does not mean.
  Use a profile of account 222222222222; these are defined here:
    cdkx profile list
  If the project has moved, pin it again with cdkx profile pin NAME.`,
  },
  {
    name: 'a protected stage where nobody can be asked',
    args: ['deploy', '--cdkx-stage=prod', 'Prod'],
    block: { stages: { prod: { profile: 'acme-dev', stacks: ['Prod*'], protected: true } } },
    env: agent,
    exitCode: 78,
    screen: `\
cdkx: stage "prod" is protected, and cdk deploy was not confirmed.
  There is no terminal to ask on. Options of cdk such as --require-approval and
  --force do not confirm it.
  If you mean it, run the same command with:
    --cdkx-confirm=prod`,
  },
  {
    name: 'a misspelt key of the project block',
    block: { profile: 'acme-dev', acount: other },
    exitCode: 78,
    screen: `\
cdkx: unknown key "acount" of context.cdkx in cdk.json.
  Did you mean "account" or "accounts"?
  Known keys: profile, account, role, region, ssoSession, accounts, stages,
  login, stageContext.
  Correct the key, or remove it.`,
  },
  {
    name: 'no cdk',
    cdk: 'none',
    env: { PATH: '/nowhere' },
    exitCode: 127,
    screen: `\
cdkx: no cdk was found for PROJECT.
  There is no aws-cdk in node_modules here or above, and no other cdk on PATH.
  Install it:
    npm install --global aws-cdk@2`,
  },
  {
    name: 'the aws-cdk that was published by accident',
    args: ['ls'],
    cdk: '3.0.0',
    exitCode: 0,
    screen: `\
cdkx: this project's cdk is aws-cdk 3.0.0, which was published by accident.
  It is older than 2.1010 and cannot read what a current aws-cdk-lib writes.
  Install the current one:
    npm install --global aws-cdk@2
${profileLine('Developer', '4 h')}
cdk ran`,
  },
  {
    name: 'a role that is not assigned, after cdk failed',
    config: sharedConfig.replace('Developer', 'Owner'),
    script: 'console.error("cdk: AccessDenied"); process.exit(1);',
    exitCode: 1,
    screen: `\
${profileLine('Owner', '4 h')}
cdk: AccessDenied
cdkx: you have no access to account 111111111111 as Owner (profile "acme-dev").
  The session is good, but IAM Identity Center does not give you this
  role there.
  Your roles in account 111111111111: Developer, ReadOnly.
  Add a profile with one of them, or choose another:
    cdkx sso configure
    cdkx profile list`,
  },
  {
    name: 'no network',
    left: -60,
    refreshable: true,
    env: { AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:9' },
    exitCode: 69,
    screen: `\
cdkx: IAM Identity Center cannot be reached (CreateToken at
  127.0.0.1:9: ECONNREFUSED).
  There is no network, a proxy is missing or wrong, or sso_region does
  not exist.
  It was asked for SSO session "acme": start URL https://acme.awsapps.com/start,
  region eu-west-1.
  Check the network, HTTPS_PROXY and sso_region, then try again.`,
  },
  {
    name: 'keys beside a profile',
    env: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' },
    exitCode: 0,
    screen: `\
${profileLine('Developer', '4 h')}
cdkx: profile "acme-dev" is used, so these are kept from cdk and the app:
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  cdk would ignore them, and the app would not.
  To use them instead of the profile, run with --no-profile.
cdk ran`,
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
      await terminal.waitFor('?');
      terminal.type(answer);
    }
    const { exitCode } = await terminal.exit;
    const screen = terminal.screen().replaceAll(project.cwd, 'PROJECT');
    // A second may have gone by since the token was issued.
    expect({ exitCode, screen: screen.replace('3 h 59 min', '4 h') }).toEqual({
      exitCode: failure.exitCode,
      screen: failure.screen,
    });
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
