import type { SharedConfig } from '../../aws-config/shared-config.ts';
import type { Context, HttpSettings } from '../../context.ts';
import { callerAccount } from '../../credentials/caller-account.ts';
import { roleCredentials, type RoleCredentialsRequest } from '../../credentials/role-credentials.ts';
import { exitCode, UserError } from '../../messages/errors.ts';
import { IdentityCenterFailure, withIdentityCenter } from '../../sso/identity-center/client.ts';
import type { OtherCredentials, SessionEntry } from '../shared/sessions.ts';
import type { PortalAnswer } from './status-format.ts';

/** Checks each unexpired token with the access portal. Returns the answers by the token file's path. */
export async function checkSessions(
  ctx: Pick<Context, 'requestHandler' | 'clock'>,
  sessions: readonly SessionEntry[],
  http: HttpSettings,
): Promise<ReadonlyMap<string, PortalAnswer>> {
  const unexpired = sessions.filter(
    ({ expiresAt }) => expiresAt !== undefined && expiresAt.getTime() > ctx.clock.now(),
  );
  const answers = await Promise.all(unexpired.map(async (entry) => [entry.path, await ask(ctx, entry, http)] as const));
  return new Map(answers);
}

async function ask(
  ctx: Pick<Context, 'requestHandler'>,
  { session, token }: SessionEntry,
  http: HttpSettings,
): Promise<PortalAnswer> {
  if (token === undefined) return 'ended';
  const { accessToken } = token;
  try {
    await withIdentityCenter(ctx, session, http, (identityCenter) => identityCenter.listAccounts({ accessToken }));
    return 'active';
  } catch (error) {
    if (!(error instanceof IdentityCenterFailure)) throw error;
    return error.kind === 'unauthorized' ? 'ended' : 'unreachable';
  }
}

/** Checks short-term credentials without a known expiration with STS. If STS is unreachable, they stay unknown. */
export async function checkCredentials(
  ctx: Context,
  others: readonly OtherCredentials[],
  request: Omit<RoleCredentialsRequest, 'profile'> & { readonly config: SharedConfig },
): Promise<OtherCredentials[]> {
  return Promise.all(
    others.map(async (other) => {
      if (other.state !== 'unknown') return other;
      const named = { ...request, profile: other.profile };
      try {
        await callerAccount(ctx, named, await roleCredentials(ctx, named));
        return { ...other, state: 'valid' };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return error.exitCode === exitCode.notSignedIn ? { ...other, state: 'expired', usable: false } : other;
      }
    }),
  );
}
