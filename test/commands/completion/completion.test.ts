import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cdkxPath, cleanEnvironment, repository } from '../../helpers/cli.ts';
import { createHome } from '../../helpers/home.ts';
import { hasShell } from '../../helpers/installed.ts';
import { loadedFiles, unneededPackages } from '../../helpers/loaded.ts';
import { onPosix } from '../../helpers/needs.ts';
import { openTerminal, type Terminal } from '../../helpers/pty.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { config, runOwn } from '../run-cdkx.ts';

/** It starts a shell script called cdkx. */
const itOnPosix = onPosix(it, 'programs that are shell scripts');

const shells = {
  bash: { args: ['--norc', '--noprofile', '-i'], load: 'source <(cdkx completion bash)' },
  zsh: { args: ['-f', '-i'], load: 'autoload -Uz compinit; compinit -u -D; source <(cdkx completion zsh)' },
  fish: { args: ['--no-config', '-i'], load: 'cdkx completion fish | source' },
} as const;
type ShellName = keyof typeof shells;

const present = (Object.keys(shells) as ShellName[]).filter(hasShell);
const absent = (Object.keys(shells) as ShellName[]).filter((shell) => !present.includes(shell));

/** A project with a synthesised app, and a folder with `cdkx` for PATH. */
function project(): { cwd: string; home: string; env: Record<string, string> } {
  const cwd = tempFolder();
  const home = createHome(tempFolder(), { config });
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'cdkx'), `#!/bin/sh\nexec "${process.execPath}" "${cdkxPath}" "$@"\n`);
  chmodSync(join(bin, 'cdkx'), 0o755);
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(join(repository, 'node_modules/aws-cdk'), join(cwd, 'node_modules/aws-cdk'), 'junction');
  writeFileSync(
    join(cwd, 'cdk.json'),
    JSON.stringify({ context: { cdkx: { stages: { prod: { profile: 'acme-prod' } } } } }),
  );
  mkdirSync(join(cwd, 'cdk.out'));
  const artifacts = Object.fromEntries(
    ['FrontendStack', 'Prod/Api'].map((displayName) => [
      displayName,
      { type: 'aws:cloudformation:stack', displayName },
    ]),
  );
  writeFileSync(join(cwd, 'cdk.out/manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return { cwd, home, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, TERM: 'xterm-256color', PS1: 'ready> ' } };
}

/** An interactive shell that has loaded the script. */
async function openShell(shell: ShellName, before = ''): Promise<Terminal> {
  const { args, load } = shells[shell];
  const terminal = openTerminal(shell, args, { ...project(), columns: 120 });
  terminal.type(`${before}${load}; echo loa""ded\r`);
  await terminal.waitFor(/^loaded/m);
  return terminal;
}

const inShells = present.length > 0 ? describe.each(present) : describe.skip.each(['bash'] as const);

inShells('completion in a real %s', (shell) => {
  it.each([
    ['cdkx depl', 'cdkx deploy '],
    ['cdkx deploy Front', 'cdkx deploy FrontendStack '],
    ['cdkx deploy Pro', 'cdkx deploy Prod/Api '],
    ['cdkx deploy --profile acme-p', 'cdkx deploy --profile acme-prod '],
    ['cdkx deploy --profile=acme-p', 'cdkx deploy --profile=acme-prod '],
    ['cdkx deploy --require-approval any', 'cdkx deploy --require-approval any-change '],
    ['cdkx deploy --cdkx-stage=pr', 'cdkx deploy --cdkx-stage=prod '],
    ['cdkx deploy --cdkx-sta', 'cdkx deploy --cdkx-stage='],
    ['cdkx sso log', 'cdkx sso log'],
    ['cdkx profile sh', 'cdkx profile show '],
    ['cdkx sso login --sso-session ac', 'cdkx sso login --sso-session acme '],
  ])('%s⇥ becomes %s', async (typed, expected) => {
    const terminal = await openShell(shell);
    terminal.type(`${typed}\t`);
    // What stands on the line after the Tab is read back by the shell itself: the text typed next follows it.
    await terminal.answer([expected.trimEnd(), 'END']);
    await terminal.waitFor(`${expected}END`);
    expect(terminal.screen()).not.toMatch(/command not found|syntax error/);
    terminal.kill('SIGKILL');
  });

  it('completes cdk, as an alias of cdkx', async () => {
    const terminal = await openShell(shell, 'alias cdk=cdkx; ');
    terminal.type('cdk deploy Front\t');
    await terminal.answer(['FrontendStack', 'END']);
    await terminal.waitFor('cdk deploy FrontendStack END');
    expect(terminal.screen()).not.toMatch(/command not found|syntax error/);
    terminal.kill('SIGKILL');
  });

  it('lists what there is where it is not clear', async () => {
    const terminal = await openShell(shell);
    terminal.type('cdkx sso \t\t');
    await terminal.waitFor('credentials');
    await terminal.waitFor('logout');
    expect(terminal.screen()).toContain('configure');
    terminal.kill('SIGKILL');
  });
});

if (absent.length > 0 && process.platform !== 'win32') {
  it(`is not run in a real ${absent.join(', ')}: not installed here`, () => {
    expect(absent).not.toContain('bash');
  });
}

describe('the scripts', () => {
  it.each(['bash', 'zsh', 'fish', 'pwsh'])('for %s: printed on stdout, without a terminal', async (shell) => {
    const { exitCode, stdout, stderr } = await runOwn(['completion', shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('cdkx completion --complete --');
  });

  const inEach = present.length > 0 ? it.each(present) : it.skip.each(['bash'] as const);

  inEach('are good %s', async (shell) => {
    const { stdout } = await runOwn(['completion', shell]);
    const path = join(tempFolder(), 'script');
    writeFileSync(path, stdout);
    expect(() => execFileSync(shell, ['-n', path], { stdio: 'pipe' })).not.toThrow();
  });
});

describe('a key press', () => {
  itOnPosix('loads no AWS SDK and no parser of arguments', () => {
    const { cwd, home, env } = project();
    const coverage = tempFolder('cdkx-loaded');
    const { stdout } = spawnSync(process.execPath, [cdkxPath, 'completion', '--complete', '--', 'deploy', ''], {
      cwd,
      env: cleanEnvironment(home, { ...env, NODE_V8_COVERAGE: coverage }),
      encoding: 'utf8',
    });
    expect(stdout).not.toBe('');
    expect(loadedFiles(coverage).some((path) => path.endsWith('dist/cdkx.cjs'))).toBe(true);
    expect(unneededPackages(coverage)).toEqual([]);
  });
});
