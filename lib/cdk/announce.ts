import type { Context } from '../context.ts';
import { sourceAccount, sourceRole, type CredentialSource } from '../profile/credential-source.ts';
import type { SourceId } from '../profile/detect-types.ts';
import type { EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { formatProfileLine } from '../profile/profile-line.ts';
import { findSkippedLines } from '../profile/skipped-lines.ts';
import type { Reporter } from '../terminal/reporter.ts';
import type { ResolvedProject } from './resolve-project.ts';

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
  { detection, run }: ResolvedProject,
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
      stage: run?.effective.stage,
      account: sourceAccount(profile.source),
      role: sourceRole(profile.source),
      secondsLeft: outcome.state === 'ready' ? (outcome.token.expiresAt.getTime() - ctx.clock.now()) / 1000 : undefined,
    }),
  );
}
