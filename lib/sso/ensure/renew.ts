import type { Context } from '../../context.ts';
import { exitCode, UserError } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
import { checkCacheFile, removeStaleTempFiles } from '../cache/cache-file.ts';
import { currentToken, tokenPath } from '../cache/token-cache.ts';
import { type SsoToken, type TokenOnDisk, type TokenStatus, tokenStatus, tokenStatusFor } from '../cache/token.ts';
import type { IdentityCenterFailure } from '../identity-center/client.ts';
import { describeFailure, failureError } from '../identity-center/failures.ts';
import { withInterrupt } from '../login/keys.ts';
import { askToSignIn, notStoredWarning, signIn } from '../login/login.ts';
import { LockBusy, lockWaitMs, withSessionLock } from './lock.ts';
import {
  cannotSignInError,
  declinedMessage,
  endsSoonWarning,
  leftToChildWarning,
  lockBusyWarning,
  refreshFailedWarning,
  tokenProblem,
  withoutSessionWarning,
} from './messages.ts';
import { firstStep, loginPermission, stepAfterRefresh } from './policy.ts';
import {
  isOtherToken,
  othersWriteMs,
  rereadToken,
  storageObstacle,
  readSettledToken,
  refreshToken,
  tokenOfOtherProcess,
  tokenStatusOnDisk,
} from './refresh.ts';
import type { SessionOutcome, SessionRequest } from './types.ts';

/** Brings a session that is not fresh to a usable state; see {@link SessionRequest}. `seen` is the token that was found wanting. */
export async function renewSession(ctx: Context, request: SessionRequest, seen: TokenOnDisk): Promise<SessionOutcome> {
  try {
    return await withInterrupt(ctx, (signal) => renew(ctx, request, seen, signal));
  } catch (error) {
    if (request.requirement === 'required' || !(error instanceof UserError)) throw error;
    if (error instanceof LoginDeclined) return { state: 'continue-without' };
    if (error.exitCode === exitCode.cancelled) throw error;
    request.reporter.warn(withoutSessionWarning(error, request));
    return { state: 'continue-without' };
  }
}

async function renew(
  ctx: Context,
  request: SessionRequest,
  first: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const seen = first.state === 'unreadable' ? await readSettledToken(ctx, request, signal) : first;
  const status = tokenStatusOnDisk(ctx, request, seen);
  const step = request.force ? 'login' : firstStep(status, request);
  if (step === 'use' && seen.state === 'present') return { state: 'valid', token: seen.token };
  if (step === 'offer-login' && seen.state === 'present' && status !== undefined) {
    return offerLogin(ctx, request, { token: seen.token, status }, signal);
  }
  // If this process can neither refresh nor sign in, it fails at once, without waiting for another.
  if (step === 'login') return signInAfterAsking(ctx, request, seen, signal);
  try {
    const outcome = await underLock(ctx, request, status, signal, () => refreshUnderLock(ctx, request, seen, signal));
    return outcome.state === 'refused'
      ? await signInAfterAsking(ctx, request, outcome.found, signal, outcome.failure)
      : outcome;
  } catch (error) {
    if (!(error instanceof LockBusy) || seen.state !== 'present') throw error;
    return useWhileBusy(ctx, request, seen.token, error);
  }
}

function underLock<Result>(
  ctx: Context,
  request: SessionRequest,
  status: TokenStatus | undefined,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  const mayLogIn = ['ask', 'without-asking'].includes(loginPermission(request));
  const { ifUsable, ifLoginPossible, toRefresh } = lockWaitMs;
  const maxWaitMs = status?.usable === true ? ifUsable : mayLogIn ? ifLoginPossible : toRefresh;
  return withSessionLock(ctx, request.session, { reporter: request.reporter, signal, maxWaitMs }, () => {
    removeStaleTempFiles(ctx);
    return action();
  });
}

/** Continues with a token that is still usable while another process holds the lock: with the one on disk, if that was renewed. */
function useWhileBusy(ctx: Context, request: SessionRequest, seen: SsoToken, busy: LockBusy): SessionOutcome {
  const found = currentToken(ctx, request);
  const token = found.state === 'present' && found.token.expiresAt > seen.expiresAt ? found.token : seen;
  const status = tokenStatusFor(request, token, ctx.clock.now());
  if (!status.usable) throw busy;
  if (!status.fresh) request.reporter.warn(lockBusyWarning(request, status, busy));
  return { state: 'valid', token };
}

/** With the lock held the token is read again: another process may have renewed it in the meantime. */
async function refreshUnderLock(
  ctx: Context,
  request: SessionRequest,
  seen: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome | (Refused & { readonly found: TokenOnDisk })> {
  const found = await readSettledToken(ctx, request, signal);
  const renewed = tokenOfOtherProcess(ctx, request, found, seen);
  if (renewed !== undefined) return renewed;
  const status = tokenStatusOnDisk(ctx, request, found);
  const step = firstStep(status, request);
  if (step === 'login' || status === undefined || found.state !== 'present') {
    return withoutRefresh(ctx, request, found, signal);
  }
  // The clock was corrected while this process waited for the lock.
  if (step !== 'refresh') return { state: 'valid', token: found.token };
  const outcome = await renewByRefresh(ctx, request, { token: found.token, status }, signal);
  return outcome.state === 'refused' ? withoutRefresh(ctx, request, found, signal, outcome.failure) : outcome;
}

/** Signs in under the same lock if no question comes first; a question is asked without the lock, so that it blocks no one. */
async function withoutRefresh(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  signal: AbortSignal,
  failure?: IdentityCenterFailure,
): Promise<SessionOutcome | (Refused & { readonly found: TokenOnDisk })> {
  if (requirePermission(ctx, request, found, failure) === 'ask') return { state: 'refused', failure, found };
  return { state: 'logged-in', token: await signIn(ctx, request, signal) };
}

/** The token is still valid for a while: warns, and on a terminal offers to sign in now. Then continues, whatever the answer. */
async function offerLogin(
  ctx: Context,
  request: SessionRequest,
  { token, status }: { readonly token: SsoToken; readonly status: TokenStatus },
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const { reporter } = request;
  const valid: SessionOutcome = { state: 'valid', token };
  const permission = loginPermission(request);
  reporter.warn(endsSoonWarning(request, status));
  if (!reporter.interactive || (permission !== 'ask' && permission !== 'without-asking')) return valid;
  if (permission === 'ask' && !(await askToSignIn(ctx, 'Sign in now?', signal))) return valid;
  try {
    const seen: TokenOnDisk = { state: 'present', token, path: '' };
    return await underLock(ctx, request, status, signal, async () => {
      const renewed = tokenOfOtherProcess(ctx, request, currentToken(ctx, request), seen);
      return renewed ?? { state: 'logged-in', token: await signIn(ctx, request, signal) };
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === exitCode.cancelled) throw error;
    reporter.warn(error.parts);
    return valid;
  }
}

/** A rejected refresh: a sign-in is needed. */
interface Refused {
  readonly state: 'refused';
  /** Absent if there was nothing to refresh. */
  readonly failure: IdentityCenterFailure | undefined;
}

interface Refreshable {
  readonly token: SsoToken;
  readonly status: TokenStatus;
}

/** As {@link othersWriteMs}, if there is time left or a prompt follows, after which the file is read again. */
const othersWriteBrieflyMs = 500;

/**
 * Refreshes a session; call it with the lock held, and a token read after that. Spends no refresh token for a program
 * that couldn't find the new one. Throws a UserError: 69 without a response and time left, 78 if the new token can't be
 * stored where it is needed.
 */
async function renewByRefresh(
  ctx: Context,
  request: SessionRequest,
  found: Refreshable,
  signal: AbortSignal,
): Promise<SessionOutcome | Refused> {
  const { session, reporter, http } = request;
  const { token, status } = found;
  const obstacle = storageObstacle(ctx, request.session);
  if (obstacle !== undefined && request.tokenFor !== 'self') return withoutStoring(request, found, obstacle);
  const result = await refreshToken(ctx, session, token, { http, signal });
  if (result.outcome === 'refreshed') {
    if (result.notStored !== undefined && request.tokenFor !== 'self') throw result.notStored;
    if (result.notStored !== undefined) reporter.warn(notStoredWarning(request, result.notStored));
    const { secondsLeft } = tokenStatus(result.token, session, ctx.clock.now());
    reporter.verbose(`refreshed the session; it expires in ${formatDuration(secondsLeft)}`);
    return { state: 'refreshed', token: result.token };
  }
  const { failure } = result;
  if (failure.kind === 'invalid-grant') {
    const isBrief = status.usable || loginPermission(request) === 'ask';
    const forMs = isBrief ? othersWriteBrieflyMs : othersWriteMs;
    const renewed = await renewedByOthers(ctx, request, token, { forMs, signal });
    if (renewed !== undefined) return renewed;
  }
  const next = stepAfterRefresh(status, result.outcome);
  if (next === 'fail') throw failureError(failure, request);
  if (next === 'login') {
    reporter.verbose(`the refresh was rejected: ${describeFailure(failure)}`);
    return { state: 'refused', failure };
  }
  reporter.warn(refreshFailedWarning(request, status, failure));
  return { state: 'valid', token };
}

/** The SDKs and the AWS CLI take no lock: one may have been faster, and writes its token in a moment. */
async function renewedByOthers(
  ctx: Context,
  request: SessionRequest,
  token: SsoToken,
  options: { readonly forMs: number; readonly signal: AbortSignal },
): Promise<SessionOutcome | undefined> {
  const seen: TokenOnDisk = { state: 'present', token, path: '' };
  const isSettled = (found: TokenOnDisk) =>
    found.state === 'present' &&
    isOtherToken(found.token, seen) &&
    tokenStatusOnDisk(ctx, request, found)?.usable === true;
  const found = await rereadToken(ctx, request, { until: isSettled, ...options });
  return tokenOfOtherProcess(ctx, request, found, seen);
}

/** The child process renews the session in its memory, as every SDK does. */
function withoutStoring(request: SessionRequest, { token, status }: Refreshable, obstacle: UserError): SessionOutcome {
  if (request.tokenFor === 'cache') throw obstacle;
  request.reporter.warn(leftToChildWarning(request, status, obstacle));
  return status.usable ? { state: 'valid', token } : { state: 'left-to-child' };
}

/** The user declined a sign-in. Not an error if the session is best effort. */
class LoginDeclined extends UserError {}

/** Asks before taking the lock, so that an unanswered question blocks no other process. Throws as `signIn`, 77, 130. */
async function signInAfterAsking(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  signal: AbortSignal,
  refused?: IdentityCenterFailure,
): Promise<SessionOutcome> {
  const permission = requirePermission(ctx, request, found, refused);
  if (permission === 'ask') {
    // No one is asked to sign in for what could not be stored.
    checkCacheFile(ctx, tokenPath(ctx, request.session));
    request.reporter.warn({ what: tokenProblem(request, found, ctx.clock.now()) });
    if (!(await askToSignIn(ctx, 'Sign in now?', signal))) {
      throw new LoginDeclined('SignInDeclined', declinedMessage(request));
    }
  }
  // Neither the question nor the lock matters if someone signed in elsewhere in the meantime, with another tool too.
  const renewedBefore = renewedByAnother(ctx, request, currentToken(ctx, request), found);
  if (renewedBefore !== undefined) return renewedBefore;
  return underLock(ctx, request, undefined, signal, async () => {
    const now = await readSettledToken(ctx, request, signal);
    const renewed = renewedByAnother(ctx, request, now, found);
    if (renewed !== undefined) return renewed;
    // The clock was corrected in the meantime.
    const status = tokenStatusOnDisk(ctx, request, now);
    if (!request.force && now.state === 'present' && status?.usable === true) {
      return { state: 'valid', token: now.token };
    }
    return { state: 'logged-in', token: await signIn(ctx, request, signal) };
  });
}

/** As {@link tokenOfOtherProcess}; with `force` a refresh by another process is no answer, unless nothing could be refreshed: then it was a sign-in. */
function renewedByAnother(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  seen: TokenOnDisk,
): SessionOutcome | undefined {
  const isAnswer = !request.force || tokenStatusOnDisk(ctx, request, seen)?.refreshable !== true;
  return isAnswer ? tokenOfOtherProcess(ctx, request, found, seen) : undefined;
}

/** How a sign-in can start. Throws a UserError (77) with the reason and the command to run if it can't. */
function requirePermission(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  refused?: IdentityCenterFailure,
): 'ask' | 'without-asking' {
  const permission = loginPermission(request);
  if (permission === 'ask' || permission === 'without-asking') return permission;
  throw cannotSignInError(request, permission, tokenProblem(request, found, ctx.clock.now()), ctx.env, refused);
}
