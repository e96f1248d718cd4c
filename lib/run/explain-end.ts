import { sessionName, type SsoSession } from '../sso/session.ts';
import { quoteArguments } from '../messages/text.ts';
import type { Context } from '../context.ts';
import type { MessageParts, Reporter, NextStep } from '../messages/errors.ts';
import { type CredentialSource, leafSource } from '../profile/source.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import { checkPortal, type PortalVerdict } from '../sso/identity-center/portal.ts';
import type { ResolvedProject } from './project.ts';

/** What a message about a failed command needs to know. */
export interface FailedDelegation {
  readonly verdict: PortalVerdict;
  readonly profile: string;
  readonly session: SsoSession;
  readonly accountId: string;
  readonly roleName: string;
  /** `region` of the token on disk: where the login that made it happened. */
  readonly tokenRegion?: string | undefined;
}

/**
 * After a required command failed: asks the portal once whether the session and the role are still good, and says so where they are
 * not. Silent where credentials were not the cause, and where the portal does not answer in time.
 */
export async function explainFailedRun(
  ctx: Context,
  project: ResolvedProject,
  profile: { readonly name: string; readonly source: CredentialSource },
  reporter: Reporter,
): Promise<void> {
  const leaf = leafSource(profile.source);
  if (leaf.kind !== 'sso-session' && leaf.kind !== 'legacy-sso') return;
  const found = readToken(ctx, leaf.session);
  if (found.state !== 'present') return;
  const { session, accountId, roleName } = leaf;
  const access = { session, token: found.token, http: project.http };
  const verdict = await checkPortal(ctx, access, { accountId, roleName });
  const message = explainFailure({
    verdict,
    profile: profile.name,
    session,
    accountId,
    roleName,
    tokenRegion: found.token.region,
  });
  if (message !== undefined) reporter.error(message);
}

/** Why the command failed and what to run next, where the session or the role was the cause; else undefined. */
export function explainFailure(failed: FailedDelegation): MessageParts | undefined {
  const { verdict } = failed;
  if (verdict.state === 'revoked') return explainRevoked(failed);
  return verdict.state === 'no-access' ? explainNoAccess(failed, verdict.roles) : undefined;
}

function explainRevoked({ profile, session, tokenRegion }: FailedDelegation): MessageParts {
  const name = sessionName({ session });
  // The portal of another region answers a good token as it answers a revoked one (aws-sdk-js-v3#6864).
  if (tokenRegion !== undefined && tokenRegion !== session.region) {
    return {
      what: `IAM Identity Center in ${session.region} does not know ${name}.`,
      why: `Its login happened in ${tokenRegion}, but sso_region in ~/.aws/config says ${session.region}.`,
      next: [
        { say: `If ${tokenRegion} is right, write sso_region = ${tokenRegion}; else sign in again:` },
        ...login(profile),
      ],
    };
  }
  return {
    what: `IAM Identity Center no longer accepts ${name}, though its token has not expired.`,
    why: `It was ended elsewhere (a logout, an administrator), or sso_region = ${session.region} is not its region.`,
    next: [{ say: 'Sign in again, then run the command again:' }, ...login(profile)],
  };
}

function login(profile: string): NextStep[] {
  return [{ run: quoteArguments(['cdkx', 'sso', 'login', '--force', '--profile', profile]) }];
}

function explainNoAccess(failed: FailedDelegation, roles: readonly string[] | undefined): MessageParts {
  const { profile, accountId, roleName } = failed;
  const known = roles === undefined ? [] : [describeRoles(accountId, roles)];
  return {
    what: `you have no access to account ${accountId} as ${roleName} (profile "${profile}").`,
    why: ['The session is good, but IAM Identity Center does not give you this role there.', ...known],
    next:
      roles === undefined || roles.length === 0
        ? [{ say: 'Ask for the role to be assigned to you, or choose another profile:' }, { run: 'cdkx profile list' }]
        : [
            { say: 'Add a profile with one of them, or choose another:' },
            { run: 'cdkx sso configure' },
            { run: 'cdkx profile list' },
          ],
  };
}

function describeRoles(accountId: string, roles: readonly string[]): string {
  return roles.length === 0
    ? `You have no role at all in account ${accountId}.`
    : `Your roles in account ${accountId}: ${roles.join(', ')}.`;
}
