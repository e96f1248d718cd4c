import type { ResolvedProject } from '../cdk/resolve-project.ts';
import type { Context } from '../context.ts';
import type { ProfilePin, SourceId } from '../profile/detect-types.ts';
import { writeConfigChange } from '../profile/edit-config.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { readSharedConfig } from '../profile/shared-config.ts';
import { planFirstRun } from '../project/first-run.ts';
import { createReporter } from '../terminal/create-reporter.ts';
import { confirm } from '../terminal/prompts.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import { answered } from './answered.ts';
import type { ChosenProfile } from './choose-profile.ts';
import { firstRunChange, localConfig, pinOfOrigin, type FirstRunAddition } from './first-run-change.ts';
import { showDiff } from './show-diff.ts';

export interface FirstRunRequest {
  readonly project: ResolvedProject;
  readonly reporter: Reporter;
  /** What the project pins; nothing here matches it. */
  readonly pin: ProfilePin;
  /** What to say where the pin does not tell enough to write a profile. */
  readonly message: MessageParts;
  /** Where the pin stands. */
  readonly origin: SourceId;
}

/**
 * The first run of a project on a fresh laptop: shows the profile and session that the project's pin would add to the AWS config file, with the
 * start URL since it comes from the repository, asks, and adds them. The caller then logs in and goes on.
 *
 * @throws UserError 78 where the pin does not say enough, where something is in the way, or nobody can be asked; 130 when declined.
 */
export async function firstRun(ctx: Context, request: FirstRunRequest): Promise<ChosenProfile> {
  const { project, reporter, pin, message, origin } = request;
  const plan = planFirstRun(pinOfOrigin(project, origin) ?? {}, localConfig(project.config, ctx.env));
  if (plan.outcome === 'incomplete') throw new UserError(exitCode.configuration, message);
  if (plan.outcome === 'stop') throw new UserError(exitCode.configuration, plan.message);
  if (!reporter.interactive)
    throw cannotAsk(message, plan, origin === 'user-block' ? undefined : project.run?.effective.stage);
  const change = firstRunChange(ctx, plan);
  introduce(ctx, pin, plan);
  showDiff(ctx, change);
  if (!answered(await confirm(ctx, { message: `Add this to ${change.shownPath}?` }))) throw declined(change.shownPath);
  writeConfigChange(ctx, change);
  const { name } = plan.profile;
  const source = resolveCredentialSource(readSharedConfig(ctx), name, ctx.env);
  return { name, source, origin, where: pin.where, inject: true };
}

/** What the project asks for, before anything is written or opened. */
export function introduce(
  ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>,
  { where }: Pick<ProfilePin, 'where'>,
  addition: FirstRunAddition,
): void {
  const { profile, session } = addition;
  // Whatever the level: a question follows that nobody could answer without it.
  createReporter(ctx, 'normal').notice({
    what: `this project (${where}) uses account ${profile.account} with role ${profile.role}, and no profile here leads there`,
    why: `It signs in at ${session.startUrl} (region ${session.region}).`,
    next: 'The address comes from the project: check that it is yours.',
  });
}

function cannotAsk(
  { what }: MessageParts,
  { profile, session }: FirstRunAddition,
  stage: string | undefined,
): UserError {
  const ofStage = stage === undefined ? '' : ` --cdkx-stage=${shellWord(stage)}`;
  return new UserError(exitCode.configuration, {
    what,
    why: [
      `The project says how to make it: account ${profile.account}, role ${profile.role}, start URL ${session.startUrl}.`,
      'There is no terminal here to ask on.',
    ],
    next: [
      'Make it, and sign in:',
      `    cdkx sso configure --from-project --yes${ofStage}`,
      `    cdkx sso login --profile ${shellWord(profile.name)}`,
    ],
  });
}

function declined(shownPath: string): UserError {
  return new UserError(exitCode.cancelled, {
    what: `declined; ${shownPath} is as it was.`,
    next: [
      'Use another profile for this run, or pin one of yours:',
      '    cdkx deploy --profile NAME',
      '    cdkx profile pin NAME',
    ],
  });
}
