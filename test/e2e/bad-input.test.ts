import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath, runNode, type RunResult } from '../helpers/cli.ts';
import { runCdkxChecked as runCdkx } from '../helpers/suggested-commands.ts';
import { isCompiledCode, tokenFileName, type HomeFiles } from '../helpers/home.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, createWorkplace, sharedConfig, type Workplace } from '../helpers/project.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** One kind of bad input, and what is said of it. */
interface Case {
  readonly input: string;
  /** What follows `cdkx`; `deploy` where it is not said. */
  readonly args?: readonly string[];
  readonly files?: HomeFiles | (() => HomeFiles);
  readonly env?: Readonly<Record<string, string>>;
  /** Spoils what `files` cannot, before cdkx runs. */
  readonly spoil?: (workplace: Workplace) => void;
  /** What happened, with the offending value: in the first line. */
  readonly what: string;
  /** Why: somewhere after it. */
  readonly why: string;
  /** What to run or to change: at the end. */
  readonly next: string;
}

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

const config = (text: string): HomeFiles => ({ config: text });
const changed = (from: string | RegExp, to: string) => config(sharedConfig.replace(from, to));
const without = (key: string) => changed(new RegExp(`^${key} = .*\n`, 'm'), '');
const cdkJson = (text: string) => (workplace: Workplace) => writeFileSync(join(workplace.cwd, 'cdk.json'), text);
const token = (content: unknown): HomeFiles => ({ tokens: { acme: content } });
const expired = () => token(emulator.issueToken({ expiresIn: -7800, refreshable: false }));
const refreshable = () => token(emulator.issueToken({ expiresIn: -7800 }));
const valid = () => token(emulator.issueToken({ expiresIn: 7200 }));
const role = (name: string, source: string) =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::111111111111:role/${name}\nsource_profile = ${source}\n`;

const addSession = 'cdkx sso configure';
const signIn = 'cdkx sso login --profile acme-dev';
const expiredSession = 'SSO session "acme" (profile "acme-dev") expired 2 h 10 min ago';
const tokenFile = `~/.aws/sso/cache/${tokenFileName('acme')}`;

/** Runs cdkx with a `cdk` that only says that it ran. */
async function run({ args = ['deploy'], files = {}, env = {}, spoil }: Partial<Case>) {
  const project = createScriptedProject('console.log("cdk ran")', typeof files === 'function' ? files() : files);
  spoil?.(project);
  emulator.log.length = 0;
  const before = snapshot(project.home);
  const result = await runCdkx(args, { ...project, env: { ...emulator.env(), ...project.env, ...env } });
  return { result, before, after: snapshot(project.home) };
}

/** Every file of a home with its bytes, compiled code left out. */
function snapshot(home: string): Record<string, string> {
  const names = readdirSync(home, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = files.filter((path) => !isCompiledCode(path));
  return Object.fromEntries(own.sort().map((path) => [path, readFileSync(path).toString('base64')]));
}

function expectRefusal({ exitCode, stdout, stderr }: RunResult, code: number, { what, why, next }: Case): void {
  const lines = stderr.trimEnd().split('\n');
  expect({ exitCode, stdout, first: lines[0] }).toEqual({ exitCode: code, stdout: '', first: `cdkx: ${what}` });
  expect(lines.slice(1).join('\n')).toContain(why);
  expect(lines.at(-1)).toContain(next);
  // The first line stands at the margin, all others belong to it.
  expect(lines.slice(1).filter((line) => !line.startsWith('  '))).toEqual([]);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
}

const configurations: Case[] = [
  {
    input: 'an unknown profile on the command line',
    args: ['deploy', '--profile', 'acme-dv'],
    what: 'no profile named "acme-dv" in ~/.aws/config (from --profile)',
    why: 'Did you mean "acme-dev"?',
    next: addSession,
  },
  {
    input: 'an unknown profile in the project block',
    spoil: cdkJson('{ "context": { "cdkx": "acme-dv" } }'),
    what: 'no profile named "acme-dv" in ~/.aws/config (from context.cdkx.profile in cdk.json)',
    why: 'Known profiles: acme-dev.',
    next: addSession,
  },
  {
    input: 'an sso_session that names a missing section',
    files: changed('sso_session = acme', 'sso_session = acmee'),
    what: 'no [sso-session acmee] (sso_session of profile "acme-dev") in ~/.aws/config',
    why: 'Known sessions: acme.',
    next: addSession,
  },
  ...[
    ['sso_region', '[sso-session acme]'],
    ['sso_start_url', '[sso-session acme]'],
    ['sso_account_id', 'profile "acme-dev"'],
    ['sso_role_name', 'profile "acme-dev"'],
  ].map(([key = '', holder = '']) => ({
    input: `a missing ${key}`,
    files: without(key),
    what: `${holder} in ~/.aws/config has no ${key}`,
    why: 'SSO needs start URL, Region, account and role',
    next: addSession,
  })),
  {
    input: 'a profile name with a space, which cdk cannot parse',
    args: ['deploy', '--profile', 'acme dev'],
    files: changed('[profile acme-dev]', '[profile acme dev]'),
    what: 'no profile named "acme dev" in ~/.aws/config (from --profile)',
    why: 'cdk can only read names of letters',
    next: addSession,
  },
  {
    input: 'a circle of source_profile',
    files: config(role('acme-dev', 'b') + role('b', 'acme-dev')),
    what: 'the source_profile keys in ~/.aws/config form a cycle: acme-dev → b → acme-dev',
    why: 'the last profile needs its own credentials',
    next: 'Set source_profile of "b" to a profile with SSO',
  },
  {
    input: 'a source_profile that is not there',
    files: config(role('acme-dev', 'b')),
    what: 'no profile named "b" (source_profile of "acme-dev") in ~/.aws/config',
    why: 'no credentials without it',
    next: 'cdkx profile list',
  },
  {
    input: 'a folder in the place of the config file',
    spoil: ({ home }) => {
      rmSync(join(home, '.aws/config'));
      mkdirSync(join(home, '.aws/config'));
    },
    what: 'cannot read the AWS config file ~/.aws/config (EISDIR)',
    why: 'set AWS_CONFIG_FILE to another file',
    next: 'ls -ld ',
  },
  {
    input: 'a malformed header',
    files: changed('[profile acme-dev]', '[profile acme-dev'),
    what: 'no profile named "acme-dev" in ~/.aws/config (from context.cdkx.profile in cdk.json)',
    why: '5 lines have no effect in ~/.aws/config; --cdkx-verbose shows them.',
    next: addSession,
  },
  {
    input: 'a cdk.json that is not JSON',
    spoil: cdkJson('{\n  "app": "x",\n  context\n}'),
    what: 'cdk.json is not valid JSON: unexpected c at line 3, column 3',
    why: 'cdk reads strict JSON',
    next: 'Correct cdk.json',
  },
  {
    input: 'a project block of a wrong type',
    spoil: cdkJson('{ "context": { "cdkx": 7 } }'),
    what: 'context.cdkx in cdk.json cannot be the number 7',
    why: 'It must be the name of a profile or an object.',
    next: 'Correct it',
  },
  {
    input: 'a project block with an unknown key',
    spoil: cdkJson('{ "context": { "cdkx": { "profil": "acme-dev" } } }'),
    what: 'unknown key "profil" of context.cdkx in cdk.json',
    why: 'Did you mean "profile"?',
    next: 'Correct the key',
  },
  {
    input: 'a project block with an account that is no text',
    spoil: cdkJson('{ "context": { "cdkx": { "account": 111111111111 } } }'),
    what: 'account of context.cdkx in cdk.json cannot be the number 111111111111',
    why: 'a string of exactly 12 digits',
    next: '"account": "111111111111"',
  },
  {
    input: 'a profile of another account than the project means',
    files: valid,
    spoil: cdkJson('{ "context": { "cdkx": { "profile": "acme-dev", "account": "222222222222" } } }'),
    what: 'wrong account 111111111111 from profile "acme-dev"; this project deploys to 222222222222 (context.cdkx.account in cdk.json)',
    why: 'cdk was not run',
    next: 'cdkx profile list 222222222222',
  },
];

const notSignedIn: Case[] = [
  ...(
    [
      ['a torn token file', '{"accessToken": "x', 'it is not a complete JSON object'],
      ['a foreign token file', '[]', 'it is not a complete JSON object'],
      ['a token file of zero bytes', '', 'it is not a complete JSON object'],
      ['a token file without expiresAt', { accessToken: 'x' }, 'it has no valid "expiresAt"'],
      ['a token file without accessToken', { expiresAt: '2031-01-01T00:00:00Z' }, 'it has no "accessToken"'],
    ] as const
  ).map(([input, content, reason]) => ({
    input,
    files: token(content),
    what: `the token of SSO session "acme" (profile "acme-dev") in ${tokenFile} can't be used: ${reason}`,
    why: "cdkx can't prompt: no terminal.",
    next: signIn,
  })),
  {
    input: 'a folder in the place of the token file',
    spoil: ({ home }) => mkdirSync(join(home, '.aws/sso/cache', tokenFileName('acme'))),
    what: `the token of SSO session "acme" (profile "acme-dev") in ${tokenFile} can't be used: it is not a file`,
    why: "cdkx can't prompt: no terminal.",
    next: signIn,
  },
  {
    input: 'no token',
    what: 'not signed in to SSO session "acme" (profile "acme-dev")',
    why: 'Sign in, then run cdkx deploy again:',
    next: signIn,
  },
  {
    input: 'an expired session and no terminal',
    files: () => expired(),
    what: expiredSession,
    why: "cdkx can't prompt: no terminal.",
    next: signIn,
  },
  {
    input: 'an expired session in CI, whatever CDKX_LOGIN says',
    files: () => expired(),
    env: { CI: 'true', CDKX_LOGIN: 'auto' },
    what: expiredSession,
    why: "can't sign in in CI",
    next: signIn,
  },
  {
    input: 'an expired session where no login may begin',
    files: () => expired(),
    env: { CDKX_LOGIN: 'never' },
    what: expiredSession,
    why: 'login is set to "never"',
    next: signIn,
  },
  {
    input: 'a refresh that is refused',
    files: () => {
      const files = refreshable();
      emulator.revoke();
      return files;
    },
    what: expiredSession,
    why: 'It could not be refreshed: IAM Identity Center no longer accepts this sign-in',
    next: signIn,
  },
];

const unreachable: Case[] = [
  {
    input: 'no network',
    files: () => refreshable(),
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:9' },
    what: 'IAM Identity Center is unreachable (CreateToken at 127.0.0.1:9: ECONNREFUSED)',
    why: 'There is no network',
    next: 'Check the network',
  },
];

describe('bad input', () => {
  it.each(configurations)('is a configuration error (78) that changes no file: $input', async (bad) => {
    const { result, before, after } = await run(bad);
    expectRefusal(result, 78, bad);
    expect(after).toEqual(before);
    expect(emulator.log).toEqual([]);
  });

  it.each(notSignedIn)('ends with 77 and changes no token file: $input', async (bad) => {
    const { result, before, after } = await run(bad);
    expectRefusal(result, 77, bad);
    expect(after).toEqual(before);
  });

  it.each(unreachable)('ends with 69 and keeps the token: $input', async (bad) => {
    const { result, before, after } = await run(bad);
    expectRefusal(result, 69, bad);
    expect(after).toEqual(before);
  });

  it.each([
    [429, 'is throttling requests', 'too many requests', 'Try again in a minute.'],
    [500, 'returned a server error three times', 'may be having problems', 'https://health.aws.amazon.com/'],
    [503, 'returned a server error three times', 'may be having problems', 'https://health.aws.amazon.com/'],
  ])('is asked for three times, no more, when Identity Center answers %i', async (status, what, why, next) => {
    emulator.faults.add({ operation: 'CreateToken', kind: 'error', status, times: 'always' });
    const { result, before, after } = await run({ files: refreshable });
    expect(result).toMatchObject({ exitCode: 69, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^cdkx: IAM Identity Center ${what} \\(CreateToken at `));
    expect(result.stderr).toContain(why);
    expect(result.stderr.trimEnd().split('\n').at(-1)).toContain(next);
    expect(emulator.log.map((request) => request.status)).toEqual([status, status, status]);
    expect(after).toEqual(before);
  });

  it.each([429, 500])('is got over when Identity Center answers %i only twice', async (status) => {
    emulator.faults.add({ operation: 'CreateToken', kind: 'error', status, times: 2 });
    const { result } = await run({ files: refreshable });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
  });

  it('is a page of a proxy in place of an answer', async () => {
    emulator.faults.add({ operation: 'CreateToken', kind: 'proxy-html', times: 'always' });
    const { result, before, after } = await run({ files: refreshable });
    expect(result).toMatchObject({ exitCode: 69, stdout: '' });
    expect(result.stderr).toMatch(/^cdkx: .*response/m);
    expect(after).toEqual(before);
  });

  it('is a login that was denied: 77, the old token kept', async () => {
    const env = { CDKX_LOGIN: 'auto', ...personAsBrowser('deny') };
    const { result, before, after } = await run({ files: expired, env });
    expect(result).toMatchObject({ exitCode: 77, stdout: '' });
    expect(result.stderr).toMatch(/^cdkx: IAM Identity Center denied the sign-in \(Authorize at /m);
    expect(result.stderr.trimEnd().split('\n').at(-1)).toBe(`    ${signIn}`);
    // The client that was registered is kept for the next login; what was there stays as it was.
    expect(after).toMatchObject(before);
  });

  it('names the lines of the config file that have no effect in verbose mode', async () => {
    const text = `what is this\n${sharedConfig.replace('[profile acme-dev]', '[profile other\n[profile acme-dev]\n= x')}`;
    const { result } = await run({ args: ['deploy', '--cdkx-verbose'], files: () => ({ ...valid(), config: text }) });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(result.stderr).toContain('~/.aws/config:1: ignored. It is before the first section.');
    expect(result.stderr).toContain('~/.aws/config:2: ignored. The section header does not end with "]".');
    expect(result.stderr).toContain('~/.aws/config:4: ignored. There is no key before "=".');
  });

  it('is no token from the future, as a clock that is off makes it', async () => {
    const { result, before, after } = await run({
      files: () => token(emulator.issueToken({ expiresIn: 400 * 86_400 })),
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(after).toEqual(before);
    expect(emulator.log).toEqual([]);
  });

  it.each<[string, readonly string[], string, string, string]>([
    ['option', ['deploy', '--cdkx-logn=auto'], 'unknown option --cdkx-logn', 'Options of cdkx:', '--cdkx-login'],
    [
      'value',
      ['deploy', '--cdkx-login=nevr'],
      'invalid value "nevr" for --cdkx-login',
      'prompt, auto, never',
      '=never',
    ],
    ['verb', ['sso', 'logn'], "unknown command 'logn' (cdkx sso)", 'cdkx sso login', 'cdkx sso --help'],
  ])('is wrong use (64) of a %s of cdkx', async (input, args, what, why, next) => {
    const { result, before, after } = await run({ args });
    expectRefusal(result, 64, { input, what, why, next });
    expect(after).toEqual(before);
  });

  it.each([
    ['login', 'sso login'],
    ['pin', 'profile pin'],
  ])('hands %s to cdk as it is, and says which verb of cdkx is meant', async (word, verb) => {
    const { result } = await run({ args: [word], files: expired });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(result.stderr).toMatch(`cdkx: cdk has no "${word}" command`);
    expect(result.stderr).toContain(`\n    cdkx ${verb}\n`);
    expect((await run({ args: ['deploy'], files: valid })).result.stderr).not.toContain('has no command');
  });

  it('lets a command that only does less without a session go on, and says so', async () => {
    const { result } = await run({ args: ['ls'], files: expired });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(result.stderr).toContain('CDK_DEFAULT_ACCOUNT');
  });
});

describe('the cdk that is found', () => {
  it.each([
    [
      'nowhere',
      { CDKX_CDK: '' },
      (cwd: string) => `no cdk was found for ${cwd}`,
      'aws-cdk is not in node_modules',
      'npm install --global aws-cdk@2',
    ],
    [
      'not where CDKX_CDK says',
      { CDKX_CDK: '/nowhere/cdk' },
      () => 'CDKX_CDK is set to "/nowhere/cdk", which can\'t be found or run',
      'the path of a cdk program',
      'unset CDKX_CDK',
    ],
  ])('is %s: 127', async (input, env, what, why, next) => {
    const project = createScriptedProject('');
    const result = await runCdkx(['deploy'], { ...project, env: { PATH: join(project.cwd, 'empty'), ...env } });
    expect(result.exitCode).toBe(127);
    expectRefusal(result, 127, { input, what: what(project.cwd), why, next });
  });

  it('is 3.0.0, published by accident: a warning, and on', async () => {
    const { home, cwd } = createWorkplace(valid());
    rmSync(join(cwd, 'node_modules'));
    const accident = join(cwd, 'node_modules/aws-cdk');
    mkdirSync(join(accident, 'bin'), { recursive: true });
    writeFileSync(join(accident, 'package.json'), '{ "name": "aws-cdk", "version": "3.0.0" }');
    writeFileSync(join(accident, 'bin/cdk'), 'console.log("cdk ran")');
    const result = await runCdkx(['deploy', '--profile', 'acme-dev'], { home, cwd });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(result.stderr).toMatch(/^cdkx: .*aws-cdk 3\.0\.0\b/m);
    expect(result.stderr).toMatch(/^ {4}npm install .*aws-cdk@2$/m);
  });
});

it.each(['', '.', 'home'])(
  'a home directory that is %j is none: the files of the working folder are not the user’s',
  async (home) => {
    const { cwd, env } = createScriptedProject('console.log("cdk ran")', {});
    const trace = join(cwd, 'trace');
    for (const folder of ['.aws', 'home/.aws']) {
      mkdirSync(join(cwd, folder), { recursive: true });
      writeFileSync(join(cwd, folder, 'config'), `[default]\ncredential_process = touch '${trace}'\n`);
    }
    for (const args of [
      ['deploy'],
      ['sso', 'credentials', '--profile', 'default'],
      ['profile', 'list'],
      ['sso', 'status'],
    ]) {
      const result = await runCdkx(args, { cwd, home, env: { ...env, USERPROFILE: '' } });
      expect({ args, ...result }).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('HOME') });
    }
    expect(existsSync(trace)).toBe(false);
  },
);

it('a folder that was deleted under the shell is told in words', async () => {
  const { home } = createScriptedProject('');
  const folder = tempFolder();
  const script = `
    process.chdir(${JSON.stringify(folder)});
    require('node:fs').rmdirSync(${JSON.stringify(folder)});
    const run = require('node:child_process').spawnSync;
    process.exit(run(process.execPath, [${JSON.stringify(cdkxPath)}, 'ls'], { stdio: 'inherit' }).status);`;
  expect(await runNode(['-e', script], { home, cwd: home })).toEqual({
    exitCode: 78,
    signal: null,
    stdout: '',
    stderr: expect.stringMatching(/^cdkx: the current directory no longer exists\n[^]*\n {4}cd "\$PWD"\n$/),
  });
});
