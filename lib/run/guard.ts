import type { Context } from '../context.ts';
import type { RoleCredentials } from '../credentials/role-credentials.ts';
import { UserError } from '../messages/errors.ts';
import type { SourceId } from '../profile/detect/types.ts';
import { whereIs } from '../project/block/effective-block.ts';
import {
  accountByFiles,
  type ActualAccount,
  type ExpectedAccount,
  judgeAccount,
  judgeRegion,
} from '../project/guard.ts';
import { targetKind } from '../project/stages/choose.ts';
import { whatHelps } from './announce.ts';
import { isNothing, type ResolvedProject } from './project.ts';
import { accountOfPin } from './stages.ts';
import type { ProjectRun } from './types.ts';

/** The account that a run must use, and where it is set; `undefined` if none is pinned. */
export function expectedAccount(
  ctx: Pick<Context, 'env'>,
  project: ResolvedProject,
  origin: SourceId | undefined,
): ExpectedAccount | undefined {
  const { block, userBlock } = project;
  const account = block?.effective.account;
  if (block !== undefined && account !== undefined) {
    const stages = Object.entries(block.written.stages ?? {}).flatMap(([name, stage]) => {
      const ofStage = accountOfPin(ctx, project, stage);
      return ofStage === undefined ? [] : [[ofStage, name] as const];
    });
    const where = whereIs(block.effective.origin, 'account', 'cdk.json');
    return { account, where, stages: Object.fromEntries(stages) };
  }
  // A pin for all projects guards only the projects that it selects the profile for.
  if (origin !== 'user-block' || userBlock?.account === undefined) return undefined;
  return { account: userBlock.account, where: whereIs(userBlock.origin, 'account', '~/.cdk.json') };
}

const guardCodes = { mismatch: 'WrongAccount', unknown: 'UnknownAccount', unreachable: 'AwsUnreachable' } as const;

/**
 * The account guard (docs/configuration.md, "The account guard"): compares by the files, or returns the comparison by
 * one call of STS. Throws a UserError: 78 if a required command would use another account, 69 if STS is unreachable.
 * Warns for others.
 */
export function guardAccount(
  ctx: Context,
  { project, profile, required, reporter }: Pick<ProjectRun, 'project' | 'profile' | 'required' | 'reporter'>,
): ((credentials?: RoleCredentials) => Promise<void>) | undefined {
  const expected = expectedAccount(ctx, project, profile?.origin);
  const used = profile === undefined ? 'the credentials in the environment' : `profile "${profile.name}"`;
  const judge = (actual: ActualAccount) => {
    const verdict = judgeAccount({ expected, actual, used, required });
    if (verdict.outcome === 'stop') throw new UserError(guardCodes[verdict.problem], verdict.message);
    if (verdict.outcome === 'warn') reporter.warn(verdict.message);
    return verdict.outcome;
  };
  if (judge(accountByFiles(profile?.source)) !== 'ask-sts') return undefined;
  return async (credentials) => {
    const { accountBySts } = await import('../credentials/caller-account.ts');
    const { config, http, region } = project;
    const request = { profile: profile?.name, config, http, region: region.region, reporter, credentials };
    const actual = await accountBySts(ctx, request);
    const hasNone = actual.state === 'unknown' && actual.code === 'NoCredentials' && isNothing(project);
    judge(hasNone ? { state: 'none', next: whatHelps(ctx, project) } : actual);
  };
}

/**
 * The region guard (docs/configuration.md, "The region guard"). Throws a UserError (78) in a protected stage for a
 * required command; else warns.
 */
export function guardRegion({ project, profile, line, required, reporter }: ProjectRun): void {
  const { block, userBlock } = project;
  const [pinned, shownPath] =
    block !== undefined || profile?.origin !== 'user-block'
      ? [block?.effective, 'cdk.json']
      : [userBlock, '~/.cdk.json'];
  if (pinned?.region === undefined) return;
  if (targetKind(line.command ?? '') === 'environments' && line.positionals.length > 0) return;
  const actual = project.regionWith(profile?.name);
  const verdict = judgeRegion({
    expected: { region: pinned.region, where: whereIs(pinned.origin, 'region', shownPath) },
    actual,
    profile: profile?.name,
    protectedStage: pinned.protected ? pinned.stage : undefined,
    required,
  });
  if (verdict.outcome === 'stop') throw new UserError('WrongRegion', verdict.message);
  // Without credentials, cdk does nothing in the default Region.
  const hasNone = profile === undefined && isNothing(project) && actual.from === undefined;
  if (verdict.outcome === 'warn' && !hasNone) reporter.warn(verdict.message);
}
