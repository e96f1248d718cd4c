import type { Context } from '../context.ts';
import { formatDuration } from '../terminal/duration.ts';
import { UserError } from '../terminal/user-error.ts';
import { checkCacheFile } from './cache-file.ts';
import { describeFailure, failureError } from './failure-message.ts';
import type { IdentityCenterFailure } from './identity-center.ts';
import { isOther, lookAgain, renewedMeanwhile, standingOf } from './meanwhile.ts';
import { refreshToken } from './refresh.ts';
import { permissionOf } from './renew-by-login.ts';
import { leftToChildWarning, notStoredWarning, refreshFailedWarning } from './session-messages.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { stepAfterRefresh } from './session-step.ts';
import { tokenPath } from './token-cache.ts';
import { tokenStanding } from './token-standing.ts';
import type { SsoToken, TokenOnDisk, TokenStanding } from './token.ts';

/** A refused refresh: only a login helps. */
export interface Refused {
  readonly state: 'refused';
  readonly failure: IdentityCenterFailure;
}

interface Refreshable {
  readonly token: SsoToken;
  readonly standing: TokenStanding;
}

/** So long another program may need to write the token that it got for the same refresh token, milliseconds. */
const othersWriteMs = 1_000;
/** The same where there is time left, or a person is asked next: the file is read once more after the answer. Milliseconds. */
const othersWriteBrieflyMs = 500;

/**
 * Refreshes a session; call it while holding its lock, with a token read after getting it. Where the cache cannot be written no refresh
 * token is spent for a program that could not find the new one. Throws a UserError (69) when Identity Center gives no answer
 * that settles it and no time is left, 78 when the new token could not be stored for those who need it there.
 */
export async function renewByRefresh(
  ctx: Context,
  request: SessionRequest,
  found: Refreshable,
  signal: AbortSignal,
): Promise<SessionOutcome | Refused> {
  const { session, reporter, http } = request;
  const { token, standing } = found;
  const obstacle = storageObstacle(ctx, request);
  if (obstacle !== undefined && request.tokenFor !== 'self') return withoutStoring(request, found, obstacle);
  const result = await refreshToken(ctx, session, token, { http, signal });
  if (result.outcome === 'refreshed') {
    if (result.notStored !== undefined && request.tokenFor !== 'self') throw result.notStored;
    if (result.notStored !== undefined) reporter.warn(notStoredWarning(request, result.notStored));
    const { secondsLeft } = tokenStanding(result.token, session, ctx.clock.now());
    reporter.verbose(`refreshed the session; it is good for ${formatDuration(secondsLeft)}`);
    return { state: 'refreshed', token: result.token };
  }
  const { failure } = result;
  if (failure.kind === 'invalid-grant') {
    const isBrief = standing.usable || permissionOf(request) === 'ask';
    const forMs = isBrief ? othersWriteBrieflyMs : othersWriteMs;
    const renewed = await renewedByOthers(ctx, request, token, { forMs, signal });
    if (renewed !== undefined) return renewed;
  }
  const next = stepAfterRefresh(standing, result.outcome);
  if (next === 'fail') throw failureError(failure, request);
  if (next === 'login') {
    reporter.verbose(`the refresh was refused: ${describeFailure(failure)}`);
    return { state: 'refused', failure };
  }
  reporter.warn(refreshFailedWarning(request, standing, failure));
  return { state: 'valid', token };
}

/**
 * The SDKs and the AWS CLI take no lock. Where refresh tokens are good for one use, the refusal may mean that one of them was
 * faster: then its token is on disk, or will be in a moment.
 */
async function renewedByOthers(
  ctx: Context,
  request: SessionRequest,
  token: SsoToken,
  options: { readonly forMs: number; readonly signal: AbortSignal },
): Promise<SessionOutcome | undefined> {
  const seen: TokenOnDisk = { state: 'present', token, path: '' };
  const isSettled = (found: TokenOnDisk) =>
    found.state === 'present' && isOther(found.token, seen) && standingOf(ctx, request, found)?.usable === true;
  const found = await lookAgain(ctx, request, { until: isSettled, ...options });
  return renewedMeanwhile(ctx, request, found, seen);
}

/** Why the token file cannot be written, if so. */
function storageObstacle(ctx: Context, { session }: SessionRequest): UserError | undefined {
  try {
    checkCacheFile(ctx, tokenPath(ctx, session));
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A program that is started next renews the session in its own memory, as every SDK does: as it would without cdkx. */
function withoutStoring(
  request: SessionRequest,
  { token, standing }: Refreshable,
  obstacle: UserError,
): SessionOutcome {
  if (request.tokenFor === 'cache') throw obstacle;
  request.reporter.warn(leftToChildWarning(request, standing, obstacle));
  return standing.usable ? { state: 'valid', token } : { state: 'left-to-child' };
}
