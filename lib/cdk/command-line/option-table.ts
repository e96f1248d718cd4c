import { join } from 'node:path';
import { readBoundedText } from '../../system/files.ts';
import { isRecord, membersOf } from '../../system/json.ts';

const largestBytes = 10_000_000;

export type OptionKind = 'string' | 'number' | 'boolean' | 'count' | 'array';

/** One option of `cdk`, as far as reading a command line needs it. */
export interface CdkOption {
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
  options(): OptionSet;
}

/** What `cdk` accepts on its command line. */
export interface OptionTable {
  readonly source: 'registry' | 'built-in';
  readonly globalOptions: OptionSet;
  readonly commands: ReadonlyMap<string, CdkCommand>;
}

/** The shape of `lib/cli/cli-type-registry.json` in aws-cdk, member by member unchecked. */
export interface Registry {
  readonly globalOptions?: unknown;
  readonly commands?: unknown;
}

/** The option table of an installed `aws-cdk`, which ships one from 2.1020.2 on (aws-cdk-cli#682); else the copy built into cdkx. */
export function readOptionTable(cdkPackageDir: string | undefined): OptionTable {
  const registry = cdkPackageDir === undefined ? undefined : readRegistry(cdkPackageDir);
  if (registry !== undefined) return createOptionTable(registry, 'registry');
  const { globalOptions: all, commands } = builtInRegistry();
  // An installed `cdk` without the file is older than `--region` (2.1123.0).
  const older = Object.fromEntries(Object.entries(membersOf(all)).filter(([name]) => name !== 'region'));
  return createOptionTable({ globalOptions: cdkPackageDir === undefined ? all : older, commands }, 'built-in');
}

function readRegistry(cdkPackageDir: string): Registry | undefined {
  try {
    const json: unknown = JSON.parse(
      readBoundedText(join(cdkPackageDir, 'lib/cli/cli-type-registry.json'), largestBytes),
    );
    const { globalOptions, commands } = membersOf(json);
    return isRecord(globalOptions) && isRecord(commands) ? { globalOptions, commands } : undefined;
  } catch {
    return undefined; // Older than 2.1020.2, or 3.0.0: use the built-in copy.
  }
}

/** A table from a registry. The options of a command are worked out when they are asked for. */
export function createOptionTable(registry: Registry, source: OptionTable['source']): OptionTable {
  const globalOptions = new Map<string, CdkOption>();
  addOptions(globalOptions, registry.globalOptions);
  // yargs adds these two, so the registry doesn't list them.
  addOptions(globalOptions, { help: { type: 'boolean', alias: 'h', desc: 'Show help' }, version: { type: 'boolean' } });
  const commands = new Map<string, CdkCommand>();
  for (const [name, value] of Object.entries(membersOf(registry.commands))) {
    const command = createCommand(name, membersOf(value), globalOptions);
    for (const spelling of [name, ...command.aliases]) commands.set(spelling, command);
  }
  return { source, globalOptions, commands };
}

function createCommand(name: string, entry: Record<string, unknown>, globalOptions: OptionSet): CdkCommand {
  const arg = membersOf(entry['arg']);
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
  for (const [name, value] of Object.entries(membersOf(entries))) {
    const entry = membersOf(value);
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

// The options of aws-cdk 2.1148, with the `--json` that older versions have for every command. One option a word:
// names joined by `/`, then `:` and its kind; `!` requires a value. The kind of most, boolean, is left out.
const globalOptions = `
  app/a:string! build:string context/c:array plugin/p:array trace strict lookups ignore-errors verbose/v:count
  debug debug-app debug-cli profile:string! region:string! proxy:string! ca-bundle-path:string! ec2creds/i
  version-reporting/telemetry path-metadata asset-metadata role-arn/r:string! staging output/o:string! notices
  no-color color ci unstable:array telemetry-file:string yes/y json/j`;

const hotswap = `hotswap hotswap-fallback hotswap-ecs-minimum-healthy-percent:number
  hotswap-ecs-maximum-healthy-percent:number hotswap-ecs-stabilization-timeout-seconds:number`;

// `name/alias [POSITIONAL..]`: its own options.
const commands: Readonly<Record<string, string>> = {
  'list/ls [STACKS..]': 'long/l show-dependencies/d json/j',
  'synth/synthesize [STACKS..]': 'exclusively/e validation quiet/q json/j watch',
  'bootstrap [ENVIRONMENTS..]': `bootstrap-bucket-name/b/toolkit-bucket-name:string bootstrap-kms-key-id:string
    example-permissions-boundary/epb custom-permissions-boundary/cpb:string apply-permissions-boundary-to-all-roles
    bootstrap-customer-key qualifier:string public-access-block-configuration deny-external-id tags/t:array execute
    trust:array trust-for-lookup:array untrust:array cloudformation-execution-policies:array force/f
    termination-protection show-template json/j toolkit-stack-name:string! template:string! previous-parameters
    import-existing-resources express`,
  'gc [ENVIRONMENTS..]': `action:string type:string rollback-buffer-days:number created-buffer-days:number confirm
    toolkit-stack-name:string! bootstrap-stack-name:string!`,
  'flags [FLAGNAME..]': `value:string! set all unconfigured recommended default interactive/i safe
    concurrency/n:number!`,
  'deploy [STACKS..]': `all build-exclude/E:array exclusively/e require-approval:string notification-arns:array
    rollback-trigger-alarm-arns:array monitoring-time-minutes:number tags/t:array execute change-set-name:string
    method/m:string! import-existing-resources force/f parameters:array outputs-file/O:string! previous-parameters
    toolkit-stack-name:string! progress:string rollback R ${hotswap} watch logs concurrency:number!
    asset-parallelism asset-build-concurrency:number! asset-prebuild ignore-no-stacks revert-drift express`,
  'validate [STACKS..]': 'online watch',
  'diagnose [STACKS..]': 'toolkit-stack-name:string! concurrency:number!',
  'rollback [STACKS..]': 'all toolkit-stack-name:string! force/f validate-bootstrap-version orphan:array',
  'publish-assets [STACKS..]': 'all exclusively/e force/f concurrency:number!',
  'import [STACK]': `execute change-set-name:string notification-arns:array toolkit-stack-name:string! rollback
    force/f record-resource-mapping:string! resource-mapping/m:string! resource-mapping-inline:string!`,
  'watch [STACKS..]': `outputs-file/O:string! build-exclude/E:array exclusively/e change-set-name:string force/f
    toolkit-stack-name:string! progress:string rollback R ${hotswap} logs concurrency:number!`,
  'destroy [STACKS..]': 'all exclusively/e force/f concurrency:number! express',
  'diff [STACKS..]': `parameters:array exclusively/e context-lines:number! template:string! strict security-only fail
    fail-on:string! processed quiet/q change-set/changeset change-set-name:string method/m:string!
    import-existing-resources include-moves`,
  'drift [STACKS..]': 'fail',
  'metadata [STACK]': 'json/j',
  'acknowledge/ack [ID]': '',
  notices: 'unacknowledged/u',
  'init [TEMPLATE]': `language/l:string list generate-only lib-version/V:string from-path:string!
    template-path:string! package-manager:string project-name/n:string!`,
  migrate: `stack-name/n:string! language/l:string account:string region:string from-path:string from-stack
    output-path:string from-scan:string filter:array compress`,
  context: 'reset/e:string! force/f clear json/j',
  'docs/doc': 'browser/b:string',
  doctor: '',
  explore: 'port:number',
  lsp: 'features',
  'orphan [PATHS..]': '',
  'refactor [STACKS..]': `additional-stack-name:array! dry-run override-file:string! revert force
    toolkit-stack-name:string!`,
  'cli-telemetry': 'enable disable status',
};

/** The built-in copy in the shape of aws-cdk's own registry, without descriptions. */
export function builtInRegistry(): Registry {
  return {
    globalOptions: readOptions(globalOptions),
    commands: Object.fromEntries(Object.entries(commands).map(readCommand)),
  };
}

function readCommand([heading, options]: readonly [string, string]): [string, unknown] {
  const [names = '', positional] = heading.split(' ');
  const [name = '', ...aliases] = names.split('/');
  const arg = positional && { name: positional.replace(/[[\].]/g, ''), variadic: positional.includes('..') };
  return [name, { aliases, arg, options: readOptions(options) }];
}

function readOptions(text: string): Record<string, unknown> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [names = '', kind = 'boolean'] = word.split(':');
      const [name = '', ...alias] = names.split('/');
      const type = kind.replace('!', '');
      return [name, { type, alias, requiresArg: kind.endsWith('!'), count: type === 'count' }];
    }),
  );
}
