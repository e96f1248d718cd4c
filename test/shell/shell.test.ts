import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandToPaste, inShell, isPortable, quoteFor, userShell } from '../../lib/shell/shell.ts';
import { quoteArguments, splitShellWords } from '../../lib/messages/text.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { repository } from '../helpers/cli.ts';
import { createTestContext } from '../helpers/context.ts';
import { onWindows } from '../helpers/needs.ts';

const home = 'C:\\Users\\ada';
const system = 'C:\\Program Files\\WindowsPowerShell\\Modules;C:\\WINDOWS\\system32\\WindowsPowerShell\\v1.0\\Modules';

describe('the shell of the user', () => {
  it.each([
    ['posix', 'linux', {}],
    ['posix', 'darwin', { PSModulePath: `${home}\\x` }],
    ['cmd', 'win32', { USERPROFILE: home, PSModulePath: system }],
    ['cmd', 'win32', {}],
    ['powershell', 'win32', { USERPROFILE: home, PSModulePath: `${home}\\Documents\\PowerShell\\Modules;${system}` }],
    ['posix', 'win32', { USERPROFILE: home, PSModulePath: system, MSYSTEM: 'MINGW64' }],
    ['posix', 'win32', { SHELL: '/usr/bin/bash' }],
  ] as const)('is %s on %s with %j', (shell, platform, env) => {
    expect(userShell({ platform, env })).toBe(shell);
  });
});

describe('a command of a message', () => {
  it.each([
    [
      "cdkx sso login --profile 'My Profile'",
      'cdkx sso login --profile "My Profile"',
      "cdkx sso login --profile 'My Profile'",
    ],
    [String.raw`cdkx deploy 'it'\''s'`, `cdkx deploy "it's"`, "cdkx deploy 'it''s'"],
    ["cdkx deploy 'Dev*'", 'cdkx deploy "Dev*"', "cdkx deploy 'Dev*'"],
    ["cdkx deploy '50%'", 'cdkx deploy "50%"', "cdkx deploy '50%'"],
    ["cdkx deploy '%PATH%'", 'cdkx deploy ""^%"PATH"^%""', "cdkx deploy '%PATH%'"],
    ['cdkx deploy @x', 'cdkx deploy @x', "cdkx deploy '@x'"],
    ['unset AWS_A AWS_B', 'set "AWS_A=" & set "AWS_B="', 'Remove-Item Env:AWS_A, Env:AWS_B'],
    ['export AWS_CA_BUNDLE=/a/b.pem', 'set "AWS_CA_BUNDLE=/a/b.pem"', "$Env:AWS_CA_BUNDLE = '/a/b.pem'"],
    [String.raw`ls -ld 'C:\My Files\x'`, String.raw`icacls "C:\My Files\x"`, String.raw`icacls 'C:\My Files\x'`],
    [String.raw`df -h 'C:\x'`, 'fsutil volume diskfree C:', 'fsutil volume diskfree C:'],
    [String.raw`chmod u+w 'C:\x'`, String.raw`attrib -r C:\x`, String.raw`attrib -r C:\x`],
    ['kill 12', 'taskkill /F /PID 12', 'taskkill /F /PID 12'],
    ['cd "$PWD"', 'cd /d "%CD%"', 'cd $PWD'],
  ])('%s', (command, cmd, powershell) => {
    expect([inShell(command, 'cmd'), inShell(command, 'powershell')]).toEqual([cmd, powershell]);
    expect(inShell(command, 'posix')).toBe(command);
  });

  it.each(['{ "app": "npx tsx bin/app.ts" }', 'credential_process = cdkx sso credentials', '--yes'])(
    'stays as it is where it is no command: %s',
    (text) => expect([inShell(text, 'cmd'), inShell(text, 'powershell')]).toEqual([text, text]),
  );

  it('is shown for the shell and the package manager of this run', () => {
    const env = { npm_config_user_agent: 'npm/11.19.1' };
    expect(commandToPaste("cdkx deploy 'a b'", { env, platform: 'win32' })).toBe('npx cdkx deploy "a b"');
    const ctx = createTestContext({ platform: 'win32' });
    createReporter(ctx, 'normal').error({ what: 'x', next: [{ run: 'unset A' }] });
    expect(ctx.written.stderr()).toContain('    set "A="\n');
  });
});

it('a program whose path needs quotes is called, and not printed, by PowerShell', () => {
  const words = ['C:\\My Programs\\node.exe', 'x'];
  expect(quoteFor(words, 'powershell')).toBe("& 'C:\\My Programs\\node.exe' x");
  expect(quoteFor(words, 'cmd')).toBe('"C:\\My Programs\\node.exe" x');
  // Typographic quotes are quotes to it, and in double ones it runs commands.
  expect(quoteFor(['a', "b'\u2019; calc", '~/$(calc)`"\u201Dx'], 'powershell')).toBe(
    "a 'b''\u2019\u2019; calc' \"$HOME\\`$(calc)```\"`\u201Dx\"",
  );
});

it('words are read back from a POSIX command line as they were', () => {
  const words = ['cdkx', "it's", 'a b', 'a\u001B[31m\r\nb\\n', '', '\u202E', '*', '--x=1'];
  expect(splitShellWords(quoteArguments(words))).toEqual(words);
  expect(splitShellWords('a | b')).toBeUndefined();
  expect(splitShellWords('cd "$PWD"')).toBeUndefined();
});

/** What messages of the source suggest to run, with `X` for what is filled in. */
function suggested(): string[] {
  const lib = join(repository, 'lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((file) =>
    [...readFileSync(join(lib, file), 'utf8').matchAll(/\brun: (?:'([^'\n]*)'|`([^`\n]*)`)/g)].map(
      ([, plain, template]) => (plain ?? template ?? '').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'X'),
    ),
  );
}

it('every command that a message suggests can be shown for each shell', () => {
  const isSetting = (text: string) => /^(?:[{"X]|--|\w+ = |X=)/.test(text) || text.startsWith('credentials.');
  const commands = suggested().filter((text) => !isSetting(text));
  expect(commands.length).toBeGreaterThan(60);
  expect(commands.filter((command) => !isPortable(command))).toEqual([]);
});

onWindows(describe)('cmd.exe', () => {
  it.each([['a b'], ["it's"], ['x&y|z'], ['(a)^b'], ['a"b c'], ['50%'], ['C:\\My Files\\'], ['…']])(
    'reads a quoted word back as it was: %s',
    (word) => {
      const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
      const line = quoteFor([process.execPath, '-e', script, word, 'end'], 'cmd');
      const { stdout } = spawnSync('cmd.exe', ['/d', '/s', '/c', `"${line}"`], { windowsVerbatimArguments: true });
      expect(JSON.parse(stdout.toString())).toEqual([word, 'end']);
    },
  );
});
