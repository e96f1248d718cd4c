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
  mapsAccounts,
  type ProjectOptions,
  warnOfDetection,
} from './programmatic.ts';
import { unregisteredAccountsMessage } from './project/accounts.ts';
import { createReporter } from './terminal/reporter.ts';

/**
 * cdkx from a program: which AWS profile a CDK project means, its SSO session made sure of, its role credentials, and all of that as
 * base credentials for `@aws-cdk/toolkit-lib`. Whatever a user can put right is thrown as a {@link UserError}.
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

/** What a project means, as far as files and environment tell. */
export interface DetectedProfile {
  /** The profile's name; absent where the credentials of the environment are meant (a key pair, web identity, a container, an instance). */
  readonly profile?: string;
  /** Where the profile was found: `context.cdkx.profile in cdk.json`, `AWS_PROFILE`. */
  readonly where?: string;
  /** The account and the role it leads to, where the files tell them. */
  readonly account?: string;
  readonly role?: string;
  /** Every source that was looked at, in order of precedence, and what became of it. */
  readonly candidates: readonly Candidate[];
}

/** A session that can be used now. */
export interface EnsuredSession extends DetectedProfile {
  /** When the access token ends; absent for profiles without an SSO session. */
  readonly expiresAt?: Date;
}

/** A base-credentials provider as `@aws-cdk/toolkit-lib` takes it (`IBaseCredentialsProvider`). */
export interface BaseCredentialsProvider {
  sdkBaseConfig(): Promise<{ readonly credentialProvider: CredentialsProvider; readonly defaultRegion: string }>;
  /**
   * Serves the other accounts of the project, each with its own profile as `accounts` in the project block says, under the options that
   * these credentials were made with. Wanted before the first action of the toolkit; `host` is its `pluginHost`.
   */
  registerAccounts(host: AccountHost): void;
}

/**
 * Finds the profile that the project means, in the order in which `cdkx` looks. Nothing is asked, changed or sent.
 *
 * @throws UserError 78 for a profile that is not defined, several that match a pin, or a file or project block that cannot be used.
 */
export function detectProfile(options: ProjectOptions = {}): DetectedProfile {
  return describe(find(options));
}

/**
 * Makes sure that the project's SSO session is valid: refreshed silently, or logged in as `login` allows. The account guard holds.
 * For profiles without an SSO session only the guard is asked.
 *
 * @throws UserError 77 where nobody signed in, 69 when AWS cannot be reached, 78 for a wrong account, 130 when the person declined.
 */
export async function ensureSession(options: ProjectOptions = {}): Promise<EnsuredSession> {
  const found = findAloud(options);
  const outcome = await ensureFound(found, { tokenFor: 'cache' });
  return { ...describe(found), ...(outcome.state === 'ready' ? { expiresAt: outcome.token.expiresAt } : {}) };
}

/**
 * The short-lived keys of the project's profile, its session ensured first; without a profile, those that the AWS SDK finds by itself.
 *
 * @throws UserError as {@link ensureSession}, and 77 where there is no access to the role.
 */
export async function roleCredentials(options: ProjectOptions = {}): Promise<RoleCredentials> {
  return fetchCredentials(findAloud(options));
}

/**
 * Base credentials for `@aws-cdk/toolkit-lib`: the project's profile is found and its session made sure of when the toolkit starts, so
 * that a failure is told and not swallowed; credentials are renewed near their end, in long deployments too. They are those of one
 * account: `registerAccounts` serves the others.
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
      if (!isRegistered && mapsAccounts(found)) {
        createReporter(found.ctx, found.cdkxSettings.level).warn(unregisteredAccountsMessage());
      }
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
  warnOfDetection(found);
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
