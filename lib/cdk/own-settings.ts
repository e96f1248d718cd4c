import type { Environment } from '../context.ts';
import type { LogLevel } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { OwnFlags } from './own-flags.ts';
import { defined, parseLevel, parseLogin, parseName, parseSwitch, type LoginChoice } from '../project/own-values.ts';

/** cdkx's own settings: flags first, then their variables; absent means that the project block or the default decides. */
export interface OwnSettings {
  readonly login?: { readonly value: LoginChoice; readonly from: string };
  readonly deviceCode?: boolean;
  readonly noBrowser: boolean;
  readonly stage?: { readonly value: string; readonly from: string };
  readonly level: LogLevel;
}

/**
 * Flags and their variables (`CDKX_LOGIN`, `CDKX_DEVICE_CODE`, `CDKX_NO_BROWSER`, `CDKX_STAGE`, `CDKX_LOG`) as one.
 * A variable that is empty counts as not set. Throws a UserError (64) on a bad value of a variable that counts.
 */
export function resolveOwnSettings(flags: OwnFlags, env: Environment): OwnSettings {
  const read = <Value>(name: string, parse: (value: string, from: string) => Value) => {
    const value = env[name];
    return value === undefined || value === '' ? undefined : parse(value, name);
  };
  const from = <Value>(flag: Value | undefined, flagName: string, variable: string, value: () => Value | undefined) => {
    if (flag !== undefined) return { value: flag, from: flagName };
    const set = value();
    return set === undefined ? undefined : { value: set, from: variable };
  };
  // Read before anything of ours is loaded (`compileCacheFolder`); here it is only checked.
  read('CDKX_COMPILE_CACHE', parseSwitch);
  return {
    ...defined(
      'login',
      from(flags.login, '--cdkx-login', 'CDKX_LOGIN', () => read('CDKX_LOGIN', parseLogin)),
    ),
    ...defined('deviceCode', flags.deviceCode ?? read('CDKX_DEVICE_CODE', parseSwitch)),
    noBrowser: flags.noBrowser ?? read('CDKX_NO_BROWSER', parseSwitch) ?? false,
    ...defined(
      'stage',
      from(flags.stage, '--cdkx-stage', 'CDKX_STAGE', () => read('CDKX_STAGE', parseName)),
    ),
    level: flagLevel(flags) ?? read('CDKX_LOG', parseLevel) ?? 'normal',
  };
}

function flagLevel(flags: OwnFlags): LogLevel | undefined {
  if (flags.verbose && flags.quiet) {
    throw new UserError(exitCode.usage, {
      what: '--cdkx-verbose and --cdkx-quiet exclude each other.',
      why: 'One says more, the other only errors.',
      next: 'Leave one of them out.',
    });
  }
  if (flags.verbose) return 'verbose';
  return flags.quiet ? 'quiet' : undefined;
}
