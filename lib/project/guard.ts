import type { ResolvedRegion } from '../aws-config/settings.ts';
import type { MessageParts, NextStep } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { type CredentialSource, sourceAccount } from '../profile/source.ts';

/** The pinned account, and where it is set: `context.cdkx.account in cdk.json`. */
export interface ExpectedAccount {
  readonly account: string;
  readonly where: string;
  /** The stages of the project, by account. */
  readonly stages?: Readonly<Record<string, string>>;
}

/** The account of the credentials, as far as it is known. */
export type ActualAccount =
  | { readonly state: 'known'; readonly account: string; readonly by: 'files' | 'sts' }
  /** The files don't contain it: STS must be called. */
  | { readonly state: 'ask-sts' }
  /** There are no credentials at all; `next` is what helps. */
  | { readonly state: 'none'; readonly next: readonly NextStep[] }
  /** The call to STS failed; `reason` is one sentence without secrets, `unreachable` the next steps if there was no response. */
  | { readonly state: 'unknown'; readonly reason: string; readonly unreachable?: readonly NextStep[] };

export interface GuardInput {
  readonly expected: ExpectedAccount | undefined;
  readonly actual: ActualAccount;
  /** What is used, for people: `profile "acme-dev"`, or `the credentials in the environment`. */
  readonly used: string;
  readonly required: boolean;
}

export type GuardVerdict =
  | { readonly outcome: 'ok' }
  /** Ask STS for the account, then judge again. */
  | { readonly outcome: 'ask-sts' }
  | {
      readonly outcome: 'warn' | 'stop';
      readonly problem: 'mismatch' | 'unknown' | 'unreachable';
      readonly message: MessageParts;
    };

/** The account that the files prove. `aws_account_id` next to keys proves nothing, so STS is called. */
export function accountByFiles(source: CredentialSource | undefined): ActualAccount {
  const isProven =
    source !== undefined && ['assume-role', 'sso-session', 'legacy-sso', 'web-identity'].includes(source.kind);
  const account = isProven ? sourceAccount(source) : undefined;
  return account === undefined ? { state: 'ask-sts' } : { state: 'known', account, by: 'files' };
}

/** The account guard: if the credentials are of another or an unknown account, required commands stop (78, 69), and others print a warning. */
export function judgeAccount(input: GuardInput): GuardVerdict {
  const { expected, actual, used, required } = input;
  if (expected === undefined) return { outcome: 'ok' };
  const outcome = required ? 'stop' : 'warn';
  if (actual.state === 'ask-sts') return { outcome: 'ask-sts' };
  if (actual.state === 'none') return { outcome, problem: 'unknown', message: noCredentials(expected, actual.next) };
  if (actual.state === 'unknown') {
    const { reason, unreachable } = actual;
    const message = unknownAccount(expected, reason, used, unreachable);
    return { outcome, problem: unreachable === undefined ? 'unknown' : 'unreachable', message };
  }
  if (actual.account === expected.account) return { outcome: 'ok' };
  return { outcome, problem: 'mismatch', message: mismatch(expected, actual, input) };
}

function noCredentials({ account, where }: ExpectedAccount, next: readonly NextStep[]): MessageParts {
  return {
    what: `no AWS credentials were found; this project deploys to ${account} (${where})`,
    why: 'No profile is known to use that account, and the environment has no credentials.',
    next,
  };
}

function unknownAccount(
  expected: ExpectedAccount,
  reason: string,
  used: string,
  next: readonly NextStep[] | undefined,
): MessageParts {
  return {
    what: `cannot determine the account of ${used}; this project deploys to ${expected.account} (${expected.where})`,
    why: reason,
    next: next ?? [{ say: 'Check the credentials:' }, { run: 'cdkx profile show' }],
  };
}

function mismatch(
  expected: ExpectedAccount,
  actual: { account: string; by: 'files' | 'sts' },
  { used, required }: GuardInput,
): MessageParts {
  const stage = expected.stages?.[actual.account];
  const known = actual.by === 'sts' ? ' (according to AWS STS)' : '';
  return {
    what: `wrong account ${actual.account}${known} from ${used}; this project deploys to ${expected.account} (${expected.where})`,
    ...(required ? { why: 'cdk was not run.' } : {}),
    next: [
      ...(stage === undefined
        ? []
        : [
            {
              say: `Account ${actual.account} is that of stage ${JSON.stringify(stage)}. To deploy to it, use --cdkx-stage=${stage}.`,
            },
          ]),
      { say: `To find a profile of account ${expected.account}, run:` },
      { run: `cdkx profile list ${expected.account}` },
    ],
  };
}

/** The Region that the project deploys to, and what sets it: `context.cdkx.region in cdk.json`. */
export interface ExpectedRegion {
  readonly region: string;
  readonly where: string;
}

/** What to do about a Region other than the project's. */
export type RegionVerdict =
  { readonly outcome: 'ok' } | { readonly outcome: 'warn' | 'stop'; readonly message: MessageParts };

/** The region guard: another Region than the project's is a warning; in a protected stage, required commands stop (78). */
export function judgeRegion(input: {
  readonly expected: ExpectedRegion | undefined;
  readonly actual: ResolvedRegion;
  readonly profile: string | undefined;
  /** The protected stage of this run, if it is one. */
  readonly protectedStage: string | undefined;
  readonly required: boolean;
}): RegionVerdict {
  const { expected, actual, profile, protectedStage, required } = input;
  if (expected === undefined || actual.region === expected.region) return { outcome: 'ok' };
  const stops = protectedStage !== undefined && required;
  return {
    outcome: stops ? 'stop' : 'warn',
    message: {
      what: `wrong Region ${actual.region} (${actual.from ?? 'default'}); this project deploys to ${expected.region} (${expected.where})`,
      why: stops
        ? `cdk was not run, because stage ${JSON.stringify(protectedStage)} is protected.`
        : `Stacks that set no Region use ${actual.region}.`,
      next: changeRegion(expected.region, actual.from, profile),
    },
  };
}

function changeRegion(region: string, from: string | undefined, used: string | undefined): NextStep[] {
  const [, quoted] = /^profile (".*")$/.exec(from ?? '') ?? [];
  const profile = quoted === undefined ? (from === undefined ? used : undefined) : (JSON.parse(quoted) as string);
  if (profile !== undefined) {
    return [
      { say: `If ${region} is right, set it in the profile:` },
      { run: `aws configure set region ${region} --profile ${shellWord(profile)}` },
    ];
  }
  if (from === undefined) return [{ say: `If ${region} is right, set AWS_REGION to it.` }];
  return from.startsWith('--') || from.includes(' ')
    ? [{ say: `If ${region} is right, change ${from}.` }]
    : [{ say: `If ${region} is right, unset ${from} or set it to ${region}.` }];
}
