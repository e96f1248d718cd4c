import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, HttpSettings } from '../context.ts';
import type { LoginPolicy } from '../profile/ensure-profile.ts';
import { parseProjectBlock, type ProjectBlock } from '../project/block.ts';
import { effectiveBlock, type EffectiveBlock } from '../project/effective-block.ts';
import { stageVariable } from '../project/stage-variable.ts';
import { chooseStage } from '../project/stages.ts';
import type { LogLevel } from '../terminal/reporter.ts';
import { readCdkArguments, type CdkArguments } from './command-line.ts';

/** What the plugin knows of the project and of the run. */
export interface PluginSettings {
  /** The project block, the chosen stage's settings over it. */
  readonly block: EffectiveBlock;
  /** The profile that `cdk` itself uses; it tells apart several profiles of one account. */
  readonly profile: string;
  readonly login: LoginPolicy;
  readonly logLevel: LogLevel;
  readonly http: HttpSettings;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the project block of `./cdk.json`, else of `~/.cdk.json`, and what the wrapper or the user says in the environment.
 *
 * @throws UserError 78 for a block that is wrong or a stage that does not exist.
 */
export function readPluginSettings(ctx: Context): PluginSettings {
  const args = readCdkArguments(ctx.argv);
  const project = readJson(join(ctx.cwd, 'cdk.json'));
  const user = readJson(join(ctx.home, '.cdk.json'));
  const block = readBlock(project, user);
  const stage = readStage(ctx, args, block, project);
  const effective = effectiveBlock(block, stage);
  const proxy = args.proxy ?? ctx.env['CDK_PROXY'] ?? textOf(project['proxy']) ?? textOf(user['proxy']);
  const caBundlePath =
    args.caBundlePath ??
    ctx.env['CDK_CA_BUNDLE_PATH'] ??
    textOf(project['caBundlePath']) ??
    textOf(user['caBundlePath']);
  return {
    block: effective,
    profile: cdkProfile(ctx, args, project, user),
    login: oneOf(['prompt', 'auto', 'never'], setting(ctx, 'LOGIN')) ?? effective.login ?? 'prompt',
    logLevel: oneOf(['quiet', 'normal', 'verbose'], setting(ctx, 'LOG')) ?? 'normal',
    http: { ...(proxy === undefined ? {} : { proxy }), ...(caBundlePath === undefined ? {} : { caBundlePath }) },
  };
}

function readBlock(project: Json, user: Json): ProjectBlock {
  const own = objectOf(project['context'])['cdkx'];
  if (own !== undefined) return parseProjectBlock(own, 'context.cdkx in cdk.json');
  const shared = objectOf(user['context'])['cdkx'];
  return shared === undefined ? {} : parseProjectBlock(shared, 'context.cdkx in ~/.cdk.json');
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

/** The order of `cdk`: the flag, `CDK_PROFILE`, cdk.json, `~/.cdk.json`, the environment. */
function cdkProfile({ env }: Context, args: CdkArguments, project: Json, user: Json): string {
  const given = args.profile ?? env['CDK_PROFILE'] ?? textOf(project['profile']) ?? textOf(user['profile']);
  return given || env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default';
}

/** `X_CDKX_…` from the wrapper, which takes `CDKX_…` out of the child's environment; `CDKX_…` from the user of a plain `cdk`. */
function setting({ env }: Context, name: string): string | undefined {
  return env[`X_CDKX_${name}`] ?? env[`CDKX_${name}`];
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

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function oneOf<Word extends string>(words: readonly Word[], value: string | undefined): Word | undefined {
  return words.find((word) => word === value);
}
