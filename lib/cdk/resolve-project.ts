import type { Context, HttpSettings } from '../context.ts';
import { profileHttp } from '../profile/ca-bundle.ts';
import { detectProfile } from '../profile/detect.ts';
import type { Detection } from '../profile/detect-types.ts';
import { readSharedConfig, type SharedConfig } from '../profile/shared-config.ts';
import { pinOf } from '../project/block-pin.ts';
import type { AccountsRule } from '../project/block.ts';
import type { EffectiveBlock } from '../project/effective-block.ts';
import { isInteractive } from '../terminal/interactive.ts';
import type { CdkCommandLine } from './command-line.ts';
import type { OwnSettings } from './own-settings.ts';
import { readRunBlock, readUserBlock, type RunBlock } from './project-block.ts';
import { readSettings, type CdkSettings } from './settings.ts';

/** All that the command line, the settings files, the environment and the shared config say about one run. */
export interface ResolvedProject {
  readonly settings: CdkSettings;
  /** The block of `./cdk.json`; absent without one. */
  readonly run?: RunBlock;
  /** The block of `~/.cdk.json`; absent without one. */
  readonly userBlock?: EffectiveBlock;
  readonly config: SharedConfig;
  readonly detection: Detection;
  /** How our own calls leave this machine, as `cdk`'s do. */
  readonly http: HttpSettings;
}

/**
 * The first of the three steps: reads each file once and decides which profile this run means. Nothing is asked and nothing is changed.
 *
 * `bestEffort`: whether the command also works without credentials.
 *
 * @throws UserError 78 for a file or a block that cannot be used.
 */
export function resolveProject(
  ctx: Context,
  line: Pick<CdkCommandLine, 'command' | 'positionals' | 'profile' | 'context' | 'option'>,
  own: Pick<OwnSettings, 'stage'>,
  { bestEffort = false }: { readonly bestEffort?: boolean } = {},
): ResolvedProject {
  const settings = readSettings(ctx);
  const run = readRunBlock(line, own, settings);
  const userBlock = readUserBlock(settings);
  const config = readSharedConfig(ctx);
  const detection = detectProfile({
    flag: line.profile,
    env: ctx.env,
    projectPin: pinOf(run?.effective, 'cdk.json'),
    projectProfile: settings.project?.json['profile'],
    userPin: pinOf(userBlock, '~/.cdk.json'),
    userProfile: settings.user?.json['profile'],
    config,
    bestEffort,
    get interactive() {
      return isInteractive(ctx);
    },
  });
  return {
    settings,
    ...(run === undefined ? {} : { run }),
    ...(userBlock === undefined ? {} : { userBlock }),
    config,
    detection,
    http: profileHttp(readHttpSettings(ctx, line, settings), config, nameOf(detection), ctx.env),
  };
}

/** The block that maps accounts for this run: the project's, or that of `~/.cdk.json` where the project has none. Absent without `accounts`. */
export function accountsBlock({
  run,
  userBlock,
}: Pick<ResolvedProject, 'run' | 'userBlock'>): (EffectiveBlock & { readonly accounts: AccountsRule }) | undefined {
  const block = run === undefined ? userBlock : run.effective;
  return block?.accounts === undefined ? undefined : { ...block, accounts: block.accounts };
}

function nameOf(detection: Detection): string | undefined {
  return detection.outcome === 'profile' ? detection.name : undefined;
}

/** `--proxy` and `--ca-bundle-path` in the order of `cdk`: command line, `CDK_*` variable, cdk.json, `~/.cdk.json`. */
function readHttpSettings(ctx: Context, line: Pick<CdkCommandLine, 'option'>, settings: CdkSettings): HttpSettings {
  const first = (...values: unknown[]) => values.find((value): value is string => typeof value === 'string');
  const inFiles = (key: string) => [settings.project?.json[key], settings.user?.json[key]];
  return {
    proxy: first(line.option('proxy'), ctx.env['CDK_PROXY'], ...inFiles('proxy')),
    caBundlePath: first(line.option('ca-bundle-path'), ctx.env['CDK_CA_BUNDLE_PATH'], ...inFiles('caBundlePath')),
  };
}
