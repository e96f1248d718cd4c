import { statSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { currentToken } from './token-cache.ts';
import { standingFor } from './token-standing.ts';
import type { SsoToken, TokenOnDisk, TokenStanding } from './token.ts';

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
  return lookAgain(ctx, request, { until: (found) => !isBeingWritten(ctx, found), forMs: beingWrittenMs, signal });
}

/** Reads the token until it is what `until` asks for, or `forMs` milliseconds have gone by: then as it is. */
export async function lookAgain(
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
export function standingOf(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused'>,
  found: TokenOnDisk,
): TokenStanding | undefined {
  return found.state === 'present' ? standingFor(request, found.token, ctx.clock.now()) : undefined;
}

/** Whether the token is another one than was seen before. */
export function isOther(token: SsoToken, seen: TokenOnDisk): boolean {
  return seen.state !== 'present' || seen.token.accessToken !== token.accessToken;
}

/** The session with the token on disk, where that is another than `seen` and can be used: somebody else renewed it meanwhile. */
export function renewedMeanwhile(
  ctx: Context,
  request: Pick<SessionRequest, 'session' | 'refused' | 'reporter'>,
  found: TokenOnDisk,
  seen: TokenOnDisk,
): SessionOutcome | undefined {
  if (found.state !== 'present' || !isOther(found.token, seen)) return undefined;
  if (standingOf(ctx, request, found)?.usable !== true) return undefined;
  request.reporter.verbose('another program renewed the session meanwhile: its token is used');
  return { state: 'valid', token: found.token };
}
