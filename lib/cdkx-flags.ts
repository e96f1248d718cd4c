import type { Environment } from './context.ts';
import { type LogLevel, UserError } from './messages/errors.ts';
import { nearestNames } from './messages/nearest-names.ts';

export type LoginMode = 'prompt' | 'auto' | 'never';

export const loginModes: readonly LoginMode[] = ['prompt', 'auto', 'never'];
const levels = ['quiet', 'normal', 'verbose'] as const;

// Each parses the value of a flag or variable (`from`) and throws a UserError (64) if it is invalid.

export function parseLogin(value: string, from: string): LoginMode {
  return loginModes.find((choice) => choice === value) ?? refuse(from, value, loginModes);
}

export function parseLevel(value: string, from: string): LogLevel {
  return levels.find((level) => level === value) ?? refuse(from, value, levels);
}

export function parseSwitch(value: string, from: string): boolean {
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : refuse(from, value, ['1', 'true', '0', 'false']);
}

export function parseName(value: string, from: string): string {
  return value === '' ? refuse(from, value, ['the name of a stage']) : value;
}

export function parseNames(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.includes('')) refuse('--cdkx-confirm', value, ['names of stages, separated by commas']);
  return names;
}

function refuse(from: string, value: string, accepted: readonly string[]): never {
  const [best] = accepted.length > 1 ? nearestNames(value, accepted) : [];
  throw new UserError('InvalidValue', {
    what: `invalid value "${value}" for ${from}`,
    why: `Allowed: ${accepted.join(', ')}.`,
    next:
      best === undefined
        ? [{ say: `Use one of these, or remove ${from}.` }]
        : [{ say: `Did you mean ${from}=${best}?` }],
  });
}

/** The `--cdkx-*` flags of a command line; absent means not given. */
export interface CdkxFlags {
  readonly login?: LoginMode | undefined;
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser?: boolean | undefined;
  readonly stage?: string | undefined;
  /** Protected stages that are confirmed in advance. */
  readonly confirm: readonly string[];
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

const prefix = '--cdkx-';
const switches = ['device-code', 'no-browser', 'dry-run', 'verbose', 'quiet', 'version', 'help'] as const;
const valued = ['login', 'stage', 'confirm'] as const;
const flagNames = [...valued, ...switches] as const;
/** The `--cdkx-*` flags, those with a value ending in `=`. */
export const cdkxFlagNames: readonly string[] = [
  ...valued.map((name) => `${prefix}${name}=`),
  ...switches.map((name) => prefix + name),
];
const flagList = flagNames.map((name) => prefix + name).join(' ');

/** Splits a command line into cdkx's flags (before `--`) and the arguments for `cdk`. Throws a UserError (64). */
export function takeCdkxFlags(argv: readonly string[]): { flags: CdkxFlags; forwarded: readonly string[] } {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const isCdkxFlag = (arg: string, index: number) => index < end && arg.startsWith(prefix);
  const given = new Map<string, string>();
  const confirm: string[] = [];
  for (const arg of argv.filter(isCdkxFlag)) {
    const [name, value] = readFlag(arg);
    if (name === 'confirm') confirm.push(...parseNames(value));
    given.set(name, value);
  }
  return { flags: { ...toFlags(given), confirm }, forwarded: argv.filter((arg, index) => !isCdkxFlag(arg, index)) };
}

function readFlag(arg: string): [name: string, value: string] {
  const equals = arg.indexOf('=');
  const name = arg.slice(prefix.length, equals < 0 ? undefined : equals);
  if (!flagNames.some((known) => known === name)) {
    const [near] = nearestNames(name, flagNames);
    throw new UserError('UnknownOption', {
      what: `unknown option ${prefix}${name}`,
      why: `Options of cdkx: ${flagList}`,
      next:
        near === undefined
          ? [{ say: 'For help, run:' }, { run: 'cdkx --cdkx-help' }]
          : [{ say: `Did you mean ${prefix}${near}?` }],
    });
  }
  const isSwitch = switches.some((known) => known === name);
  if (equals < 0 && !isSwitch) {
    const example = name === 'login' ? 'auto' : 'prod';
    throw new UserError('MissingValue', {
      what: `${arg} needs a value after "="`,
      why: 'Without "=", the next argument belongs to cdk.',
      next: [{ say: `For example: ${arg}=${example}` }],
    });
  }
  return [name, equals < 0 ? '1' : arg.slice(equals + 1)];
}

function toFlags(given: ReadonlyMap<string, string>): Omit<CdkxFlags, 'confirm'> {
  const read = <Value>(name: string, parse: (value: string, from: string) => Value) => {
    const value = given.get(name);
    return value === undefined ? undefined : parse(value, prefix + name);
  };
  return {
    login: read('login', parseLogin),
    deviceCode: read('device-code', parseSwitch),
    noBrowser: read('no-browser', parseSwitch),
    stage: read('stage', parseName),
    dryRun: read('dry-run', parseSwitch) ?? false,
    verbose: read('verbose', parseSwitch) ?? false,
    quiet: read('quiet', parseSwitch) ?? false,
    version: read('version', parseSwitch) ?? false,
    help: read('help', parseSwitch) ?? false,
  };
}

/** The settings from flags and variables; absent means that the project block or the default applies. */
export interface CdkxSettings {
  readonly login?: { readonly value: LoginMode; readonly from: string } | undefined;
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser: boolean;
  readonly stage?: { readonly value: string; readonly from: string } | undefined;
  readonly level: LogLevel;
}

/** Combines the flags with their `CDKX_…` variables; an empty one counts as not set. Throws a UserError (64). */
export function resolveCdkxSettings(flags: CdkxFlags, env: Environment): CdkxSettings {
  const read = <Value>(name: string, parse: (value: string, from: string) => Value) => {
    const value = env[name];
    return value === undefined || value === '' ? undefined : parse(value, name);
  };
  const from = <Value>(flag: Value | undefined, flagName: string, variable: string, value: () => Value | undefined) => {
    if (flag !== undefined) return { value: flag, from: flagName };
    const set = value();
    return set === undefined ? undefined : { value: set, from: variable };
  };
  // Only checked here: it is read before the program is loaded (`compileCacheFolder`).
  read('CDKX_COMPILE_CACHE', parseSwitch);
  return {
    login: from(flags.login, '--cdkx-login', 'CDKX_LOGIN', () => read('CDKX_LOGIN', parseLogin)),
    deviceCode: flags.deviceCode ?? read('CDKX_DEVICE_CODE', parseSwitch),
    noBrowser: flags.noBrowser ?? read('CDKX_NO_BROWSER', parseSwitch) ?? false,
    stage: from(flags.stage, '--cdkx-stage', 'CDKX_STAGE', () => read('CDKX_STAGE', parseName)),
    level: flagLevel(flags) ?? read('CDKX_LOG', parseLevel) ?? 'normal',
  };
}

function flagLevel(flags: CdkxFlags): LogLevel | undefined {
  if (flags.verbose && flags.quiet) {
    throw new UserError('ConflictingOptions', {
      what: "--cdkx-verbose can't be used with --cdkx-quiet",
      next: [{ say: 'Remove one of them.' }],
    });
  }
  if (flags.verbose) return 'verbose';
  return flags.quiet ? 'quiet' : undefined;
}
