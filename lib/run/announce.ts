import { findSkippedLines } from '../aws-config/skipped-lines.ts';
import type { Context } from '../context.ts';
import type { Reporter } from '../messages/errors.ts';
import { formatDuration } from '../messages/text.ts';
import type { Candidate, SourceId } from '../profile/detect/types.ts';
import type { EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { type CredentialSource, sourceAccount, sourceRole } from '../profile/source.ts';
import type { ResolvedProject } from './project.ts';

/** What detection found worth saying: its warnings, and in verbose mode the lines of the shared config that `cdk` does not see. */
export function announceDetection({ detection, config }: ResolvedProject, reporter: Reporter): void {
  for (const warning of detection.warnings) reporter.warn(warning);
  if (reporter.level !== 'verbose') return;
  for (const { parsed, shownPath } of [config.files.config, config.files.credentials]) {
    for (const { line, reason } of findSkippedLines(parsed))
      reporter.verbose(`${shownPath}:${line}: skipped, ${reason}`);
  }
}

/** The one line before `cdk` starts: which profile, where it came from, account, role, time left. */
export function announceProfile(
  ctx: Context,
  { detection, block }: ResolvedProject,
  profile: {
    readonly name: string;
    readonly source: CredentialSource;
    readonly origin: SourceId;
    readonly where: string;
  },
  outcome: EnsureProfileOutcome,
  reporter: Reporter,
): void {
  const candidate = detection.candidates.find(({ source }) => source === profile.origin);
  reporter.info(
    formatProfileLine({
      profile: profile.name,
      origin: { where: profile.where, state: candidate?.state ?? 'won' },
      stage: block?.effective.stage,
      account: sourceAccount(profile.source),
      role: sourceRole(profile.source),
      secondsLeft: outcome.state === 'ready' ? (outcome.token.expiresAt.getTime() - ctx.clock.now()) / 1000 : undefined,
    }),
  );
}

/** What the one line before `cdk` says. */
export interface ProfileLine {
  readonly profile: string;
  /** Where the profile came from. */
  readonly origin: Pick<Candidate, 'where' | 'state'>;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  readonly stage?: string | undefined;
  /** Of the SSO session; absent where nothing is known of an end. */
  readonly secondsLeft?: number | undefined;
}

/** The line that tells which account is meant and why: `profile acme-dev (--profile) · account 111111111111 · role Developer · 7 h 12 min left`. */
export function formatProfileLine({ profile, origin, account, role, stage, secondsLeft }: ProfileLine): string {
  const where = origin.state === 'matched' ? `matched by account, ${origin.where}` : origin.where;
  const ofStage = stage === undefined ? '' : ` · stage ${stage}`;
  const inAccount = account === undefined ? '' : ` · account ${account}`;
  const asRole = role === undefined ? '' : ` · role ${role}`;
  const left = secondsLeft === undefined ? '' : ` · ${formatDuration(secondsLeft)} left`;
  return `profile ${profile} (${where})${ofStage}${inAccount}${asRole}${left}`;
}
