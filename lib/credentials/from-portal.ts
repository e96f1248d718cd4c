import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import type { SsoSource } from '../profile/source.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { type FailureKind, IdentityCenterFailure, withIdentityCenter } from '../sso/identity-center/client.ts';
import { failureError } from '../sso/identity-center/failures.ts';
import { loginCommand } from '../sso/login-command.ts';
import { sessionName } from '../sso/session.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './types.ts';

/** From the access portal. Throws a UserError: 77 without a valid token or the role, 69 if it is unreachable. */
export async function ssoRoleCredentials(
  ctx: Context,
  { http, token }: Pick<RoleCredentialsRequest, 'http' | 'token'>,
  source: SsoSource,
): Promise<RoleCredentials> {
  const { session, accountId, roleName } = source;
  const { accessToken } = token ?? tokenOnDisk(ctx, source);
  try {
    const keys = await withIdentityCenter(ctx, session, http, (identityCenter) =>
      identityCenter.getRoleCredentials({ accessToken, accountId, roleName }),
    );
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = keys;
    return { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt, accountId };
  } catch (error) {
    throw error instanceof IdentityCenterFailure ? explainFailure(error, source) : error;
  }
}

function tokenOnDisk(ctx: Context, source: SsoSource): SsoToken {
  const cached = readToken(ctx, source.session);
  if (cached.state === 'present' && cached.token.expiresAt.getTime() > ctx.clock.now()) return cached.token;
  throw new SessionEndedError(
    source,
    cached.state === 'present' ? 'Its token has expired.' : 'There is no token for it on this machine.',
    false,
  );
}

/** The session is no longer valid, and signing in again helps. Exit code 77. */
export class SessionEndedError extends UserError {
  /** @param looksGood Whether the token on disk hasn't expired, so that only a forced sign-in replaces it. */
  constructor(source: SsoSource, why: string, looksGood: boolean, options?: { cause?: unknown }) {
    super(
      'NotSignedIn',
      {
        what: `${sessionName(source)} is not valid`,
        why: why,
        next: [
          { say: 'Sign in again:' },
          { run: `${loginCommand(source.session, source.profile)}${looksGood ? ' --force' : ''}` },
        ],
      },
      options,
    );
    this.name = 'SessionEndedError';
  }
}

/** The role isn't assigned to the user. Exit code 77. */
export class NoAccessError extends UserError {
  readonly source: SsoSource;

  constructor(parts: MessageParts, source: SsoSource, options?: { cause?: unknown }) {
    super('NoAccess', parts, options);
    this.source = source;
  }
}

/** How the portal responds to a request for a role that isn't assigned to the user. */
const noAccess: ReadonlySet<FailureKind> = new Set<FailureKind>(['forbidden', 'not-found', 'invalid-request']);

function explainFailure(failure: IdentityCenterFailure, source: SsoSource): UserError {
  const options = { cause: failure };
  if (failure.kind === 'unauthorized') {
    const why = 'The access portal rejected its token: the session was revoked, or the token is for another Region.';
    return new SessionEndedError(source, why, true, options);
  }
  if (noAccess.has(failure.kind)) return new NoAccessError(explainNoAccess(failure, source), source, options);
  return failureError(failure, source);
}

function explainNoAccess(failure: IdentityCenterFailure, source: SsoSource): MessageParts {
  const { accountId, roleName, profile, session } = source;
  return {
    what: `profile "${profile}" has no access to role ${roleName} in account ${accountId}`,
    why: [
      `You are signed in to ${sessionName({ session })}, and the access portal responded with ${failure.code}.`,
      "The role isn't assigned to you in that account, or is misspelled. Signing in again doesn't help.",
    ],
    next: [{ say: 'To see your accounts and roles, run:' }, { run: 'cdkx sso configure' }],
  };
}
