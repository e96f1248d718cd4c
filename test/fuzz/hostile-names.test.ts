import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx, type RunResult } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { isCompiledCode } from '../helpers/home.ts';
import { enter } from '../helpers/person.ts';
import { createScriptedProject, sharedConfig, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { isLongForm } from '../helpers/scale.ts';
import { questions } from '../helpers/questions.ts';
import { rawControl } from './hostile.ts';

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

const megabyte = 'x'.repeat(1_000_000);
const names = {
  escapes: 'a\u001B]0;owned\u0007\u001B[2Jb',
  'escapes of one byte': 'a\u009B31mb\u0085',
  'line breaks': 'a\r\u2028b\nfake: all is well',
  'direction marks': 'a\u202Etxt.exe\u2066',
  'a path upward': '../../../../../../tmp/cdkx-hostile-name',
  'a leading dash': '-rf',
  'an option': '--profile=acme-dev',
  'a name of JavaScript': '__proto__',
  'another one': 'constructor',
  'shell text': 'a;touch pwned;$(touch pwned)`touch pwned`',
  quotes: `a"b'c`,
  'a million letters': megabyte,
} as const;
const cases = Object.entries(names);

/** A project whose files all say that name. Line breaks cannot stand in a name there: they cut it. */
function hostileProject(name: string): Workplace & { readonly env: { CDKX_CDK: string } } {
  const config = `${sharedConfig}
[profile ${name}]
sso_session = ${name}
sso_account_id = ${name}
sso_role_name = ${name}
[sso-session ${name}]
sso_start_url = https://acme.awsapps.com/${name}
sso_region = ${name}
[profile role]
role_arn = arn:aws:iam::111111111111:role/${name}
source_profile = ${name}
[profile here]
sso_session = ${name}
sso_account_id = 111111111111
sso_role_name = ${name}
`;
  const credentials = `[${name}]\naws_access_key_id = ${name}\naws_secret_access_key = x\n`;
  const project = createScriptedProject('console.log("cdk ran")', { config, credentials });
  const block = { profile: name, account: name, role: name, stages: { [name]: { profile: name } } };
  writeFileSync(
    join(project.cwd, 'cdk.json'),
    JSON.stringify({ profile: name, context: { cdkx: block, stage: name } }),
  );
  return project;
}

/** No name gets to the terminal as more than text, no defect shows, and it ended by itself. */
function expectHarmless(result: RunResult, codes = [0, 1, 64, 69, 77, 78, 127, 130]): void {
  const { exitCode, signal, stdout, stderr } = result;
  expect({ signal, known: codes.includes(exitCode ?? -1) ? exitCode : undefined }).toEqual({
    signal: null,
    known: exitCode,
  });
  for (const text of [stdout, stderr]) {
    expect(rawControl.exec(text.replaceAll('\t', ' '))?.[0]).toBeUndefined();
    expect(text).not.toMatch(/^\s+at .*:\d+|^fake: /m);
    expect(text.length).toBeLessThan(3_000_000);
  }
}

/** Files of the home and the folders around it, by their paths, compiled code left out. */
function filesOf({ home }: Workplace): string[] {
  const root = dirname(home);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !isCompiledCode(path))
    .sort();
}

const commands = (name: string): string[][] => [
  ['profile', 'list'],
  ['profile', 'list', '--json'],
  ['profile', 'show'],
  ['profile', 'show', '--json', '--accounts'],
  ['sso', 'status'],
  ['sso', 'status', '--json'],
  ['deploy', '--cdkx-verbose'],
  ...(name.length > 100_000 || name.includes('\u0000')
    ? []
    : [
        ['profile', 'show', '--profile', name],
        ['sso', 'login', '--profile', name],
        ['sso', 'login', '--sso-session', name],
        ['sso', 'exec', '--profile', name, '--', 'true'],
        ['sso', 'credentials', '--profile', name],
        ['sso', 'configure', '--profile', name, '--start-url', name, '--yes'],
        ['profile', 'pin', name],
        ['deploy', '--profile', name, `--cdkx-stage=${name}`],
        ['deploy', '--profile', name, '--cdkx-dry-run'],
        ['sso', name],
        ['completion', name],
        ['completion', '--complete', '--', 'deploy', '--profile', name],
      ]),
  ['deploy', '--profile', 'role'],
  ['sso', 'login', '--profile', 'here'],
  ['completion', '--complete', '--', 'deploy', '--profile', ''],
  ['completion', '--complete', '--', 'deploy', '--cdkx-stage='],
];

describe('hostile names in files and arguments', () => {
  it.each(cases)('do no harm: %s', async (kind, name) => {
    const project = hostileProject(name);
    const before = filesOf(project);
    // In the short form each name takes its turn at a part of the commands; the long form has all of them.
    const all = commands(name);
    const turn = cases.findIndex(([each]) => each === kind);
    recordFigure('hostile-names.names');
    const chosen = isLongForm ? all : all.filter((_, index) => index % 6 === turn % 6);
    for (const args of chosen) {
      recordFigure('hostile-names.commands');
      expectHarmless(
        await runCdkx(args, { ...project, env: { ...project.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } }),
      );
    }
    expect(filesOf(project)).toEqual(before);
    expect([existsSync(join(project.cwd, 'pwned')), existsSync('/tmp/cdkx-hostile-name')]).toEqual([false, false]);
  });
});

describe('hostile names in the commands that messages tell to run', () => {
  const shellText = "a;touch${IFS}pwned;$(touch${IFS}pwned)`touch${IFS}pwned`'";
  const block = { profile: 'acme-dev', stages: { [shellText]: { profile: 'acme-dev', stacks: ['Prod*'] } } };
  it.each([
    ['a profile that is defined', ['sso', 'login', '--profile', shellText], {}],
    ['a profile that is not', ['profile', 'pin', `${shellText}2`], {}],
    ['a stage', ['deploy', '--all'], block],
    ['a stack', ['deploy', `${shellText}*`], { stages: { prod: { profile: 'acme-dev', stacks: [`${shellText}*`] } } }],
  ])('are one word of a shell: %s', async (_, args, projectBlock) => {
    const credentials = `[${shellText}]\naws_access_key_id = AKIA\naws_secret_access_key = x\n`;
    const project = createScriptedProject('', { credentials });
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: projectBlock } }));
    const { stderr } = await runCdkx(args, project);
    const [, command = ''] = /^ {4}(cdkx .*touch.*)$/m.exec(stderr) ?? [];
    const show = `cdkx() { printf '%s\\0' "$@"; }`;
    const words = execFileSync('/bin/sh', ['-c', `${show}; ${command}`], { cwd: project.cwd, encoding: 'utf8' });
    expect(words.split('\0').filter((word) => word.includes(shellText))).toHaveLength(1);
    expect(existsSync(join(project.cwd, 'pwned'))).toBe(false);
  });
});

/** A portal that names its accounts and roles so. */
async function startHostilePortal(accountName: string, roleName: string) {
  emulator = await startEmulator({
    accounts: [
      { id: '111111111111', name: accountName, email: accountName, roles: [roleName, 'Developer'] },
      { id: '222222222222', name: accountName, roles: ['Developer'] },
    ],
  });
  const token = emulator.issueToken({ expiresIn: 7200 });
  return { ...createScriptedProject('', { tokens: { acme: token } }), env: emulator.env() };
}

describe('hostile names of accounts and roles', () => {
  it.each(isLongForm ? cases : cases.filter((_, index) => index % 3 === 0))(
    'become harmless profiles, or are refused before anything is written: %s',
    async (_kind, name) => {
      for (const [accountName, roleName] of [
        [name, 'Viewer'],
        ['acme', name],
      ] as const) {
        recordFigure('hostile-names.portals');
        const project = await startHostilePortal(accountName, roleName);
        const path = join(project.home, '.aws/config');
        for (const args of [
          ['--all', '--yes', '--dry-run'],
          ['--all', '--yes'],
        ]) {
          expectHarmless(await runCdkx(['sso', 'configure', '--session', 'acme', ...args], project), [0, 78]);
        }
        const config = readFileSync(path, 'utf8');
        expect(config.startsWith(sharedConfig)).toBe(true);
        expect(config).not.toMatch(/^fake|\[profile [^\]\n]*[^\w@+.%:/\]\n-][^\]\n]*\]/m);
        expectHarmless(await runCdkx(['profile', 'list'], project));
        await emulator?.close();
      }
    },
  );

  it('stand in the list to choose from as text', async () => {
    const project = await startHostilePortal(names.escapes, `${names['escapes of one byte']}\u202E`);
    const terminal = openCdkx(['sso', 'configure', '--session', 'acme'], { ...project, columns: 160 });
    await terminal.waitFor(questions.roles);
    await terminal.answer([String.raw`a\u001b]0;owned\u0007`, '\u0003']);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    // oxlint-disable-next-line no-control-regex
    expect(terminal.output()).not.toMatch(/\u001B\]0;|\u001B\[2Jb|[\u0080-\u009F\u202A-\u202E]/);
  });

  it('stand in the picker of profiles, and in the question after it, as text', async () => {
    const credentials = `[${names.escapes}]\naws_access_key_id = AKIA\naws_secret_access_key = x\n`;
    const project = createScriptedProject('', { config: '', credentials });
    writeFileSync(join(project.cwd, 'cdk.json'), '{}');
    const terminal = openCdkx(['deploy'], { ...project, columns: 160 });
    await terminal.answer([/Which AWS profile\?[^]*owned/, enter], [/Save "a\\u001b\]0;owned/, '\u0003']);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    // oxlint-disable-next-line no-control-regex
    expect(terminal.output()).not.toMatch(/\u001B\]0;|\u001B\[2Jb/);
  });
});
