import { statSync } from 'node:fs';
import type { Context, HttpSettings } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { checkCacheFile } from '../cache/cache-file.ts';
import { currentToken, tokenPath, writeToken } from '../cache/token-cache.ts';
import { type SsoToken, tokenStatusFor, type TokenOnDisk, type TokenStatus } from '../cache/token.ts';
import {
  type FailureKind,
  IdentityCenterFailure,
  type IssuedToken,
  withIdentityCenter,
} from '../identity-center/client.ts';
import type { SsoSession } from '../session.ts';
import type { SessionOutcome, SessionRequest } from './types.ts';

/** `refused`: a sign-in is needed. `unavailable`: IAM Identity Center gave no conclusive response. */
export type RefreshResult =
  | { readonly outcome: 'refreshed'; readonly token: SsoToken; readonly notStored?: UserError }
  | { readonly outcome: 'refused'; readonly failure: IdentityCenterFailure }
  | { readonly outcome: 'unavailable'; readonly failure: IdentityCenterFailure };

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

/** Exchanges the refresh token (RFC 6749 section 6) and stores the new one. Needs a token read under the lock. */
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

/** The token on disk with the newly issued values (`now` in milliseconds since the epoch). */
function renewToken(old: SsoToken, session: SsoSession, issued: IssuedToken, now: number): SsoToken {
  return {
    ...old,
    startUrl: session.startUrl,
    region: session.region,
    accessToken: issued.accessToken,
    expiresAt: new Date(now + issued.expiresIn * 1000),
    refreshToken: issued.refreshToken ?? old.refreshToken,
  };
}

export function storageObstacle(ctx: Context, session: SsoSession): UserError | undefined {
  try {
    checkCacheFile(ctx, tokenPath(ctx, session));
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** How long to wait for another program to write the token it got with the same refresh token, milliseconds. */
export const othersWriteMs = 1_000;
/** Pause between two reads of a token file, milliseconds. */
const lookEveryMs = 100;
/** Time after which an SDK has finished writing its token in place, milliseconds. */
const beingWrittenMs = 2_000;

type Sought = Pick<SessionRequest, 'session' | 'held'>;

/** The AWS CLI and the SDKs write in place: a file modified just now is read again until it is complete. */
export async function readSettledToken(ctx: Context, request: Sought, signal: AbortSignal): Promise<TokenOnDisk> {
  return rereadToken(ctx, request, { until: (found) => !isBeingWritten(ctx, found), forMs: beingWrittenMs, signal });
}

/** Rereads the token until `until` is true, for up to `forMs` milliseconds. */
export async function rereadToken(
  ctx: Context,
  request: Sought,
  options: {
    readonly until: (found: TokenOnDisk) => boolean;
    readonly forMs: number;
    readonly signal: AbortSignal;
  },
): Promise<TokenOnDisk> {
  const { until, forMs, signal } = options;
  let found = currentToken(ctx, request);
  for (let waitedMs = 0; !until(found) && waitedMs < forMs; waitedMs += lookEveryMs) {
    await ctx.clock.sleep(lookEveryMs, signal);
    found = currentToken(ctx, request);
  }
  return found;
}

function isBeingWritten({ clock }: Pick<Context, 'clock'>, found: TokenOnDisk): boolean {
  if (found.state !== 'unreadable') return false;
  try {
    const stats = statSync(found.path);
    return stats.isFile() && Math.abs(clock.now() - stats.mtimeMs) < beingWrittenMs;
  } catch {
    return false;
  }
}

export function tokenStatusOnDisk(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused'>,
  found: TokenOnDisk,
): TokenStatus | undefined {
  return found.state === 'present' ? tokenStatusFor(request, found.token, ctx.clock.now()) : undefined;
}

export function isOtherToken(token: SsoToken, seen: TokenOnDisk): boolean {
  return seen.state !== 'present' || seen.token.accessToken !== token.accessToken;
}

/** The session with the token on disk, if it differs from `seen` and is usable: another process renewed it in the meantime. */
export function tokenOfOtherProcess(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused' | 'reporter'>,
  found: TokenOnDisk,
  seen: TokenOnDisk,
): SessionOutcome | undefined {
  if (found.state !== 'present' || !isOtherToken(found.token, seen)) return undefined;
  if (tokenStatusOnDisk(ctx, request, found)?.usable !== true) return undefined;
  request.reporter.verbose('another program renewed the session in the meantime; using its token');
  return { state: 'valid', token: found.token };
}
