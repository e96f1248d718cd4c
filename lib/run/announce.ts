import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findIgnoredSection } from '../aws-config/shared-config.ts';
import { findSkippedLines } from '../aws-config/skipped-lines.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import { optionsOf } from '../cdk/settings.ts';
import type { Context } from '../context.ts';
import type { MessageParts, NextStep, Reporter } from '../messages/errors.ts';
import { formatDuration, shellWord } from '../messages/text.ts';
import { pinRows } from '../profile/detect/detect.ts';
import type { Candidate, PassThroughReason } from '../profile/detect/types.ts';
import { environmentExpiry, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import {
  type CredentialSource,
  leafSource,
  sourceAccount,
  sourceKinds,
  sourceRole,
  type SsoSource,
} from '../profile/source.ts';
import { consoleHome, consoleUrl, isRegionName, stackUrl } from '../sso/start-url.ts';
import { tokenStatus } from '../sso/cache/token.ts';
import { isCi } from '../system/environment.ts';
import { type ChosenProfile, isNothing, type ResolvedProject } from './project.ts';

/** What detection found worth saying: its warnings, and in verbose mode the lines of the shared config that `cdk` does not see. */
export function announceDetection({ detection, config }: ResolvedProject, reporter: Reporter): void {
  for (const warning of detection.warnings) reporter.warn(warning);
  if (reporter.level !== 'verbose') return;
  for (const { parsed, shownPath } of [config.files.config, config.files.credentials]) {
    for (const { line, reason } of findSkippedLines(parsed))
      reporter.verbose(`${shownPath}:${line}: ignored. ${reason}`);
  }
}

/** Warns if cdk.json is in a parent directory only, where `cdk` does not read it. */
export function announceParentProject(
  { cwd, home }: Pick<Context, 'cwd' | 'home'>,
  { settings }: Pick<ResolvedProject, 'settings'>,
  line: Pick<CdkCommandLine, 'option' | 'variable'>,
  reporter: Reporter,
): void {
  if (settings.project !== undefined || optionsOf(line, settings)('app') !== undefined) return;
  for (let folder = dirname(cwd); folder !== dirname(folder) && folder !== home; folder = dirname(folder)) {
    if (!existsSync(join(folder, 'cdk.json'))) continue;
    reporter.warn({
      what: `the current directory has no cdk.json, but ${folder} has one`,
      why: 'cdk reads cdk.json from the current directory only.',
      next: [{ say: 'Run the command in that directory:' }, { run: `cd ${shellWord(folder)}` }],
    });
    return;
  }
}

/** Prints the one line before `cdk` starts, and what to do if a command that requires credentials has none. */
export function announceCredentials(
  ctx: Context,
  project: ResolvedProject,
  run: {
    readonly profile: ChosenProfile | undefined;
    readonly outcome: EnsureProfileOutcome;
    readonly required: boolean;
  },
  reporter: Reporter,
): void {
  if (reporter.level === 'quiet') return;
  const { profile, outcome } = run;
  const line = formatCredentialsLine(
    profile === undefined ? environmentFacts(ctx, project) : profileFacts(ctx, project, profile, outcome),
  );
  const advice = profile === undefined && run.required && isNothing(project) ? whatHelps(ctx, project) : [];
  const link = profile && consoleLink(project, profile);
  reporter.notice(
    advice.length === 0 ? { what: line, link } : { what: line, why: whyNothing(ctx, project), next: advice },
  );
}

/** The account in the line before `cdk`, as a link to its console. With a role that is assumed, the portal would open another. */
function consoleLink(project: ResolvedProject, { name, source }: ChosenProfile): MessageParts['link'] {
  // A Region of the project could be part of another host's name.
  if (!('session' in source) || !isRegionName(project.regionWith(name).region)) return undefined;
  return { text: `account ${source.accountId}`, url: consoleAddress(project, name, source) };
}

/** The access portal's URL for the AWS console with a profile's account and role, at a stack or at the account. */
export function consoleAddress(
  { regionWith }: Pick<ResolvedProject, 'regionWith'>,
  profile: string,
  { session, accountId, roleName }: SsoSource,
  stack?: { readonly stackName: string; readonly region?: string | undefined },
): string {
  const { region, from } = regionWith(profile);
  const destination =
    stack === undefined
      ? consoleHome(session, from === undefined ? undefined : region)
      : stackUrl(session, { region: stack.region ?? region, stackName: stack.stackName });
  return consoleUrl(session, { accountId, roleName, destination });
}

/** Why nothing was found although something is there: a file or section that `cdk` can't read, one of two variables. */
function whyNothing({ env }: Pick<Context, 'env'>, { config }: Pick<ResolvedProject, 'config'>): string[] {
  const { files } = config;
  const ignored = findIgnoredSection(config, 'profile', 'default');
  return [
    ...[files.config, files.credentials].flatMap(({ parsed, shownPath, exists }, index) => {
      const variable = index === 0 ? 'AWS_CONFIG_FILE' : 'AWS_SHARED_CREDENTIALS_FILE';
      if (!exists && env[variable]) return [`${variable} is set to ${env[variable]}, but there is no such file.`];
      return parsed.text.includes('\0') ? [`cdk can't read ${shownPath}: it is UTF-16 text, not UTF-8.`] : [];
    }),
    ...(ignored === undefined
      ? []
      : [`cdk ignores the default section in ${ignored.file.shownPath}. ${ignored.section.header.reason}`]),
    ...pairs.flatMap(([has, lacks]) => (env[has] && !env[lacks] ? [`${has} has no effect without ${lacks}.`] : [])),
  ];
}

const pairs = [
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
] as const;

/** What to do in CI: nobody can sign in there. */
export const ciCredentials: readonly NextStep[] = [
  { say: 'Give this job credentials: OpenID Connect (OIDC), or keys in its environment.' },
];

export function whatHelps(
  ctx: Pick<Context, 'env'>,
  { config, block }: Pick<ResolvedProject, 'config' | 'block'>,
): readonly NextStep[] {
  if (isCi(ctx.env)) return ciCredentials;
  const create = [{ say: 'To create profiles from your AWS access portal:' }, { run: 'cdkx sso configure' }];
  const hasProfiles = [...config.profiles.keys()].some((name) => {
    const { kind } = leafSource(resolveCredentialSource(config, name, ctx.env));
    return kind !== 'none' && kind !== 'invalid';
  });
  if (hasProfiles && block?.effective.account !== undefined)
    return [
      ...create,
      { say: 'Or add --profile NAME, if one of these uses that account:' },
      { run: 'cdkx profile list' },
    ];
  return hasProfiles
    ? [
        { say: 'Add --profile NAME, or choose a profile for this project:' },
        { run: 'cdkx profile pin' },
        { say: 'Your profiles:' },
        { run: 'cdkx profile list' },
      ]
    : create;
}

/** Also said after a required command failed for want of credentials. */
export function nothingFoundMessage(ctx: Pick<Context, 'env'>, project: ResolvedProject): MessageParts {
  return {
    what: 'no AWS credentials were found for this command',
    why: whyNothing(ctx, project),
    next: whatHelps(ctx, project),
  };
}

export interface CredentialsFacts {
  /** The credentials, and where the choice came from. */
  readonly used: string;
  readonly stage?: string | undefined;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  readonly region?: string | undefined;
  /** How long they last: `7 h 12 min left`. */
  readonly left?: string | undefined;
  /** What does not count, and what else to know. */
  readonly notes?: readonly string[];
}

/** `profile acme-dev (--profile) · account 111111111111 · role Developer · region eu-west-1 · 7 h 12 min left · AWS_PROFILE=other ignored`. */
export function formatCredentialsLine(facts: CredentialsFacts): string {
  const { used, stage, account, role, region, left, notes = [] } = facts;
  const named = Object.entries({ stage, account, role, region }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return [used, ...named, ...(left === undefined ? [] : [left]), ...notes].join(' · ');
}

function profileFacts(
  ctx: Pick<Context, 'env' | 'clock'>,
  project: ResolvedProject,
  { name, source, origin, where }: ChosenProfile,
  outcome: EnsureProfileOutcome,
): CredentialsFacts {
  const candidate = project.detection.candidates.find((other) => other.source === origin);
  const kind = sourceLabel(source);
  const leaf = leafSource(source);
  return {
    used: `profile ${name} (${candidate?.state === 'matched' ? `matched by account, ${where}` : where})`,
    stage: shownStage(project),
    account: sourceAccount(source),
    role: sourceRole(source),
    region: shownRegion(project, name),
    left: timeLeft(outcome, source, ctx.clock.now()),
    notes: [
      ...(kind === undefined ? [] : [kind]),
      ...('hidden' in leaf && leaf.hidden !== undefined
        ? ['its SSO settings are ignored: access keys come first']
        : []),
      ...(outcome.state === 'continue-without'
        ? ['continuing without credentials: CDK_DEFAULT_ACCOUNT is not set']
        : []),
      ...ignored(project, name, source),
    ],
  };
}

/** The kind of credentials, if it is not a sign-in through IAM Identity Center. */
function sourceLabel(source: CredentialSource): string | undefined {
  const leaf = leafSource(source);
  if ('session' in leaf || leaf.kind === 'invalid') return undefined;
  return leaf.kind === 'ambient' ? `credential_source ${leaf.source}` : sourceKinds[leaf.kind];
}

function timeLeft(outcome: EnsureProfileOutcome, source: CredentialSource, now: number): string | undefined {
  if (outcome.state === 'ready') {
    const { secondsLeft, refreshable } = tokenStatus(outcome.token, outcome.source.session, now);
    return `${formatDuration(secondsLeft)} left${refreshable ? ', renews automatically' : ''}`;
  }
  const leaf = leafSource(source);
  return leaf.kind === 'temporary' ? untilText(leaf.expiresAt, now) : undefined;
}

function untilText(at: Date | undefined, now: number): string | undefined {
  if (at === undefined) return undefined;
  const seconds = (at.getTime() - now) / 1000;
  return seconds > 0 ? `${formatDuration(seconds)} left` : `expired ${formatDuration(-seconds)} ago`;
}

function environmentFacts(ctx: Pick<Context, 'env' | 'clock'>, project: ResolvedProject): CredentialsFacts {
  const { detection } = project;
  const reason = detection.outcome === 'pass-through' ? detection.reason : 'instance-or-nothing';
  const roleArn = ctx.env['AWS_ROLE_ARN'] ?? '';
  const source: CredentialSource | undefined =
    reason === 'web-identity' ? { kind: 'web-identity', profile: '', roleArn } : undefined;
  const winner = detection.candidates.find(({ state }) => state === 'won');
  const variable = typeof winner?.value === 'string' ? ` (${winner.value})` : '';
  return {
    used: environmentLabels[reason] + variable,
    stage: shownStage(project),
    account: source && sourceAccount(source),
    role: source && sourceRole(source),
    region: shownRegion(project),
    left: reason === 'environment-keys' ? untilText(environmentExpiry(ctx.env)?.expiresAt, ctx.clock.now()) : undefined,
    notes: ignored(project),
  };
}

const environmentLabels: Readonly<Record<PassThroughReason, string>> = {
  'environment-keys': 'keys in the environment',
  'web-identity': 'web identity in the environment',
  container: 'credentials of this container',
  'settings-only': 'no AWS credentials found',
  'instance-or-nothing': 'no AWS credentials found',
};

/** The stage, and how cdkx tells it to the app. */
function shownStage({ block }: ResolvedProject): string | undefined {
  const assignment = block?.stage.kind === 'chosen' ? block.stage.appStage?.assignment : undefined;
  const stage = block?.effective.stage;
  return assignment === undefined ? stage : `${stage} (--context ${assignment})`;
}

/** The region, and where it comes from unless that is the profile. */
function shownRegion({ regionWith }: Pick<ResolvedProject, 'regionWith'>, profile?: string): string {
  const { region, from } = regionWith(profile);
  return from === `profile ${JSON.stringify(profile)}` ? region : `${region} (${from ?? 'default'})`;
}

const variables: ReadonlySet<Candidate['source']> = new Set([
  'cdk-profile-variable',
  'aws-profile',
  'aws-default-profile',
]);
const pins: ReadonlySet<Candidate['source']> = new Set(pinRows);

/** Settings that are ignored: other profiles in the environment, credentials next to a profile, canceled pins, a `default` that can't work. */
function ignored({ detection }: ResolvedProject, used?: string, source?: CredentialSource): string[] {
  const needsKeys = source !== undefined && isFromEnvironment(source);
  return detection.candidates.flatMap(({ source: id, where, value, state, note }) => {
    if (state === 'settings-only') return [`${quoteName(value)} (${where}) has no credentials`];
    if (state === 'cannot-work') return [`${where} ignored: ${note ?? 'it cannot work'}`];
    if (state === 'cancelled' && pins.has(id)) return [`${quoteName(value)} (${where}) ignored`];
    if (state !== 'shadowed' || value === used) return [];
    if (variables.has(id)) return [`${where}=${String(value)} ignored`];
    if (used === undefined) return [];
    if (id === 'environment-keys') return needsKeys ? [] : ['keys in the environment ignored'];
    return id === 'web-identity' || id === 'container' ? [`${where} ignored`] : [];
  });
}

function quoteName(value: Candidate['value']): string {
  return typeof value === 'string' && value !== '' ? `profile ${JSON.stringify(value)}` : 'profile';
}

function isFromEnvironment(source: CredentialSource): boolean {
  const leaf = leafSource(source);
  return leaf.kind === 'ambient' && leaf.source === 'Environment';
}
