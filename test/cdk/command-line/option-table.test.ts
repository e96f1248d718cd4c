import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type OptionSet, type OptionTable, readOptionTable } from '../../../lib/cdk/command-line/option-table.ts';
import { cdkxCommands } from '../../../lib/commands/names.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { installedCdk } from '../installed-cdk.ts';

describe('readOptionTable', () => {
  const installed = readOptionTable(installedCdk);

  it('reads the registry of the installed aws-cdk', () => {
    expect(installed.source).toBe('registry');
    expect(installed.commands.get('ls')?.name).toBe('list');
    expect(installed.commands.get('deploy')?.positional).toEqual({ name: 'STACKS', variadic: true });
    expect(installed.globalOptions.get('profile')).toMatchObject({ kind: 'string', requiresValue: true });
  });

  it('has a built-in copy that knows every command and option of the installed one, with the same arity', () => {
    const builtIn = readOptionTable(undefined);
    expect(builtIn.source).toBe('built-in');
    expect(arityOf(builtIn)).toEqual({
      ...arityOf(installed),
      '': { ...globals(installed), json: 'boolean', j: 'boolean' },
    });
  });

  it('knows the options that yargs adds by itself, camelCase spellings, and the negative letter of rollback', () => {
    const options = installed.commands.get('deploy')?.options();
    expect(options?.get('h')?.name).toBe('help');
    expect(options?.get('version')?.kind).toBe('boolean');
    expect(options?.get('toolkitStackName')?.name).toBe('toolkit-stack-name');
    expect(options?.get('R')).toMatchObject({ name: 'R', kind: 'boolean' });
  });

  it.each([
    ['is missing', undefined],
    ['is torn', '{"globalOptions": {'],
    ['is a list', '[]'],
    ['has another shape', '{"globalOptions": [], "commands": 5}'],
  ])('falls back to the built-in copy where the registry %s', (_, text) => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'lib/cli'), { recursive: true });
    if (text !== undefined) writeFileSync(join(folder, 'lib/cli/cli-type-registry.json'), text);
    expect(readOptionTable(folder).source).toBe('built-in');
  });

  it('reads past members of the registry that are not what they should be', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'lib/cli'), { recursive: true });
    const registry = {
      globalOptions: { app: 5, x: { type: {}, alias: [1, 'y'] } },
      commands: { go: null, run: { options: [] } },
    };
    writeFileSync(join(folder, 'lib/cli/cli-type-registry.json'), JSON.stringify(registry));
    const table = readOptionTable(folder);
    expect(table.globalOptions.get('y')).toMatchObject({ name: 'x', kind: 'boolean' });
    expect([...table.commands.keys()]).toEqual(['go', 'run']);
  });
});

/** What `cdk --help` of older versions lists, aliases included. */
const commandsByVersion = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/commands-by-version.json'), 'utf8'),
) as Record<string, string[]>;

describe('ownWords', () => {
  it.each(Object.entries(commandsByVersion))('has no command or alias of aws-cdk %s', (_version, commands) => {
    expect(commands).toContain('deploy');
    expect(cdkxCommands.filter((word) => commands.includes(word))).toEqual([]);
  });

  it('collide with no command and no alias of the installed cdk', () => {
    const registry = JSON.parse(readFileSync(join(installedCdk, 'lib/cli/cli-type-registry.json'), 'utf8')) as {
      commands: Record<string, { aliases?: string[] }>;
    };
    const taken = Object.entries(registry.commands).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
    expect(taken).toContain('deploy');
    expect(cdkxCommands.filter((word) => taken.includes(word))).toEqual([]);
  });
});

/** Kinds by command and spelling; the global ones under an empty name. */
function arityOf(table: OptionTable): Record<string, unknown> {
  const commands = [...table.commands].map(([spelling, command]) => {
    const own = [...command.options()].filter(([name, option]) => table.globalOptions.get(name) !== option);
    return [spelling, kinds(new Map(own))] as const;
  });
  return { ...Object.fromEntries(commands), '': globals(table) };
}

function globals(table: OptionTable): Record<string, string> {
  return kinds(table.globalOptions);
}

function kinds(options: OptionSet): Record<string, string> {
  const entries = [...options].map(([name, option]) => {
    // An array always takes one value, whether the registry says so or not.
    const required = option.requiresValue && option.kind !== 'array' && option.kind !== 'boolean';
    return [name, `${option.kind}${required ? '!' : ''}`] as const;
  });
  return Object.fromEntries(entries);
}
