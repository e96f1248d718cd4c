import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInRegistry } from './built-in-options.ts';

export type OptionKind = 'string' | 'number' | 'boolean' | 'count' | 'array';

/** One option of `cdk`, as far as reading a command line needs it. */
export interface CdkOption {
  /** The long name: `toolkit-stack-name`. */
  readonly name: string;
  readonly kind: OptionKind;
  /** `cdk` refuses the option without a value, and takes the next word even where it is a lone `-`. */
  readonly requiresValue: boolean;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly choices: readonly string[];
}

/** Options by every spelling `cdk` accepts, without dashes: name, aliases, letters, and camelCase forms. */
export type OptionSet = ReadonlyMap<string, CdkOption>;

export interface CdkCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What it takes after its name: `STACKS`. */
  readonly positional?: { readonly name: string; readonly variadic: boolean };
  /** Its own options together with the global ones. */
  options(): OptionSet;
}

/** What `cdk` accepts on its command line. */
export interface OptionTable {
  readonly source: 'registry' | 'built-in';
  readonly globalOptions: OptionSet;
  /** Commands by name and alias. */
  readonly commands: ReadonlyMap<string, CdkCommand>;
}

/** The shape of `lib/cli/cli-type-registry.json` in aws-cdk, member by member unchecked. */
export interface Registry {
  readonly globalOptions?: unknown;
  readonly commands?: unknown;
}

/**
 * The option table of an installed `aws-cdk`: it ships one from 2.1020.2 on (aws-cdk-cli#682). Without a package
 * folder, without that file, or where it does not read as one, the copy built into cdkx is used.
 */
export function readOptionTable(cdkPackageDir: string | undefined): OptionTable {
  const registry = cdkPackageDir === undefined ? undefined : readRegistry(cdkPackageDir);
  return registry === undefined
    ? createOptionTable(builtInRegistry(), 'built-in')
    : createOptionTable(registry, 'registry');
}

function readRegistry(cdkPackageDir: string): Registry | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(join(cdkPackageDir, 'lib/cli/cli-type-registry.json'), 'utf8'));
    const { globalOptions, commands } = members(json);
    return isRecord(globalOptions) && isRecord(commands) ? { globalOptions, commands } : undefined;
  } catch {
    return undefined; // Older than 2.1020.2, or 3.0.0: the built-in copy stands in.
  }
}

/** A table from a registry. The options of a command are worked out when they are asked for. */
export function createOptionTable(registry: Registry, source: OptionTable['source']): OptionTable {
  const globalOptions = new Map<string, CdkOption>();
  addOptions(globalOptions, registry.globalOptions);
  // yargs adds these two by itself, so that the registry does not list them.
  addOptions(globalOptions, { help: { type: 'boolean', alias: 'h', desc: 'Show help' }, version: { type: 'boolean' } });
  const commands = new Map<string, CdkCommand>();
  for (const [name, value] of Object.entries(members(registry.commands))) {
    const command = createCommand(name, members(value), globalOptions);
    for (const spelling of [name, ...command.aliases]) commands.set(spelling, command);
  }
  return { source, globalOptions, commands };
}

function createCommand(name: string, entry: Record<string, unknown>, globalOptions: OptionSet): CdkCommand {
  const arg = members(entry['arg']);
  return {
    name,
    aliases: texts(entry['aliases']),
    ...(typeof arg['name'] === 'string'
      ? { positional: { name: arg['name'], variadic: arg['variadic'] === true } }
      : {}),
    options: () => {
      const options = new Map(globalOptions);
      addOptions(options, entry['options']);
      return options;
    },
  };
}

function addOptions(options: Map<string, CdkOption>, entries: unknown): void {
  for (const [name, value] of Object.entries(members(entries))) {
    const entry = members(value);
    const option: CdkOption = {
      name,
      kind: kindOf(entry),
      // A command's option of the same name keeps the global one's rule (yargs merges them).
      requiresValue: entry['requiresArg'] === true || options.get(name)?.requiresValue === true,
      aliases: texts(entry['alias']),
      description: typeof entry['desc'] === 'string' ? entry['desc'] : '',
      choices: texts(entry['choices']),
    };
    for (const spelling of [name, ...option.aliases].flatMap(spellings)) options.set(spelling, option);
    for (const letter of texts(entry['negativeAlias'])) {
      options.set(letter, { ...option, name: letter, kind: 'boolean', aliases: [] });
    }
  }
}

function kindOf(entry: Record<string, unknown>): OptionKind {
  if (entry['count'] === true) return 'count';
  const type = entry['type'];
  return type === 'string' || type === 'number' || type === 'array' ? type : 'boolean';
}

/** `toolkit-stack-name` is also accepted as `toolkitStackName` (yargs' camel-case expansion). */
function spellings(name: string): string[] {
  return name.includes('-') ? [name, name.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase())] : [name];
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
}

function members(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
