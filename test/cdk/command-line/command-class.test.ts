import { describe, expect, it } from '@jest/globals';
import { classifyCommand, type CommandClass, isReadOnly } from '../../../lib/cdk/command-line/command-class.ts';
import { parseCommandLine } from '../../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../../lib/cdk/command-line/option-table.ts';
import { installedCdk } from '../installed-cdk.ts';

const table = readOptionTable(installedCdk);

const rows: Readonly<Record<CommandClass, readonly string[]>> = {
  never: [
    '',
    '--help',
    '-h',
    '--version',
    'deploy --help',
    'deploy --version',
    'version',
    'acknowledge 1',
    'ack 1',
    'cli-telemetry --status',
    'context',
    'context --reset 1',
    'docs',
    'doc',
    'doctor',
    'init app',
    'notices',
    'bootstrap --show-template',
    'migrate --from-path t.json --stack-name S',
    // What this cdk does not list, it does not run.
    'help',
    'dploy',
    'future-command',
    'Demo list',
    'constructor',
    '__proto__',
    "'deploy'",
  ],
  'best-effort': [
    'list',
    'ls',
    'ls A',
    'synth',
    'synthesize',
    'metadata A',
    'flags',
    'validate',
    'validate --no-online',
    'explore',
    'lsp',
    '-- ls',
  ],
  required: [
    'deploy',
    'deploy --all',
    'watch',
    'destroy',
    'diff',
    'drift',
    'rollback',
    'import',
    'publish-assets',
    'diagnose',
    'refactor',
    'orphan',
    'gc',
    'bootstrap',
    'bootstrap --show-template=false',
    'migrate --from-stack',
    'migrate --from-scan new',
    // What our own reading takes for refused is guarded all the same.
    'deploy --profile',
    'deploy --profile a --profile b',
  ],
};

describe('classifyCommand', () => {
  it.each(Object.entries(rows).flatMap(([expected, lines]) => lines.map((line) => [line, expected] as const)))(
    'puts `cdk %s` among: %s',
    (line, expected) => {
      const argv = line === '' ? [] : line.split(' ');
      expect(classifyCommand(parseCommandLine(argv, table))).toBe(expected);
    },
  );

  it('takes a command that it does not know for one that needs credentials, if it has no table of that cdk', () => {
    const line = (word: string) => parseCommandLine([word], readOptionTable(undefined));
    expect(classifyCommand(line('future-command'))).toBe('required');
    expect(classifyCommand(line('help'))).toBe('never');
  });

  it('knows which commands change nothing, and no more', () => {
    const names = [...new Set([...table.commands.values()].map(({ name }) => name))];
    const reading = names.filter(
      (name) => isReadOnly(name) && classifyCommand(parseCommandLine([name], table)) === 'required',
    );
    expect(reading.toSorted()).toEqual(['diagnose', 'diff', 'drift']);
    expect(isReadOnly('future-command')).toBe(false);
  });

  it('has a row for every command of the installed cdk', () => {
    const tested = new Set(
      Object.values(rows)
        .flat()
        .map((line) => parseCommandLine(line.split(' '), table).command),
    );
    expect([...table.commands.values()].map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});
