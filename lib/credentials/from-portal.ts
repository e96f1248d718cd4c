import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import { toSentence } from '../messages/format-message.ts';
import type { SsoSource } from '../profile/source.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { type FailureKind, IdentityCenterFailure, withIdentityCenter } from '../sso/identity-center/client.ts';
import { failureError } from '../sso/identity-center/failures.ts';
import { loginCommand } from '../sso/login-command.ts';
import { sessionName } from '../sso/session.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './types.ts';

/**
 * The role credentials of an SSO profile from the access portal (`GetRoleCredentials`), with the token that is given, or else on disk.
 *
 * @throws UserError 77 without a token that is valid, when the portal takes it for ended, or without access to the role;
 *   69 when the portal cannot be reached.
 */
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
    cached.state === 'present' ? 'its token has expired' : 'it has no token here',
    false,
  );
}

/** The session has ended although a command counted on it: a login helps. Exit code 77. */
export class SessionEndedError extends UserError {
  /** @param looksGood Whether the token on disk has not expired: only a forced login replaces it. */
  constructor(source: SsoSource, why: string, looksGood: boolean, options?: { cause?: unknown }) {
    super(
      'NotSignedIn',
      {
        what: `${sessionName(source)} is not valid`,
        why: toSentence(why),
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

/** The portal's answers for an account or a role that this person does not have. */
const noAccess: ReadonlySet<FailureKind> = new Set<FailureKind>(['forbidden', 'not-found', 'invalid-request']);

function explainFailure(failure: IdentityCenterFailure, source: SsoSource): UserError {
  const options = { cause: failure };
  if (failure.kind === 'unauthorized') {
    const why = 'the access portal refused its token: it was ended elsewhere, or it is of another region';
    return new SessionEndedError(source, why, true, options);
  }
  if (noAccess.has(failure.kind)) return new UserError('NoAccess', explainNoAccess(failure, source), options);
  return failureError(failure, source);
}

function explainNoAccess(failure: IdentityCenterFailure, source: SsoSource): MessageParts {
  const { accountId, roleName, profile, session } = source;
  return {
    what: `profile "${profile}" has no access to role ${roleName} in account ${accountId}`,
    why: [
      `You are signed in to ${sessionName({ session })}, and the access portal answered ${failure.code}.`,
      'The role is not assigned to you there, or is misspelt: signing in again does not help.',
    ],
    next: [{ say: 'See which accounts and roles you have:' }, { run: 'cdkx sso configure' }],
  };
}
