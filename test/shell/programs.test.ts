import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findProgram, searchPath, startCommand, windowsProgram, withAbsolutePath } from '../../lib/shell/programs.ts';
import { onPosix, onWindows } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

function program(...names: string[]): string {
  const path = join(...names);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

describe('a program is looked for in absolute directories only: the others would be within the working directory', () => {
  it.each([
    ['linux', '.::/usr/bin:node_modules/.bin:./x:/bin', ['/usr/bin', '/bin']],
    ['darwin', '/opt/homebrew/bin:', ['/opt/homebrew/bin']],
    ['win32', '.;;C:\\nodejs;bin;C:\\Windows', ['C:\\nodejs', 'C:\\Windows']],
  ] as const)('%s', (platform, PATH, folders) => {
    expect(searchPath({ env: { PATH }, platform })).toEqual(folders);
    const env = { PATH: folders.join(platform === 'win32' ? ';' : ':'), A: 'b' };
    expect(withAbsolutePath({ env: { PATH, A: 'b' }, platform })).toEqual(env);
  });

  it('by whatever name the variable has', () => {
    expect(withAbsolutePath({ env: { Path: '.;C:\\a' }, platform: 'win32' })).toEqual({ Path: 'C:\\a' });
    expect(withAbsolutePath({ env: { A: 'b' }, platform: 'linux' })).toEqual({ A: 'b' });
  });
});

describe('the file of a command on Windows', () => {
  const windows = (cwd: string, PATH: string, more = {}) => ({
    cwd,
    env: { PATH, ...more },
    platform: 'win32' as const,
  });

  it('is never one of the working directory, as it would be for Windows itself', () => {
    const [cwd, bin] = [tempFolder(), tempFolder()];
    program(cwd, 'aws.exe');
    program(cwd, 'rundll32.exe');
    expect(findProgram('aws', windows(cwd, `.;;bin`))).toBeUndefined();
    const aws = program(bin, 'aws.exe');
    expect(findProgram('aws', windows(cwd, `.;${bin}`))).toBe(aws);
  });

  it('has an extension of PATHEXT, in its order, or is named with it', () => {
    const bin = tempFolder();
    const cmd = program(bin, 'npm.cmd');
    program(bin, 'npm');
    expect(findProgram('npm', windows('C:\\', bin))).toBe(cmd);
    expect(findProgram('npm.cmd', windows('C:\\', bin))).toBe(cmd);
    const exe = program(bin, 'npm.exe');
    expect(findProgram('npm', windows('C:\\', bin))).toBe(exe);
    expect(findProgram('npm', windows('C:\\', bin, { PATHEXT: '.CMD;.EXE' }))).toBe(cmd);
  });

  it('is relative to the working directory where it is a path', () => {
    const cwd = tempFolder();
    const build = program(cwd, 'tools/build.bat');
    expect(findProgram('tools/build', windows(cwd, ''))).toBe(build);
    expect(findProgram('./tools/gone', windows(cwd, ''))).toBeUndefined();
  });

  it('of Windows itself is in its system directory', () => {
    expect(windowsProgram({ SystemRoot: 'D:\\Win' }, 'cmd.exe')).toBe('D:\\Win\\System32\\cmd.exe');
    expect(windowsProgram({}, 'rundll32.exe')).toBe('C:\\Windows\\System32\\rundll32.exe');
  });
});

const itOnPosix = onPosix(it, 'files that may not be executed');

itOnPosix('a file that may not be executed is no program', () => {
  const [first, second] = [tempFolder(), tempFolder()];
  chmodSync(program(first, 'aws'), 0o644);
  const aws = program(second, 'aws');
  expect(findProgram('aws', { cwd: '/', env: { PATH: `${first}:${second}` }, platform: 'linux' })).toBe(aws);
});

describe('how a program is started', () => {
  it('is as it is, but for batch files on Windows', () => {
    const args = ['a b'];
    expect(startCommand('/usr/bin/x.cmd', args, { env: {}, platform: 'linux' })).toEqual({
      command: '/usr/bin/x.cmd',
      args,
    });
    expect(startCommand('C:\\node.exe', args, { env: {}, platform: 'win32' })).toEqual({
      command: 'C:\\node.exe',
      args,
    });
  });

  it.each([
    [['run', '--x=1'], 'run "--x=1"'],
    [['a b', 'c&d|e'], '"a b" "c&d|e"'],
    [['a"b', 'c\\"d', 'e f\\'], '"a""b" "c\\\\""d" "e f\\\\"'],
    [['%PATH%'], '"%%cd:~,%PATH%%cd:~,%"'],
    [['', 'C:\\x'], '"" C:\\x'],
  ])('is by cmd.exe for a batch file, each argument one word: %j', (args, line) => {
    expect(startCommand('C:\\My Tools\\npm.cmd', args, { env: {}, platform: 'win32' })).toEqual({
      command: 'C:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/e:ON', '/v:OFF', '/s', '/c', `""C:\\My Tools\\npm.cmd" ${line}"`],
      options: { windowsVerbatimArguments: true },
    });
  });

  onWindows(describe)('on Windows', () => {
    it.each([
      ['a b', 'c&d'],
      ['x|y', '(z)^'],
      ['a"b c', 'd'],
      ["it's", ''],
      ['C:\\My Files\\', 'e'],
    ])('reaches the program behind a batch file as it was: %j', (...args) => {
      const folder = tempFolder();
      writeFileSync(
        join(folder, 'show.cjs'),
        'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;',
      );
      const batch = join(folder, 'my show.cmd');
      writeFileSync(batch, `@"${process.execPath}" "%~dp0show.cjs" %*\r\n`);
      const { command, args: words, options } = startCommand(batch, args, process);
      const { status, stdout } = spawnSync(command, words, { ...options, encoding: 'utf8' });
      expect([status, JSON.parse(stdout)]).toEqual([7, args]);
    });
  });
});
