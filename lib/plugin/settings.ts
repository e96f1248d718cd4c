import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLevel, parseLogin, parseSwitch } from '../cdkx-flags.ts';
import type { Context, HttpSettings } from '../context.ts';
import type { LogLevel } from '../messages/errors.ts';
import type { DetectionInput } from '../profile/detect/types.ts';
import type { LoginPolicy } from '../profile/ensure-profile.ts';
import { parseProjectBlock, type ProjectBlock } from '../project/block/block.ts';
import {
  blockKey,
  consentOfProject,
  effectiveBlock,
  type EffectiveBlock,
  pinOf,
  withContextFlag,
} from '../project/block/effective-block.ts';
import { chooseStage, stageVariable } from '../project/stages/choose.ts';
import { isInteractive } from '../system/environment.ts';

/** What the plugin knows of the project and of the run. */
export interface PluginSettings {
  /** The project block, the chosen stage's settings over it; that of `~/.cdk.json` where the project has none. */
  readonly block: Partial<EffectiveBlock>;
  /** What says which profile the project itself means: that tells apart several profiles of one account. */
  readonly pins: Omit<DetectionInput, 'env' | 'config' | 'interactive'>;
  readonly login: LoginPolicy;
  readonly logLevel: LogLevel;
  /** `true` device authorization, `false` the browser, absent what fits this machine. */
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser: boolean;
  readonly http: HttpSettings;
  /** Whether the wrapper has started `cdk`, and made the sessions ready before. */
  readonly isEnsured: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the project block of `./cdk.json`, that of `~/.cdk.json`, and what the wrapper or the user says in the environment. `argv`: the
 * arguments of `cdk`.
 *
 * @throws UserError 78 for a block that is wrong or a stage that does not exist, 64 for a variable with a wrong value.
 */
export function readPluginSettings(ctx: Context, argv: readonly string[]): PluginSettings {
  const args = readCdkArguments(argv);
  const project = readJson(join(ctx.cwd, 'cdk.json'));
  const user = readJson(join(ctx.home, '.cdk.json'));
  const block = readProjectBlock(ctx, args, project);
  const shared = readBlock(user, '~/.cdk.json');
  const userBlock = shared && effectiveBlock(shared);
  const first = (...values: unknown[]) => values.find((value): value is string => typeof value === 'string');
  return {
    block: block ?? userBlock ?? {},
    pins: {
      flag: args.profile,
      projectPin: pinOf(block, 'cdk.json'),
      projectProfile: project['profile'],
      userPin: pinOf(userBlock, '~/.cdk.json'),
      userProfile: user['profile'],
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
    http: {
      proxy: first(args.proxy, ctx.env['CDK_PROXY'], project['proxy'], user['proxy']),
      caBundlePath: first(
        args.caBundlePath,
        ctx.env['CDK_CA_BUNDLE_PATH'],
        project['caBundlePath'],
        user['caBundlePath'],
      ),
    },
  };
}

function readProjectBlock(ctx: Context, args: CdkArguments, project: Json): EffectiveBlock | undefined {
  const block = readBlock(project, 'cdk.json') ?? (Object.hasOwn(args.context, blockKey) ? {} : undefined);
  if (block === undefined) return undefined;
  return withContextFlag(effectiveBlock(block, readStage(ctx, args, block, project)), args.context);
}

function readBlock(settings: Json, shownPath: string): ProjectBlock | undefined {
  const value = objectOf(settings['context'])[blockKey];
  return value === undefined ? undefined : parseProjectBlock(value, `context.${blockKey} in ${shownPath}`);
}

/** The wrapper has chosen; an empty name means that there is no stage. Alone, the plugin asks the same sources but the stack names. */
function readStage(ctx: Context, args: CdkArguments, block: ProjectBlock, project: Json): string | undefined {
  const chosen = ctx.env[stageVariable];
  if (chosen === '') return undefined;
  const choice = chooseStage(block, {
    flag: chosen,
    variable: ctx.env['CDKX_STAGE'],
    contextFlags: args.context,
    fileContext: objectOf(project['context']),
    stacks: [],
  });
  return choice.kind === 'chosen' ? choice.name : undefined;
}

/**
 * `X_CDKX_…` from the wrapper, which takes `CDKX_…` out of the child's environment; `CDKX_…` from the user of a plain `cdk`.
 * An empty variable counts as not set.
 */
function setting<Value>(
  { env }: Context,
  name: string,
  parse: (value: string, from: string) => Value,
): Value | undefined {
  const value = env[`X_CDKX_${name}`] || env[`CDKX_${name}`];
  return value ? parse(value, `CDKX_${name}`) : undefined;
}

/** `cdk` has read these files before and stops at one that is not JSON; a missing one is empty. */
function readJson(path: string): Json {
  try {
    return objectOf(JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as unknown);
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** What the plugin takes from the command line of the `cdk` that loaded it. */
export interface CdkArguments {
  /** `false` for `--no-profile`. */
  readonly profile?: string | false;
  readonly proxy?: string;
  readonly caBundlePath?: string;
  /** `-c key=value`, the last one winning. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Looks for the few options of `cdk` that concern credentials. `cdk` has already parsed and accepted the command line, so that
 * a plain search is enough.
 */
export function readCdkArguments(argv: readonly string[]): CdkArguments {
  const end = argv.indexOf('--');
  const args = end === -1 ? argv : argv.slice(0, end);
  const [named, proxy, caBundlePath] = ['--profile', '--proxy', '--ca-bundle-path'].map((name) =>
    valuesOf(args, [name]).at(-1),
  );
  const profile = named ?? (args.includes('--no-profile') ? false : undefined);
  const pairs = valuesOf(args, ['-c', '--context']).map((pair) => /^([^=]+)=(.*)$/s.exec(pair));
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(caBundlePath === undefined ? {} : { caBundlePath }),
    context: Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], pair[2]]]))),
  };
}

/**
 * Whether the arguments of this process are those of `cdk`: its start file `bin/cdk` reads them, whether Node was started with it or
 * another program such as `cdklocal` loads it. `files`: those of CommonJS that are loaded, and the one that Node was started with.
 */
export function isStartedAsCdk(files: readonly string[]): boolean {
  return files.some((path) => /[\\/]bin[\\/]cdk$/.test(path));
}

function valuesOf(args: readonly string[], names: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (names.includes(arg)) return args[index + 1] ?? [];
    const name = names.find((candidate) => arg.startsWith(`${candidate}=`));
    return name === undefined ? [] : arg.slice(name.length + 1);
  });
}
