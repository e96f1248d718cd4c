import { findSkippedLines } from '../aws-config/skipped-lines.ts';
import type { Context, Environment } from '../context.ts';
import type { MessageParts, Reporter } from '../messages/errors.ts';
import { formatDuration } from '../messages/text.ts';
import type { PassThroughReason } from '../profile/detect/types.ts';
import type { EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { parseExpiry } from '../profile/resolve-source.ts';
import { leafSource, sourceAccount, sourceRole } from '../profile/source.ts';
import { isCi } from '../system/environment.ts';
import type { ChosenProfile, ResolvedProject } from './project.ts';

/** What detection found worth saying: its warnings, and in verbose mode the lines of the shared config that `cdk` does not see. */
export function announceDetection({ detection, config }: ResolvedProject, reporter: Reporter): void {
  for (const warning of detection.warnings) reporter.warn(warning);
  if (reporter.level !== 'verbose') return;
  for (const { parsed, shownPath } of [config.files.config, config.files.credentials]) {
    for (const { line, reason } of findSkippedLines(parsed))
      reporter.verbose(`${shownPath}:${line}: skipped, ${reason}`);
  }
}

/**
 * The one line before `cdk` starts, for every outcome of detection: the credentials that `cdk` will use and where that choice came from,
 * account, role, Region and time left as far as files tell, and what is ignored.
 */
export function announceCredentials(
  ctx: Pick<Context, 'clock' | 'env'>,
  project: ResolvedProject,
  profile: ChosenProfile | undefined,
  outcome: EnsureProfileOutcome,
  reporter: Reporter,
): void {
  reporter.notice(credentialsLine(project, profile, ctx.env, secondsLeft(ctx, profile, outcome)));
}

/** The line that {@link announceCredentials} shows. Pure. */
export function credentialsLine(
  { detection, block, region }: ResolvedProject,
  profile: Pick<ChosenProfile, 'name' | 'source' | 'origin' | 'where'> | undefined,
  env: Environment,
  left: number | undefined,
): string {
  const isContinuing = profile !== undefined;
  const { account, role } = isContinuing
    ? { account: sourceAccount(profile.source), role: sourceRole(profile.source) }
    : webIdentity(detection.outcome === 'pass-through' ? detection.reason : undefined, env);
  const stage = block?.effective.stage;
  return [
    isContinuing ? profileWords(detection, profile) : ambientWords(detection),
    ...(stage === undefined ? [] : [`stage ${stage}`]),
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(role === undefined ? [] : [`role ${role}`]),
    region.region,
    ...(left === undefined ? [] : [left > 0 ? `${formatDuration(left)} left` : 'expired']),
    ...ignoredSources(detection, profile),
  ].join(' · ');
}

function profileWords(
  { candidates }: ResolvedProject['detection'],
  { name, origin, where }: Pick<ChosenProfile, 'name' | 'origin' | 'where'>,
): string {
  const isMatched = candidates.find(({ source }) => source === origin)?.state === 'matched';
  return `profile ${name} (${isMatched ? `matched by account, ${where}` : where})`;
}

const ambient: Readonly<Record<PassThroughReason, string>> = {
  'environment-keys': 'keys in the environment',
  'web-identity': 'web identity',
  container: 'container credentials',
  'settings-only': 'no credentials found',
  'instance-or-nothing': 'no credentials found',
};

function ambientWords({ candidates, ...decision }: ResolvedProject['detection']): string {
  const reason = decision.outcome === 'pass-through' ? decision.reason : 'instance-or-nothing';
  const variable = candidates.find(({ state }) => state === 'won')?.value;
  return typeof variable === 'string' ? `${ambient[reason]} (${variable})` : ambient[reason];
}

/** Account and role of a web identity, which its role ARN tells. */
function webIdentity(reason: PassThroughReason | undefined, env: Environment): { account?: string; role?: string } {
  const [, account, role] =
    /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(env['AWS_ROLE_ARN'] ?? '') ?? [];
  return reason !== 'web-identity' || account === undefined || role === undefined ? {} : { account, role };
}

/** What lost against the credentials that are used, and would surprise you: variables of the shell, and a default profile that can't work. */
function ignoredSources(
  { candidates }: ResolvedProject['detection'],
  profile: Pick<ChosenProfile, 'name'> | undefined,
): string[] {
  return candidates.flatMap(({ source, where, value, state, note }) => {
    if (state === 'unusable') return [`default profile not used: ${note ?? 'it cannot work'}`];
    if (state !== 'shadowed' || value === profile?.name) return [];
    if (source === 'environment-keys') return ['keys in the environment ignored'];
    return source === 'aws-profile' || source === 'aws-default-profile' ? [`${where}=${String(value)} ignored`] : [];
  });
}

/** How long the credentials last, seconds; `undefined` if no file or variable tells. */
function secondsLeft(
  { clock, env }: Pick<Context, 'clock' | 'env'>,
  profile: Pick<ChosenProfile, 'source'> | undefined,
  outcome: EnsureProfileOutcome,
): number | undefined {
  const leaf = profile && leafSource(profile.source);
  const expiresAt =
    outcome.state === 'ready'
      ? outcome.token.expiresAt
      : leaf?.kind === 'temporary'
        ? leaf.expiresAt
        : profile === undefined
          ? environmentExpiry(env)
          : undefined;
  return expiresAt === undefined ? undefined : Math.floor((expiresAt.getTime() - clock.now()) / 1000);
}

/** When the keys in the environment expire, if the tool that exported them said so (AWS CLI, granted, aws-vault). */
function environmentExpiry(env: Environment): Date | undefined {
  const text = env['AWS_CREDENTIAL_EXPIRATION'] || env['AWS_SESSION_EXPIRATION'];
  return text === undefined || text === '' || env['AWS_ACCESS_KEY_ID'] === undefined ? undefined : parseExpiry(text);
}

/** Why the keys in the environment can't work, if their expiry has passed. */
export function expiredEnvironmentKeys(
  { clock, env }: Pick<Context, 'clock' | 'env'>,
  { detection, config }: ResolvedProject,
): MessageParts | undefined {
  const isUsed = detection.outcome === 'pass-through' && detection.reason === 'environment-keys';
  const expiresAt = environmentExpiry(env);
  if (!isUsed || expiresAt === undefined || expiresAt.getTime() > clock.now()) return undefined;
  const variable = env['AWS_CREDENTIAL_EXPIRATION'] ? 'AWS_CREDENTIAL_EXPIRATION' : 'AWS_SESSION_EXPIRATION';
  const named = env['AWS_PROFILE'];
  const isKnown = named !== undefined && config.profiles.has(named);
  return {
    what: `the keys in the environment expired ${formatDuration((clock.now() - expiresAt.getTime()) / 1000)} ago (${variable})`,
    why: 'cdk uses keys in the environment before any profile, AWS_PROFILE included.',
    next: [
      { say: 'Remove them:' },
      {
        run: 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION',
      },
      ...(isKnown ? [{ say: `Or use the profile for this run: add --profile ${named}.` }] : []),
    ],
  };
}

/**
 * What helps if no credentials were found, for a command that needs them; `undefined` if there are some. `cdk` is run all the same: on an EC2
 * instance it finds the instance's role.
 */
export function nothingFound(
  { env }: Pick<Context, 'env'>,
  { detection, config }: ResolvedProject,
): MessageParts | undefined {
  if (detection.outcome !== 'pass-through') return undefined;
  if (detection.reason !== 'instance-or-nothing' && detection.reason !== 'settings-only') return undefined;
  const isCancelled = detection.candidates.some(({ state }) => state === 'cancelled');
  if (isCancelled) return undefined;
  const what = 'no AWS credentials found: no profile is selected, and there are none in the environment';
  if (isCi(env)) {
    return {
      what,
      why: 'In CI, the pipeline brings its own credentials.',
      next: [{ say: 'Give it an OIDC role or keys in its environment. See docs/ci.md of cdkx.' }],
    };
  }
  const hasProfiles = config.profiles.size > 0;
  return {
    what,
    why: hasProfiles
      ? 'There are profiles on this machine, but none is selected for this project.'
      : 'There is no AWS profile on this machine.',
    next: hasProfiles
      ? [{ say: 'Save a profile for this project, or add --profile:' }, { run: 'cdkx profile pin' }]
      : [{ say: 'Create profiles from your AWS access portal:' }, { run: 'cdkx sso configure' }],
  };
}
