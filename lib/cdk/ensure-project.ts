import type { Context } from '../context.ts';
import type { CredentialSource } from '../profile/credential-source.ts';
import type { SourceId } from '../profile/detect-types.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { sourceAccount } from '../profile/credential-source.ts';
import { confirmStage, planConfirmation } from '../project/protection.ts';
import { decideStageEntry } from '../project/stage-entry.ts';
import { targetKind } from '../project/target-kind.ts';
import { isCi } from '../terminal/interactive.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { CdkCommandLine } from './command-line.ts';
import { profilesToEnsure } from './ensure-accounts.ts';
import { expectedAccount, guardAccount, guardAccountBySts } from './guard-account.ts';
import type { OwnSettings } from './own-settings.ts';
import type { ResolvedProject } from './resolve-project.ts';

/** What is to be made ready before `cdk` starts. */
export interface ProjectRun {
  readonly project: ResolvedProject;
  /** The chosen profile; absent where `cdk` finds credentials by itself. */
  readonly profile?:
    { readonly name: string; readonly source: CredentialSource; readonly origin: SourceId } | undefined;
  readonly line: CdkCommandLine;
  readonly own: OwnSettings;
  readonly required: boolean;
  readonly reporter: Reporter;
}

/**
 * The second of the three steps: what must hold before `cdk` may start. In this order, so that nobody logs in in vain:
 * the stage is meant, the accounts are the right ones as far as files tell, a protected stage is confirmed, the sessions are valid
 * (one after the other, those of the profiles that `accounts` names included), and the account once more where only STS could tell.
 *
 * @throws UserError 78 where the project forbids the run, and what `ensureProfile` throws.
 */
export async function ensureProject(ctx: Context, run: ProjectRun): Promise<EnsureProfileOutcome> {
  const { project, profile, required, reporter } = run;
  const used = profile === undefined ? {} : { profile: profile.name, source: profile.source };
  const expected = expectedAccount(project, profile?.origin);
  const entered = enterStages(run);
  const verdict = guardAccount(expected, used, required, reporter);
  const mapped = required ? profilesToEnsure(ctx, project, profile?.source) : [];
  await confirmStages(ctx, run, entered);
  const outcome = profile === undefined ? { state: 'not-checked' as const } : await ensureOne(ctx, run, profile);
  for (const other of mapped) await ensureOne(ctx, run, other);
  if (verdict === 'ask-sts' && outcome.state !== 'continue-without') {
    await guardAccountBySts(ctx, project, expected, used, { required, reporter, command: commandOf(run) });
  }
  return outcome;
}

/** Makes one profile ready as this run wants it: the run's own, or one that `accounts` names. */
export function ensureOne(
  ctx: Context,
  run: Omit<ProjectRun, 'profile'>,
  { name, source }: { readonly name: string; readonly source: CredentialSource },
): Promise<EnsureProfileOutcome> {
  const { project, own, required, reporter } = run;
  return ensureProfile(ctx, {
    profile: name,
    source,
    requirement: required ? 'required' : 'best-effort',
    login: own.login?.value ?? project.run?.effective.login ?? project.userBlock?.login ?? 'prompt',
    reporter,
    http: project.http,
    deviceCode: own.deviceCode,
    noBrowser: own.noBrowser,
    inCi: isCi(ctx.env),
    command: commandOf(run),
  });
}

/** The stages that this run enters. */
function enterStages({ project, line, required }: ProjectRun): readonly string[] {
  const { run } = project;
  if (run === undefined || line.command === undefined) return [];
  const entry = decideStageEntry({
    required,
    command: line.command,
    targets: targetKind(line.command),
    names: line.positionals,
    all: line.option('all') === true,
    choice: run.stage,
    stages: run.block.stages ?? {},
    stageContext: run.block.stageContext,
    baseAccount: run.block.account,
    hasAccounts: run.effective.accounts !== undefined,
  });
  if (entry.outcome === 'stop') throw new UserError(exitCode.configuration, entry.message);
  return entry.stages;
}

async function confirmStages(ctx: Context, run: ProjectRun, entered: readonly string[]): Promise<void> {
  const { project, line, required, reporter, profile } = run;
  const command = line.command ?? '';
  const plan = planConfirmation({
    command,
    required,
    entered,
    stages: project.run?.block.stages ?? {},
    confirmed: line.own.confirm,
  });
  if (line.own.dryRun) return;
  const isChosen = (stage: string) => project.run?.effective.stage === stage;
  for (const stage of plan.needed) {
    const facts = isChosen(stage)
      ? { command, profile: profile?.name, account: profile && sourceAccount(profile.source) }
      : { command, account: project.run?.block.stages?.[stage]?.account };
    await confirmStage(ctx, { stage, facts, plan, interactive: reporter.interactive });
  }
}

/** What the user ran, for messages. */
function commandOf({ line }: Pick<ProjectRun, 'line'>): string {
  return ['cdkx', line.command ?? ''].join(' ').trim();
}
