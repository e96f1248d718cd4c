import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../../lib/cdk/command-line/option-table.ts';
import { runCdk } from '../../helpers/cli.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { installedCdk } from '../installed-cdk.ts';

// Lines in which reading it otherwise than cdk would find another command, profile or stack.
const lines = [
  ['-c', 'a=b', '--profile', 'one', 'ls', '-e', 'A', '--context', 'c=d', 'e=f'],
  ['deploy', '-profile', 'alpha', '--prof', 'x', '--hotswap', 'false', '--no-profile', '--trust', 'T', 'B'],
  ['--region', 'eu-west-1', 'synth', '--profile=', '-q', '-cfoo=bar', 'C', '--', '--profile', 'D'],
  ['context', '-e', '3', '--profile', '-', '-vc', 'k=v'],
];

describe('the reading of a command line agrees with the real cdk', () => {
  it.each(lines.map((args) => [args.join(' '), args] as const))(
    'for `%s`',
    async (_, args) => {
      const cwd = tempFolder();
      // Within `-v`, cdk prints the arguments as it parsed them, before it does anything.
      const { stdout, stderr } = await runCdk(['-v', ...args], { cwd, home: cwd });
      const theirs = parsedArguments(stdout + stderr);
      const line = parseCommandLine(['-v', ...args], readOptionTable(installedCdk));
      expect({
        command: line.command,
        profile: line.profile,
        words: line.positionals,
        context: line.values('context'),
      }).toEqual({ command: theirs.command, profile: theirs.profile, words: theirs.words, context: theirs.context });
    },
    30_000,
  );
});

function parsedArguments(output: string) {
  const [, text = 'undefined'] = /Command line arguments: (\{[\s\S]*?\n\})/.exec(output) ?? [];
  const parsed = runInNewContext(`(${text})`) as Record<string, unknown> & { readonly _: string[] };
  const aliases: Readonly<Record<string, string>> = { ls: 'list' };
  const command = parsed._[0] ?? '';
  return {
    command: aliases[command] ?? command,
    profile: parsed['profile'],
    words: [...((parsed['STACKS'] as string[] | undefined) ?? [])],
    context: [...((parsed['context'] as string[] | undefined) ?? [])],
  };
}
