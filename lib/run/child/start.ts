import { dirname, join } from 'node:path';
import type { CdkCommandLine } from '../../cdk/command-line/command-line.ts';
import type { CdkBinary } from '../../cdk/find-cdk.ts';
import { collectPlugins, pluginArguments } from '../../cdk/plugins.ts';
import { contextArguments } from '../../cdk/settings.ts';
import { resolveCdkxSettings } from '../../cdkx-flags.ts';
import type { Context } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import { stageVariable } from '../../project/stages/choose.ts';
import { version } from '../../version.ts';
import { accountsBlock, type ResolvedProject } from '../project.ts';
import { buildDelegation, type DelegatedProfile, type DelegationPlan } from './command.ts';
import { compileCacheFolder, prepareCompileCache } from './compile-cache.ts';
import { keepSession, type SessionToKeep } from './keep-session.ts';
import { type ChildEnd, delegate, formatDryRun } from './spawn.ts';

export interface CdkStart {
  readonly binary: CdkBinary;
  readonly line: CdkCommandLine;
  readonly reporter: Reporter;
  /** Absent for commands that need no credentials: then nothing is added. */
  readonly project?: ResolvedProject;
  readonly profile?: DelegatedProfile | undefined;
  /** The sessions that were made ready: they are kept alive while `cdk` works. */
  readonly sessions?: readonly Pick<SessionToKeep, 'profile' | 'outcome'>[];
}

/** The third of the three steps: `cdk` in our place, or with `--cdkx-dry-run` only the words of it. */
export async function startCdk(ctx: Context, start: CdkStart): Promise<ChildEnd> {
  const { binary, line, reporter, project, sessions = [] } = start;
  const cache = openCompileCache(ctx, binary, line.cdkxFlags.dryRun);
  const plan = planDelegation(ctx, start, line.forwarded, cache?.folder);
  if (line.cdkxFlags.dryRun) {
    ctx.stdout.write(`${formatDryRun(plan, ctx).join('\n')}\n`);
    return { code: 0 };
  }
  const { http } = project ?? {};
  const stopKeeping = http === undefined ? [] : sessions.map((each) => keepSession(ctx, { ...each, http, reporter }));
  try {
    const pruning = cache?.isNew === true ? prune(ctx, cache.folder) : undefined;
    const [end] = await Promise.all([delegate(ctx, plan), pruning]);
    return end;
  } finally {
    await Promise.all(stopKeeping.map((stop) => stop()));
  }
}

/** Has `cdk list` synthesize the app of a run, without building assets. Returns whether it worked. */
export async function synthesizeApp(ctx: Context, start: CdkStart): Promise<boolean> {
  const plan = planDelegation(ctx, start, ['list', ...start.line.globalArguments]);
  const end = await delegate(ctx, plan, ['ignore', 'ignore', 'inherit']);
  return 'code' in end && end.code === 0;
}

function planDelegation(
  ctx: Context,
  { binary, line, reporter, project, profile }: CdkStart,
  forwarded: readonly string[],
  compileCache?: string,
): DelegationPlan {
  const { detection, block } = project ?? {};
  const assignment = block?.stage.kind === 'chosen' ? block.stage.appStage?.assignment : undefined;
  return buildDelegation(ctx, {
    binary,
    line: { ...line, forwarded },
    profile,
    cancelPin: profile === undefined && detection?.outcome === 'pass-through' && detection.cancelCdkPin,
    compileCache,
    context: assignment === undefined ? undefined : contextArguments(line, ctx.env, assignment),
    ...(project === undefined ? {} : pluginInput(ctx, project, line, reporter)),
  });
}

/** The compile cache for this version of `cdk`; nothing is made for a run that only shows what would be run. */
function openCompileCache(ctx: Context, binary: CdkBinary, dryRun: boolean) {
  const folder = compileCacheFolder(ctx, { name: 'aws-cdk', version: binary.version });
  if (folder === undefined || dryRun) return folder === undefined ? undefined : { folder, isNew: false };
  const state = prepareCompileCache(folder, { now: ctx.clock.now(), uid: ctx.uid });
  return state === 'unusable' ? undefined : { folder, isNew: state === 'new' };
}

/** While `cdk` runs: a version that is new here most often takes another's place. Never rejects. */
async function prune(ctx: Context, folder: string): Promise<void> {
  const ofCdkx = compileCacheFolder(ctx, { name: 'cdkx', version });
  try {
    const { pruneCompileCaches } = await import('./prune-compile-caches.ts');
    await pruneCompileCaches(ofCdkx === undefined ? [folder] : [folder, ofCdkx], ctx.clock.now());
  } catch {
    // For example, cdkx is being updated: `cdk` continues.
  }
}

/** cdkx's credential plugin, if the project maps accounts: the user's plugins first, since one `--plugin` replaces their list. */
function pluginInput(ctx: Context, project: ResolvedProject, line: CdkCommandLine, reporter: Reporter) {
  const plugin = join(dirname(ctx.selfPath), 'plugin.cjs');
  const userPlugins = collectPlugins(line, project.settings);
  if (userPlugins.problem !== undefined) reporter.warn(userPlugins.problem);
  const block = accountsBlock(project);
  if (block === undefined) return {};
  return {
    plugins: pluginArguments(userPlugins, plugin),
    extraEnv: { [stageVariable]: block.stage ?? '', ...pluginVariables(ctx, line) },
  };
}

/** cdkx's own settings for the plugin, which the child would not see otherwise: `CDKX_*` is taken out of its environment. */
function pluginVariables({ env }: Context, { cdkxFlags }: CdkCommandLine): Record<string, string> {
  const { login, deviceCode, noBrowser, level } = resolveCdkxSettings(cdkxFlags, env);
  return {
    ...(login === undefined ? {} : { X_CDKX_LOGIN: login.value }),
    ...(deviceCode === undefined ? {} : { X_CDKX_DEVICE_CODE: deviceCode ? '1' : '0' }),
    ...(noBrowser ? { X_CDKX_NO_BROWSER: '1' } : {}),
    X_CDKX_LOG: level,
  };
}
