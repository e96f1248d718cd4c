import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { cdkxFlagNames, takeCdkxFlags } from '../../lib/cdkx-flags.ts';
import { subcommands } from '../../lib/commands/command-list.ts';
import { isCdkxCommand } from '../../lib/commands/names.ts';
import { createProgram } from '../../lib/commands/program.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { repository } from '../helpers/cli.ts';
import { createTestContext } from '../helpers/context.ts';
import { runOwn } from './run-cdkx.ts';

const commands = Object.entries(subcommands).flatMap(([word, names]) =>
  word === 'completion' ? [[word]] : [[word], ...names.map((name) => [word, name])],
);

async function parser(): Promise<Command> {
  const ctx = createTestContext();
  return createProgram({
    ctx,
    reporter: createReporter(ctx, 'normal'),
    flags: takeCdkxFlags([]).flags,
    end: () => undefined,
  });
}

describe('--help of the cdkx commands', () => {
  it.each(commands)('cdkx %s %s: tells on stdout what it takes, with examples, in 80 columns', async (...words) => {
    const argv = words.filter((word) => word !== undefined);
    const { exitCode, stdout, stderr } = await runOwn([...argv, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: cdkx ${argv.join(' ')}`));
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain(`cdkx ${argv.join(' ')}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('goes to stderr where a subcommand is missing, with the exit code of wrong usage', async () => {
    const { exitCode, stdout, stderr } = await runOwn(['sso']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain('login');
  });

  it('is plain without a terminal and painted where colour is forced', async () => {
    expect((await runOwn(['sso', 'login', '--help'])).stdout).not.toContain('\u001B');
    expect((await runOwn(['sso', 'login', '--help'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001B[1m');
  });
});

describe('wrong usage', () => {
  it.each([
    [
      ['sso', 'logn'],
      /unknown command 'logn' \(cdkx sso\)[^]*Did you mean:\n {4}cdkx sso login\n[^]*\n {4}cdkx sso --help\n$/,
    ],
    [['profile', 'whatever'], /unknown command 'whatever'[^]*Commands: show, list, pin\./],
    [['sso', 'login', '--forse'], /unknown option '--forse' \(cdkx sso login\)[^]*Did you mean --force\?/],
    [['sso', 'login', '--profile'], /option '--profile <name>' argument missing/],
    [
      ['sso', 'login', '--profile', 'a', '--sso-session', 'b'],
      /'--sso-session <name>' cannot be used with option '--profile <name>'/,
    ],
    [['sso', 'logout', '--all', '--profile', 'a'], /'--all' cannot be used with option '--profile <name>'/],
    [['sso', 'status', 'extra'], /too many arguments/],
    [['sso', 'credentials', 'acme-dev'], /too many arguments[^]* cdkx sso credentials --profile NAME\n/],
    [['sso', 'login', 'acme-dev', '--sso-session', 'acme'], /"acme-dev"[^]*\n {4}cdkx sso login acme-dev\n/],
    [['sso', 'list'], /unknown command 'list'[^]*\n {4}cdkx sso status\n/],
    [['profile', 'use', 'acme-dev'], /unknown command 'use'[^]*\n {4}cdkx profile pin acme-dev\n/],
    [['profile', 'show', '--stage', 'prod'], /unknown option '--stage'[^]*Did you mean --cdkx-stage=NAME\?/],
    [['sso', 'status', '--quiet'], /unknown option '--quiet'[^]*Did you mean --cdkx-quiet\?/],
    [['sso', 'exec'], /missing required argument 'command'/],
    [
      ['sso', 'credentials', '--format', 'xml'],
      /'xml' is invalid\. Allowed choices are process, env, json, fish, powershell, windows-cmd/,
    ],
    [['completion', 'tcsh'], /'tcsh' is invalid for argument 'shell'\. Allowed choices are bash, zsh, fish, pwsh/],
    [['completion'], /missing required argument 'shell'/],
    [['sso', 'status', '--cdkx-stag=x'], /unknown option --cdkx-stag[^]*--cdkx-stage/],
  ])('%j: is told in three parts on stderr, with exit code 64', async (argv, expected) => {
    const { exitCode, stdout, stderr } = await runOwn(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(/^cdkx: /);
    expect(stderr).toMatch(expected);
  });
});

describe('the words', () => {
  it('are no command or alias of the installed cdk', () => {
    const path = join(repository, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json');
    const { commands } = JSON.parse(readFileSync(path, 'utf8')) as { commands: Record<string, { aliases?: string[] }> };
    const names = Object.entries(commands).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(subcommands).filter((word) => names.includes(word))).toEqual([]);
  });

  it('are recognised, and nothing else is', () => {
    expect(['sso', 'profile', 'completion', 'deploy', 'ssoo', undefined].map(isCdkxCommand)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the list of the cdkx commands', () => {
  it('is what the parser takes', async () => {
    const { commands } = await parser();
    const parsed = commands.map((group) => [group.name(), group.commands.map((command) => command.name())]);
    expect(Object.fromEntries(parsed)).toEqual({ ...subcommands, completion: [] });
  });

  it('names every --cdkx-* flag', async () => {
    for (const flag of cdkxFlagNames) {
      const value = { '--cdkx-login=': 'auto', '--cdkx-stage=': 'prod', '--cdkx-confirm=': 'prod' }[flag] ?? '';
      expect(takeCdkxFlags([flag + value]).forwarded).toEqual([]);
    }
  });
});
