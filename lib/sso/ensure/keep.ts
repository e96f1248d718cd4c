import type { Context } from '../../context.ts';
import type { LogLevel } from '../../messages/errors.ts';
import { readToken } from '../cache/token-cache.ts';
import { type SsoToken, type TokenOnDisk, tokenStatus } from '../cache/token.ts';
import { describeFailure } from '../identity-center/failures.ts';
import { LockBusy, lockWaitMs, withSessionLock } from './lock.ts';
import { othersWriteMs, refreshToken, rereadToken, storageObstacle } from './refresh.ts';
import type { SessionRequest } from './types.ts';

/** What became of an attempt to renew a session while a program works with it. */
export type Kept =
  /** By this process or by another one: a sign-in elsewhere included. */
  | { readonly state: 'renewed'; readonly token: SsoToken }
  /** No refresh token, or none that could be kept: only a sign-in helps. */
  | { readonly state: 'not-refreshable' }
  /** Identity Center refused: the session was ended, or its refresh token was used. Only a sign-in helps. */
  | { readonly state: 'refused'; readonly reason: string }
  /** To be tried again. */
  | { readonly state: 'unavailable'; readonly reason: string };

/** Renews a session once, under its lock. Spends a refresh token only if the new one can be stored. */
export async function renewQuietly(
  ctx: Context,
  { session, http, reporter }: Pick<SessionRequest, 'session' | 'http' | 'reporter'>,
  { seen, refused, signal }: { readonly seen: SsoToken; readonly refused: boolean; readonly signal: AbortSignal },
): Promise<Kept> {
  const byOthers = (found: TokenOnDisk): Kept | undefined => {
    if (found.state !== 'present' || found.token.accessToken === seen.accessToken) return undefined;
    return found.token.expiresAt.getTime() > ctx.clock.now() ? { state: 'renewed', token: found.token } : undefined;
  };
  const look = (): Kept | { readonly state: 'refreshable'; readonly token: SsoToken } => {
    const found = readToken(ctx, session);
    const renewed = byOthers(found);
    if (renewed !== undefined) return renewed;
    const isRefreshable = found.state === 'present' && tokenStatus(found.token, session, ctx.clock.now()).refreshable;
    if (!isRefreshable || refused || storageObstacle(ctx, session) !== undefined) return { state: 'not-refreshable' };
    return { state: 'refreshable', token: found.token };
  };
  const attempt = async (): Promise<Kept> => {
    const found = look();
    if (found.state !== 'refreshable') return found;
    const result = await refreshToken(ctx, session, found.token, { http, signal });
    if (result.outcome === 'refreshed') return { state: 'renewed', token: result.token };
    const reason = describeFailure(result.failure);
    if (result.outcome === 'unavailable') return { state: 'unavailable', reason };
    const until = (token: TokenOnDisk) => byOthers(token) !== undefined;
    const settled = await rereadToken(ctx, { session }, { until, forMs: othersWriteMs, signal });
    return byOthers(settled) ?? { state: 'refused', reason };
  };

  const found = look();
  if (found.state !== 'refreshable') return found;
  const silent = { ...reporter, interactive: false, level: 'quiet' as LogLevel };
  const options = { reporter: silent, signal, maxWaitMs: lockWaitMs.whileCdkRuns };
  try {
    return await withSessionLock(ctx, session, options, attempt);
  } catch (error) {
    if (!(error instanceof LockBusy)) throw error;
    return byOthers(readToken(ctx, session)) ?? { state: 'unavailable', reason: error.parts.what };
  }
}
