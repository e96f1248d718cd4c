import type { Context, HttpSettings } from '../context.ts';
import { UserError } from '../terminal/user-error.ts';
import { IdentityCenterFailure, withIdentityCenter, type FailureKind, type IssuedToken } from './identity-center.ts';
import type { SsoSession } from './session.ts';
import { writeToken } from './token-cache.ts';
import type { SsoToken } from './token.ts';

/**
 * What became of a refresh. `refreshed`: with the reason where the new token could not be stored. `refused`: only a login helps.
 * `unavailable`: Identity Center gave no answer that settles it.
 */
export type RefreshResult =
  | { readonly outcome: 'refreshed'; readonly token: SsoToken; readonly notStored?: UserError }
  | { readonly outcome: 'refused'; readonly failure: IdentityCenterFailure }
  | { readonly outcome: 'unavailable'; readonly failure: IdentityCenterFailure };

/** Answers that say the session or its client is over. */
const refusals: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'invalid-grant',
  'invalid-client',
  'unauthorized-client',
  'expired-token',
  'access-denied',
  'unauthorized',
  'forbidden',
  'invalid-request',
]);

/**
 * Exchanges the token's refresh token for a new token (RFC 6749 section 6) and stores it. Call it while holding the session's lock, with a
 * token read after getting it. The old refresh token is kept where the answer brings none.
 */
export async function refreshToken(
  ctx: Context,
  session: SsoSession,
  token: SsoToken,
  options: { readonly http: HttpSettings; readonly signal?: AbortSignal | undefined },
): Promise<RefreshResult> {
  const { refreshToken: secret, clientId, clientSecret } = token;
  if (secret === undefined || clientId === undefined || clientSecret === undefined) {
    throw new TypeError('a token without refresh token or client cannot be refreshed');
  }
  try {
    const issued = await withIdentityCenter(ctx, session, options.http, (identityCenter) =>
      identityCenter.createToken(
        { grantType: 'refresh_token', refreshToken: secret, clientId, clientSecret },
        options.signal,
      ),
    );
    const renewed = renewToken(token, session, issued, ctx.clock.now());
    return { outcome: 'refreshed', token: renewed, ...store(ctx, session, renewed) };
  } catch (failure) {
    if (!(failure instanceof IdentityCenterFailure)) throw failure;
    return { outcome: refusals.has(failure.kind) ? 'refused' : 'unavailable', failure };
  }
}

function store(ctx: Context, session: SsoSession, token: SsoToken): { readonly notStored?: UserError } {
  try {
    writeToken(ctx, session, token);
    return {};
  } catch (error) {
    if (error instanceof UserError) return { notStored: error };
    throw error;
  }
}

/** The token on disk with what was issued in place of the old (`now` in milliseconds since the epoch). */
export function renewToken(old: SsoToken, session: SsoSession, issued: IssuedToken, now: number): SsoToken {
  return {
    ...old,
    startUrl: session.startUrl,
    region: session.region,
    accessToken: issued.accessToken,
    expiresAt: new Date(now + issued.expiresIn * 1000),
    ...(issued.refreshToken === undefined ? {} : { refreshToken: issued.refreshToken }),
  };
}
