import type { Context } from '../context.ts';
import type { CredentialSource } from '../profile/credential-source.ts';
import type { SourceId } from '../profile/detect-types.ts';
import { ensuredCredentials } from '../profile/ensured-credentials.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { roleCredentials, type RoleCredentials } from '../profile/role-credentials.ts';
import type { SessionRequest } from '../sso/session-request.ts';
import type { SsoToken } from '../sso/token.ts';
import { severalMatchesMessage, unknownProfileMessage } from '../profile/unknown-profile-message.ts';
import { createReporter } from '../terminal/create-reporter.ts';
import { isCi } from '../terminal/interactive.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { announceDetection } from './announce.ts';
import { expectedAccount, guardAccount, guardAccountBySts } from './guard-account.ts';
import {
  loginPolicy,
  resolveProgrammaticProject,
  type ProgrammaticProject,
  type ProjectOptions,
} from './programmatic-project.ts';

/** A project with the profile that it means; without one, the credentials of the environment are meant. */
export interface FoundProfile extends ProgrammaticProject {
  readonly chosen?: { readonly name: string; readonly source: CredentialSource; readonly origin: SourceId };
}

/** What the calls of a program are called in messages. */
const command = 'cdkx';

/**
 * Finds the profile without asking anybody.
 *
 * @throws UserError 78 for a profile that is not defined and for several that match a pin.
 */
export function findProfile(base: Context, options: ProjectOptions): FoundProfile {
  const found = resolveProgrammaticProject(base, options);
  const { detection, config } = found.project;
  if (detection.outcome === 'several-matches') {
    throw new UserError(exitCode.configuration, severalMatchesMessage(detection));
  }
  if (detection.outcome === 'not-defined') {
    throw new UserError(exitCode.configuration, unknownProfileMessage(detection, config));
  }
  if (detection.outcome !== 'profile') return found;
  const { name, credentialSource: source, origin } = detection;
  return { ...found, chosen: { name, source, origin } };
}

/** Writes what detection found worth a warning. */
export function warnOfDetection({ ctx, project, own }: FoundProfile): void {
  announceDetection(project, createReporter(ctx, own.level));
}

/** How a session is made valid: see `SessionRequest`. */
type EnsureOptions = Pick<SessionRequest, 'tokenFor' | 'refused' | 'held' | 'endingSoon'>;

/** A session that was ensured before: a person has heard of its end, and it may be that only this process has its last token. */
export interface EnsuredBefore {
  token?: SsoToken;
}

/**
 * Makes the profile's session valid and checks the account.
 *
 * @throws UserError as `ensureProfile`, and 78 for a wrong account.
 */
export async function ensureFound(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const outcome = await ensureByFiles(found, options);
  await guardBySts(found);
  return outcome;
}

/**
 * The keys of the profile, its session ensured first, or those of the environment; their account is checked before they are handed out.
 * `before`: the session was ensured before, and its token is noted there.
 *
 * @throws UserError as `ensureFound` and `roleCredentials`.
 */
export async function fetchCredentials(found: FoundProfile, before?: EnsuredBefore): Promise<RoleCredentials> {
  const { ctx, project, own, chosen } = found;
  const { http, config } = project;
  const credentials = await ensuredCredentials(
    async (refused) => {
      const known: EnsureOptions = before === undefined ? {} : { held: before.token, endingSoon: 'use' };
      const outcome = await ensureByFiles(found, { tokenFor: 'self', refused, ...known });
      if (before !== undefined && outcome.state === 'ready') before.token = outcome.token;
      return outcome;
    },
    async (token) => {
      if (chosen !== undefined) {
        const reporter = createReporter(ctx, own.level);
        return roleCredentials(ctx, { profile: chosen.name, http, config, reporter, command, token });
      }
      const { environmentCredentials } = await import('../profile/environment-credentials.ts');
      return environmentCredentials(ctx, { http, config });
    },
  );
  await guardBySts(found, credentials);
  return credentials;
}

/** The session made valid, and the account guard as far as the files tell the account. */
async function ensureByFiles(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const { ctx, project, own, chosen } = found;
  judgeByFiles(found);
  if (chosen === undefined) return { state: 'not-checked' };
  return ensureProfile(ctx, {
    profile: chosen.name,
    source: chosen.source,
    requirement: 'required',
    login: loginPolicy(found),
    reporter: createReporter(ctx, own.level),
    http: project.http,
    deviceCode: own.deviceCode,
    noBrowser: own.noBrowser,
    inCi: isCi(ctx.env),
    command,
    ...options,
  });
}

function judgeByFiles({ ctx, project, own, chosen }: FoundProfile) {
  const used = chosen === undefined ? {} : { profile: chosen.name, source: chosen.source };
  const expected = expectedAccount(project, chosen?.origin);
  const reporter = createReporter(ctx, own.level);
  return { used, expected, reporter, verdict: guardAccount(expected, used, true, reporter) };
}

/** The account guard where only STS can tell: of `credentials` where there are some, so that nothing is fetched twice. */
async function guardBySts(found: FoundProfile, credentials?: RoleCredentials): Promise<void> {
  const { used, expected, reporter, verdict } = judgeByFiles(found);
  if (verdict !== 'ask-sts') return;
  await guardAccountBySts(found.ctx, found.project, expected, used, { required: true, reporter, command, credentials });
}

/** The region that `cdk` would take: of the environment, else of the profile, else us-east-1. */
export function defaultRegion({ ctx: { env }, project: { config }, chosen }: FoundProfile): string {
  const names = ['AWS_REGION', 'AMAZON_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_DEFAULT_REGION'];
  const inEnvironment = names.map((name) => env[name]).find((region) => region !== undefined && region !== '');
  const profile = chosen?.name ?? env['AWS_PROFILE'] ?? 'default';
  const inFiles = [profile, 'default'].map((name) => config.profiles.get(name)?.['region']).find(Boolean);
  return inEnvironment ?? inFiles ?? 'us-east-1';
}
