import { nearestNames } from '../profile/nearest-names.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { defined, parseLogin, parseName, parseNames, parseSwitch, type LoginChoice } from '../project/own-values.ts';

/** What the `--cdkx-*` flags of a command line say; absent means not given. */
export interface OwnFlags {
  readonly login?: LoginChoice;
  readonly deviceCode?: boolean;
  readonly noBrowser?: boolean;
  readonly stage?: string;
  /** Names of protected stages that are confirmed in advance. */
  readonly confirm: readonly string[];
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

const prefix = '--cdkx-';
const switches = ['device-code', 'no-browser', 'dry-run', 'verbose', 'quiet', 'version', 'help'] as const;
const ownFlagNames = ['login', 'stage', 'confirm', ...switches] as const;
const ownFlagList = ownFlagNames.map((name) => prefix + name).join(' ');

/**
 * Takes cdkx's own flags out of a command line. A flag's value stands after `=`; nothing after `--` is one of ours;
 * all other arguments are returned unchanged and in order, to be forwarded to `cdk`.
 * Throws a UserError (64) on an unknown flag or a bad value.
 */
export function takeOwnFlags(argv: readonly string[]): { own: OwnFlags; forwarded: readonly string[] } {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const isOwn = (arg: string, index: number) => index < end && arg.startsWith(prefix);
  const given = new Map<string, string>();
  const confirm: string[] = [];
  for (const arg of argv.filter(isOwn)) {
    const [name, value] = readFlag(arg);
    if (name === 'confirm') confirm.push(...parseNames(value));
    given.set(name, value);
  }
  return { own: { ...toOwnFlags(given), confirm }, forwarded: argv.filter((arg, index) => !isOwn(arg, index)) };
}

function readFlag(arg: string): [name: string, value: string] {
  const equals = arg.indexOf('=');
  const name = arg.slice(prefix.length, equals < 0 ? undefined : equals);
  if (!ownFlagNames.some((known) => known === name)) {
    const [near] = nearestNames(name, ownFlagNames);
    throw new UserError(exitCode.usage, {
      what: `there is no option ${prefix}${name}.`,
      why: `cdkx's own options: ${ownFlagList}`,
      next: near === undefined ? ['See what there is:', '  cdkx --cdkx-help'] : ['Did you mean:', `  ${prefix}${near}`],
    });
  }
  const isSwitch = switches.some((known) => known === name);
  if (equals < 0 && !isSwitch) {
    const example = name === 'login' ? 'auto' : 'prod';
    throw new UserError(exitCode.usage, {
      what: `${arg} needs a value after "=".`,
      why: 'A word that follows it belongs to cdk.',
      next: ['Write it like this:', `  ${arg}=${example}`],
    });
  }
  return [name, equals < 0 ? '1' : arg.slice(equals + 1)];
}

function toOwnFlags(given: ReadonlyMap<string, string>): Omit<OwnFlags, 'confirm'> {
  const read = <Value>(name: string, parse: (value: string, from: string) => Value) => {
    const value = given.get(name);
    return value === undefined ? undefined : parse(value, prefix + name);
  };
  return {
    ...defined('login', read('login', parseLogin)),
    ...defined('deviceCode', read('device-code', parseSwitch)),
    ...defined('noBrowser', read('no-browser', parseSwitch)),
    ...defined('stage', read('stage', parseName)),
    dryRun: read('dry-run', parseSwitch) ?? false,
    verbose: read('verbose', parseSwitch) ?? false,
    quiet: read('quiet', parseSwitch) ?? false,
    version: read('version', parseSwitch) ?? false,
    help: read('help', parseSwitch) ?? false,
  };
}
