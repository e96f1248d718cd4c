import type { Context } from '../context.ts';
import { IdentityCenterFailure, withIdentityCenter, type FailureKind } from '../sso/identity-center.ts';
import { nameAuthority } from '../sso/failure-message.ts';
import { sessionLabel } from '../sso/session.ts';
import { readToken } from '../sso/token-cache.ts';
import type { SsoToken } from '../sso/token.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import type { SsoSource } from './credential-source.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './role-credentials.ts';

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
  throw new SessionEndedError(source, cached.state === 'present' ? 'its token has expired' : 'it has no token here');
}

/** The session has ended although a command counted on it: a login helps. Exit code 77. */
export class SessionEndedError extends UserError {
  /** With `isRefused` the token looks good here, and a login that is not forced would leave it as it is. */
  constructor(
    source: SsoSource,
    why: string,
    options: { readonly cause?: unknown; readonly isRefused?: boolean } = {},
  ) {
    super(
      exitCode.notSignedIn,
      {
        what: `The SSO session ${sessionLabel(source.session)} of profile "${source.profile}" is not valid`,
        why: `${why[0]?.toUpperCase()}${why.slice(1)}.`,
        next: ['Log in again:', `    cdkx sso login --profile ${source.profile}${options.isRefused ? ' --force' : ''}`],
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
    return new SessionEndedError(source, why, { ...options, isRefused: true });
  }
  if (noAccess.has(failure.kind)) return new UserError(exitCode.notSignedIn, explainNoAccess(failure, source), options);
  return new UserError(
    exitCode.unavailable,
    {
      what: `The access portal gave no role credentials for profile "${source.profile}"`,
      why: failure.message,
      next:
        failure.kind === 'tls' ? nameAuthority : 'Check the network, the VPN and the proxy, and run the command again.',
    },
    options,
  );
}

function explainNoAccess(failure: IdentityCenterFailure, source: SsoSource): MessageParts {
  const { accountId, roleName, profile, session } = source;
  return {
    what: `Profile "${profile}" has no access to the role ${roleName} in account ${accountId}`,
    why: [
      `You are signed in (${sessionLabel(session)}), but the access portal answered ${failure.code}: the permission set was removed,`,
      'is not assigned to you, or the account or role is misspelt. Logging in again does not help.',
    ],
    next: ['See which accounts and roles you have:', '    cdkx sso configure'],
  };
}
