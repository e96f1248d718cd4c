import type { Context } from './context.ts';
import {
  createCredentialsProvider,
  type CredentialsProvider,
  type RoleCredentials,
} from './credentials/role-credentials.ts';
import { type AccountHost, registerAnswers } from './plugin/register.ts';
import { createProcessContext } from './process-context.ts';
import type { Candidate } from './profile/detect/types.ts';
import { sourceAccount, sourceRole } from './profile/source.ts';
import {
  accountSettings,
  type EnsuredBefore,
  ensureFound,
  fetchCredentials,
  findProfile,
  type FoundProfile,
  inProject,
  type ProjectOptions,
  reporterOf,
} from './programmatic.ts';
import { unregisteredAccountsMessage } from './project/accounts.ts';
import { announceDetection } from './run/announce.ts';
import { accountsBlock } from './run/project.ts';

/**
 * The API of cdkx: finds the AWS profile of a CDK project, ensures its SSO session, and provides its role credentials, also as
 * base credentials for `@aws-cdk/toolkit-lib`. Errors that the user can fix are thrown as {@link UserError}.
 *
 * @example
 * ```ts
 * import { Toolkit } from '@aws-cdk/toolkit-lib';
 * import { cdkxCredentials } from 'cdkx';
 *
 * const credentials = cdkxCredentials({ stage: 'prod' });
 * const toolkit = new Toolkit({ sdkConfig: { baseCredentials: credentials } });
 * credentials.registerAccounts(toolkit.pluginHost); // for `accounts` in the project block
 * ```
 *
 * The account guard applies. Whether a run may enter a stage, and the confirmation of protected stages, are checked by the command line only:
 * a program decides that for itself.
 *
 * @module
 */

export type { ProjectOptions } from './programmatic.ts';
export type { AccountHost } from './plugin/register.ts';
export type { CredentialsProvider } from './credentials/role-credentials.ts';
export type { Candidate } from './profile/detect/types.ts';
export type { RoleCredentials } from './credentials/role-credentials.ts';
export type { MessageParts } from './messages/errors.ts';
export { type ErrorCode, exitCode, UserError } from './messages/errors.ts';

/** The profile of a project, as far as files and environment determine it. */
export interface DetectedProfile {
  /** The profile's name; absent for credentials of the environment (a key pair, web identity, a container, an instance). */
  readonly profile?: string;
  /** Where the profile was found: `context.cdkx.profile in cdk.json`, `AWS_PROFILE`. */
  readonly where?: string;
  /** The account and role of the profile, if the files contain them. */
  readonly account?: string;
  readonly role?: string;
  /** Every source in order of precedence, and whether it was used. */
  readonly candidates: readonly Candidate[];
}

/** A valid session. */
export interface EnsuredSession extends DetectedProfile {
  /** When the access token expires; absent for profiles without an SSO session. */
  readonly expiresAt?: Date;
}

/** A base-credentials provider for `@aws-cdk/toolkit-lib` (`IBaseCredentialsProvider`). */
export interface BaseCredentialsProvider {
  sdkBaseConfig(): Promise<{ readonly credentialProvider: CredentialsProvider; readonly defaultRegion: string }>;
  /**
   * Provides credentials for the other accounts of the project, each from its profile in `accounts` of the project block, with the options
   * of these credentials. Call it before the first action of the toolkit; `host` is its `pluginHost`.
   */
  registerAccounts(host: AccountHost): void;
}

/**
 * Finds the project's profile, in the order of `cdkx`. Doesn't prompt, change anything or use the network.
 *
 * @throws UserError 78 for a profile that is not defined, several that match a pin, or a file or project block that cannot be used.
 */
export function detectProfile(options: ProjectOptions = {}): DetectedProfile {
  return describe(find(options));
}

/**
 * Makes the project's SSO session valid: refreshes it silently, or signs in if `login` allows it. Checks the account.
 * For profiles without an SSO session, only checks the account.
 *
 * @throws UserError 77 if not signed in, 69 if AWS is unreachable, 78 for a wrong account, 130 if the user declined.
 */
export async function ensureSession(options: ProjectOptions = {}): Promise<EnsuredSession> {
  const found = findAloud(options);
  const outcome = await ensureFound(found, { tokenFor: 'cache' });
  return { ...describe(found), ...(outcome.state === 'ready' ? { expiresAt: outcome.token.expiresAt } : {}) };
}

/**
 * Ensures the session and fetches the credentials of the project's profile; without a profile, those that the AWS SDK finds.
 *
 * @throws UserError as {@link ensureSession}, and 77 without access to the role.
 */
export async function roleCredentials(options: ProjectOptions = {}): Promise<RoleCredentials> {
  return fetchCredentials(findAloud(options));
}

/**
 * Creates base credentials for `@aws-cdk/toolkit-lib`. Finds the profile and ensures its session when the toolkit starts, so
 * that errors are reported, and renews credentials before they expire, also in long deployments. They are for one
 * account; use `registerAccounts` for the others.
 */
export function cdkxCredentials(options: ProjectOptions = {}): BaseCredentialsProvider {
  let isRegistered = false;
  return {
    registerAccounts: (host) => {
      isRegistered = true;
      registerAnswers(host, async () => {
        const { createAccountAnswers } = await import('./plugin/provider-source.ts');
        return createAccountAnswers(inProject(createContext(), options), () => accountSettings(find(options)));
      });
    },
    sdkBaseConfig: async () => {
      const found = findAloud(options);
      const hasAccounts = accountsBlock(found.project) !== undefined;
      if (!isRegistered && hasAccounts) reporterOf(found).warn(unregisteredAccountsMessage());
      await ensureFound(found, { tokenFor: 'child' });
      const before: EnsuredBefore = {};
      const credentialProvider = createCredentialsProvider(found.ctx.clock, () => fetchCredentials(found, before));
      return { credentialProvider, defaultRegion: found.project.region.region };
    },
  };
}

function find(options: ProjectOptions): FoundProfile {
  return findProfile(createContext(), options);
}

function createContext(): Context {
  return createProcessContext(import.meta.filename);
}

function findAloud(options: ProjectOptions): FoundProfile {
  const found = find(options);
  announceDetection(found.project, reporterOf(found));
  return found;
}

function describe({ chosen, project: { detection } }: FoundProfile): DetectedProfile {
  const { candidates } = detection;
  if (chosen === undefined) return { candidates };
  const where = candidates.find(({ source }) => source === chosen.origin)?.where;
  const [account, role] = [sourceAccount(chosen.source), sourceRole(chosen.source)];
  return {
    profile: chosen.name,
    ...(where === undefined ? {} : { where }),
    ...(account === undefined ? {} : { account }),
    ...(role === undefined ? {} : { role }),
    candidates,
  };
}
