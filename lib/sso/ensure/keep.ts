import type { Context } from '../../context.ts';
import type { LogLevel } from '../../messages/errors.ts';
import { checkCacheFile } from '../cache/cache-file.ts';
import { readToken, tokenPath } from '../cache/token-cache.ts';
import { type SsoToken, type TokenOnDisk, tokenStatus } from '../cache/token.ts';
import { describeFailure } from '../identity-center/failures.ts';
import { LockBusy, withSessionLock } from './lock.ts';
import { isOtherToken, refreshToken, rereadToken } from './refresh.ts';
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

/** Another process that renews the session is given so long, milliseconds: there is time for another attempt. */
const waitForLockMs = 10_000;
/** So long an SDK, which takes no lock, may need to write the token that it got for the same refresh token, milliseconds. */
const othersWriteMs = 1_000;

/**
 * Renews a session once, under its lock, unless another process did since `seen`. Spends a refresh token only if the
 * new one can be stored.
 */
export async function renewQuietly(
  ctx: Context,
  { session, http, reporter }: Pick<SessionRequest, 'session' | 'http' | 'reporter'>,
  { seen, refused, signal }: { readonly seen: SsoToken; readonly refused: boolean; readonly signal: AbortSignal },
): Promise<Kept> {
  const { clock } = ctx;
  const before: TokenOnDisk = { state: 'present', token: seen, path: '' };
  const isRenewed = (found: TokenOnDisk) =>
    found.state === 'present' && isOtherToken(found.token, before) && found.token.expiresAt.getTime() > clock.now();
  const byOthers = (found: TokenOnDisk): Kept | undefined =>
    found.state === 'present' && isRenewed(found) ? { state: 'renewed', token: found.token } : undefined;

  const attempt = async (): Promise<Kept> => {
    const found = readToken(ctx, session);
    const renewed = byOthers(found);
    if (renewed !== undefined) return renewed;
    if (found.state !== 'present' || !canRenew(found.token)) return { state: 'not-refreshable' };
    const result = await refreshToken(ctx, session, found.token, { http, signal });
    if (result.outcome === 'refreshed') return { state: 'renewed', token: result.token };
    const reason = describeFailure(result.failure);
    if (result.outcome === 'unavailable') return { state: 'unavailable', reason };
    const settled = await rereadToken(ctx, { session }, { until: isRenewed, forMs: othersWriteMs, signal });
    return byOthers(settled) ?? { state: 'refused', reason };
  };
  const canRenew = (token: SsoToken) =>
    !refused && tokenStatus(token, session, clock.now()).refreshable && isWritable();
  const isWritable = () => {
    try {
      checkCacheFile(ctx, tokenPath(ctx, session));
      return true;
    } catch {
      return false;
    }
  };

  const found = readToken(ctx, session);
  const renewed = byOthers(found);
  if (renewed !== undefined) return renewed;
  if (found.state !== 'present' || !canRenew(found.token)) return { state: 'not-refreshable' };
  const silent = { ...reporter, interactive: false, level: 'quiet' as LogLevel };
  try {
    return await withSessionLock(ctx, session, { reporter: silent, signal, maxWaitMs: waitForLockMs }, attempt);
  } catch (error) {
    if (!(error instanceof LockBusy)) throw error;
    return byOthers(readToken(ctx, session)) ?? { state: 'unavailable', reason: error.parts.what };
  }
}
