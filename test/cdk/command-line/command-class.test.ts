import { describe, expect, it } from '@jest/globals';
import { classifyCommand, type CommandClass } from '../../../lib/cdk/command-line/command-class.ts';
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
    'explore',
    'init app',
    'lsp',
    'notices',
    'bootstrap --show-template',
    'migrate --from-path t.json --stack-name S',
    'deploy --profile',
    'deploy --profile a --profile b',
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
    'future-command',
    'Demo list',
    'constructor',
    '__proto__',
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

  it('has a row for every command of the installed cdk', () => {
    const tested = new Set(
      Object.values(rows)
        .flat()
        .map((line) => parseCommandLine(line.split(' '), table).command),
    );
    expect([...table.commands.values()].map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});
