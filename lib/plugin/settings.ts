import { type CdkCommandLine, parseCommandLine } from '../cdk/command-line/command-line.ts';
import { readOptionTable } from '../cdk/command-line/option-table.ts';
import { type CdkSettings, contextValue, optionsOf, readSettings } from '../cdk/settings.ts';
import { parseLevel, parseLogin, parseSwitch } from '../cdkx-flags.ts';
import type { Context, HttpSettings } from '../context.ts';
import type { LogLevel } from '../messages/errors.ts';
import type { DetectionInput } from '../profile/detect/types.ts';
import type { LoginMode } from '../cdkx-flags.ts';
import {
  consentOfProject,
  effectiveBlock,
  type EffectiveBlock,
  pinOf,
  withContextFlag,
} from '../project/block/effective-block.ts';
import { chooseStage, stageVariable } from '../project/stages/choose.ts';
import { readHttpSettings, readUserBlock, roleUseOf, writtenBlock } from '../run/project.ts';
import { isInteractive } from '../system/environment.ts';

export interface PluginSettings {
  /** The project block with the chosen stage's settings; that of `~/.cdk.json` if the project has none. */
  readonly block: Partial<EffectiveBlock>;
  /** The pins that select the project's profile, which distinguishes several profiles of one account. */
  readonly pins: Omit<DetectionInput, 'env' | 'config' | 'interactive'>;
  readonly login: LoginMode;
  readonly logLevel: LogLevel;
  /** `true` device authorization, `false` the browser, absent automatic. */
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser: boolean;
  readonly http: HttpSettings;
  /** Whether cdkx started `cdk` and ensured the sessions before. */
  readonly isEnsured: boolean;
}

export interface PluginRunInput {
  readonly argv: readonly string[];
  /** The directory of the `aws-cdk` that they are for, if it is known. */
  readonly cdkPackage?: string | undefined;
}

/** Reads what the wrapper reads. Throws a UserError: 78 for the project block, 64 for a variable. */
export function readPluginSettings(ctx: Context, { argv, cdkPackage }: PluginRunInput): PluginSettings {
  const line = parseCommandLine(argv, readOptionTable(cdkPackage), ctx.env);
  const settings = readSettings(ctx);
  const block = readBlock(ctx, line, settings);
  const userBlock = readUserBlock(line, settings);
  return {
    block: block ?? userBlock ?? {},
    pins: {
      flag: line.profile,
      profileVariable: line.variable('profile') === undefined ? undefined : line.option('profile'),
      projectPin: pinOf(block, 'cdk.json'),
      projectProfile: settings.project?.json['profile'],
      userPin: pinOf(userBlock, '~/.cdk.json'),
      userProfile: settings.user?.json['profile'],
    },
    login:
      setting(ctx, 'LOGIN', parseLogin) ??
      consentOfProject(block?.login, () => isInteractive(ctx)) ??
      userBlock?.login ??
      'prompt',
    logLevel: setting(ctx, 'LOG', parseLevel) ?? 'normal',
    deviceCode: setting(ctx, 'DEVICE_CODE', parseSwitch),
    noBrowser: setting(ctx, 'NO_BROWSER', parseSwitch) ?? false,
    isEnsured: ctx.env[stageVariable] !== undefined,
    http: readHttpSettings(optionsOf(line, settings)),
  };
}

/** The wrapper has chosen the stage; an empty name means that there is none. Alone, the plugin asks the same sources but the stack names. */
function readBlock({ env }: Context, line: CdkCommandLine, settings: CdkSettings): EffectiveBlock | undefined {
  const written = writtenBlock(line, settings);
  if (written === undefined) return undefined;
  const chosen = env[stageVariable];
  const context = (key: string) => contextValue(line, settings, key);
  const stage =
    chosen === ''
      ? undefined
      : chooseStage(written, { flag: chosen, variable: env['CDKX_STAGE'], context, stacks: [] });
  const name = stage?.kind === 'chosen' ? stage.name : undefined;
  return withContextFlag(effectiveBlock(written, name, roleUseOf(line)), line.context);
}

/** `X_CDKX_…` from the wrapper, which removes `CDKX_…`; `CDKX_…` from the user of a plain `cdk`. */
function setting<Value>(
  { env }: Context,
  name: string,
  parse: (value: string, from: string) => Value,
): Value | undefined {
  const value = env[`X_CDKX_${name}`] || env[`CDKX_${name}`];
  return value ? parse(value, `CDKX_${name}`) : undefined;
}

/** The directory of the `aws-cdk` that was started by Node, or by a program such as `cdklocal`. */
export function startedCdk(files: readonly string[]): string | undefined {
  return files.map((path) => /^(.*)[\\/]bin[\\/]cdk$/.exec(path)?.[1]).find((folder) => folder !== undefined);
}
