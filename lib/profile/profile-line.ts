import { formatDuration } from '../terminal/duration.ts';
import type { Candidate } from './detect-types.ts';

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
