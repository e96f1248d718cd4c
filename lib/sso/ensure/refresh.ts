import { statSync } from 'node:fs';
import type { Context, HttpSettings } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { currentToken, writeToken } from '../cache/token-cache.ts';
import { type SsoToken, tokenStatusFor, type TokenOnDisk, type TokenStatus } from '../cache/token.ts';
import {
  type FailureKind,
  IdentityCenterFailure,
  type IssuedToken,
  withIdentityCenter,
} from '../identity-center/client.ts';
import type { SsoSession } from '../session.ts';
import type { SessionOutcome, SessionRequest } from './types.ts';

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

/** Pause between two looks at a token file, milliseconds. */
const lookEveryMs = 100;
/** An SDK that writes its token in place has long finished after that, milliseconds. */
const beingWrittenMs = 2_000;

type Sought = Pick<SessionRequest, 'session' | 'held'>;

/**
 * The token on disk. The AWS CLI and the SDKs take no lock and write in place: a file that cannot be read, but was touched just now, is
 * looked at again until it is whole, or for two seconds. Rejects with the signal's reason when `signal` aborts.
 */
export async function readSettledToken(ctx: Context, request: Sought, signal: AbortSignal): Promise<TokenOnDisk> {
  return rereadToken(ctx, request, { until: (found) => !isBeingWritten(ctx, found), forMs: beingWrittenMs, signal });
}

/** Reads the token until it is what `until` asks for, or `forMs` milliseconds have gone by: then as it is. */
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

/** Where the token on disk stands; `undefined` where there is none to read. */
export function tokenStatusOnDisk(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused'>,
  found: TokenOnDisk,
): TokenStatus | undefined {
  return found.state === 'present' ? tokenStatusFor(request, found.token, ctx.clock.now()) : undefined;
}

/** Whether the token is another one than was seen before. */
export function isOtherToken(token: SsoToken, seen: TokenOnDisk): boolean {
  return seen.state !== 'present' || seen.token.accessToken !== token.accessToken;
}

/** The session with the token on disk, where that is another than `seen` and can be used: somebody else renewed it meanwhile. */
export function waitForOtherProcess(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused' | 'reporter'>,
  found: TokenOnDisk,
  seen: TokenOnDisk,
): SessionOutcome | undefined {
  if (found.state !== 'present' || !isOtherToken(found.token, seen)) return undefined;
  if (tokenStatusOnDisk(ctx, request, found)?.usable !== true) return undefined;
  request.reporter.verbose('another program renewed the session meanwhile: its token is used');
  return { state: 'valid', token: found.token };
}
