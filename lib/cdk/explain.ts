import type { PortalVerdict } from '../sso/portal.ts';
import { sessionName, type SsoSession } from '../sso/session.ts';
import type { MessageParts } from '../terminal/user-error.ts';
import type { CommandClass } from './command-class.ts';
import type { ChildEnd } from './delegate.ts';
import { quoteArguments } from './shell-quote.ts';

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

/** Whether a child's end is worth asking the portal: a required command that failed by itself. */
export function deservesExplanation(commandClass: CommandClass, end: ChildEnd): boolean {
  return commandClass === 'required' && 'code' in end && end.code !== 0;
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
      next: [`If ${tokenRegion} is right, write sso_region = ${tokenRegion}; else sign in again:`, ...login(profile)],
    };
  }
  return {
    what: `IAM Identity Center no longer accepts ${name}, though its token has not expired.`,
    why: `It was ended elsewhere (a logout, an administrator), or sso_region = ${session.region} is not its region.`,
    next: ['Sign in again, then run the command again:', ...login(profile)],
  };
}

function login(profile: string): string[] {
  return [`  ${quoteArguments(['cdkx', 'sso', 'login', '--force', '--profile', profile])}`];
}

function explainNoAccess(failed: FailedDelegation, roles: readonly string[] | undefined): MessageParts {
  const { profile, accountId, roleName } = failed;
  const known = roles === undefined ? [] : [describeRoles(accountId, roles)];
  return {
    what: `you have no access to account ${accountId} as ${roleName} (profile "${profile}").`,
    why: ['The session is good, but IAM Identity Center does not give you this role there.', ...known],
    next:
      roles === undefined || roles.length === 0
        ? ['Ask for the role to be assigned to you, or choose another profile:', '  cdkx profile list']
        : ['Add a profile with one of them, or choose another:', '  cdkx sso configure', '  cdkx profile list'],
  };
}

function describeRoles(accountId: string, roles: readonly string[]): string {
  return roles.length === 0
    ? `You have no role at all in account ${accountId}.`
    : `Your roles in account ${accountId}: ${roles.join(', ')}.`;
}
