import type { Context } from '../context.ts';
import { formatDuration } from '../terminal/duration.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { describeFailure, failureError } from './failure-message.ts';
import { IdentityCenterFailure } from './identity-center.ts';
import { withInterrupt } from './interrupt.ts';
import { withSessionLock } from './lock.ts';
import { askToLogIn, logIn } from './login.ts';
import { refreshToken } from './refresh.ts';
import {
  cannotLogInError,
  declinedMessage,
  endsSoonWarning,
  refreshFailedWarning,
  tokenProblem,
  withoutSessionWarning,
} from './session-messages.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { firstStep, loginPermission, stepAfterRefresh } from './session-step.ts';
import { readToken } from './token-cache.ts';
import { standingFor, tokenStanding } from './token-standing.ts';
import type { SsoToken, TokenOnDisk, TokenStanding } from './token.ts';

/** A login may take ten minutes; whoever consented to one waits for another's. Milliseconds. */
const waitForLoginMs = 11 * 60 * 1000;
/** Where nobody is there to sign in, another's login is not waited out. Milliseconds. */
const waitForRefreshMs = 2 * 60 * 1000;

/** A person said no to a login: no failure where the session was only a best effort. */
class LoginDeclined extends UserError {}

/** Brings a session that is not fresh to a usable state; see {@link SessionRequest}. `seen` is the token that was found wanting. */
export async function renewSession(ctx: Context, request: SessionRequest, seen: TokenOnDisk): Promise<SessionOutcome> {
  try {
    return await withInterrupt(ctx, (signal) => renew(ctx, request, seen, signal));
  } catch (error) {
    if (request.requirement === 'required' || !(error instanceof UserError)) throw error;
    if (error instanceof LoginDeclined) return { state: 'continue-without', reason: error.parts.what };
    if (error.exitCode === exitCode.cancelled) throw error;
    request.reporter.warn(withoutSessionWarning(error));
    return { state: 'continue-without', reason: error.parts.what };
  }
}

async function renew(
  ctx: Context,
  request: SessionRequest,
  seen: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const standing = standingOf(ctx, request, seen);
  const step = request.force ? 'login' : firstStep(standing, request.requirement);
  if (step === 'offer-login' && seen.state === 'present' && standing !== undefined) {
    return offerLogin(ctx, request, { token: seen.token, standing }, signal);
  }
  // Who could neither refresh nor log in fails at once, without waiting for anybody.
  if (step === 'login') requirePermission(ctx, request, seen);
  return underLock(ctx, request, signal, () => renewUnderLock(ctx, request, seen, signal));
}

function underLock<Result>(
  ctx: Context,
  request: SessionRequest,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  const mayLogIn = ['ask', 'without-asking'].includes(permissionOf(request));
  const maxWaitMs = mayLogIn ? waitForLoginMs : waitForRefreshMs;
  return withSessionLock(ctx, request.session, { reporter: request.reporter, signal, maxWaitMs }, action);
}

/** With the lock held the token is read anew: another process may have renewed it meanwhile. */
async function renewUnderLock(
  ctx: Context,
  request: SessionRequest,
  seen: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const found = readToken(ctx, request.session);
  const standing = standingOf(ctx, request, found);
  if (found.state === 'present' && standing !== undefined) {
    const { token } = found;
    if (standing.usable && isOther(token, seen)) {
      request.reporter.verbose('another process renewed the session meanwhile');
      return { state: 'valid', token };
    }
    if (!request.force && firstStep(standing, request.requirement) === 'refresh') {
      const outcome = await refresh(ctx, request, { token, standing }, signal);
      if (!(outcome instanceof IdentityCenterFailure)) return outcome;
      return logInAfterAsking(ctx, request, found, signal, outcome);
    }
  }
  return logInAfterAsking(ctx, request, found, signal);
}

/** Gives the refusal where only a login helps. */
async function refresh(
  ctx: Context,
  request: SessionRequest,
  { token, standing }: { readonly token: SsoToken; readonly standing: TokenStanding },
  signal: AbortSignal,
): Promise<SessionOutcome | IdentityCenterFailure> {
  const { session, reporter, http } = request;
  const result = await refreshToken(ctx, session, token, { http, signal });
  if (result.outcome === 'refreshed') {
    const { secondsLeft } = tokenStanding(result.token, session, ctx.clock.now());
    reporter.verbose(`refreshed the session; it is good for ${formatDuration(secondsLeft)}`);
    return { state: 'refreshed', token: result.token };
  }
  const next = stepAfterRefresh(standing, result.outcome);
  if (next === 'fail') throw failureError(result.failure, request);
  if (next === 'login') {
    reporter.verbose(`the refresh was refused: ${describeFailure(result.failure)}`);
    return result.failure;
  }
  reporter.warn(refreshFailedWarning(request, standing, result.failure));
  return { state: 'valid', token };
}

/** The token is still good for a while: a warning, and on a terminal the offer to log in now. Then on, whatever came of it. */
async function offerLogin(
  ctx: Context,
  request: SessionRequest,
  { token, standing }: { readonly token: SsoToken; readonly standing: TokenStanding },
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const { reporter } = request;
  const valid: SessionOutcome = { state: 'valid', token };
  const permission = permissionOf(request);
  reporter.warn(endsSoonWarning(request, standing));
  if (!reporter.interactive || (permission !== 'ask' && permission !== 'without-asking')) return valid;
  if (permission === 'ask' && !(await askToLogIn(ctx, 'Log in now?', signal))) return valid;
  try {
    const seen: TokenOnDisk = { state: 'present', token, path: '' };
    return await underLock(ctx, request, signal, async () => {
      const found = readToken(ctx, request.session);
      if (found.state === 'present' && isOther(found.token, seen)) return { state: 'valid', token: found.token };
      return { state: 'logged-in', token: await logIn(ctx, request, signal) };
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === exitCode.cancelled) throw error;
    reporter.warn(error.parts);
    return valid;
  }
}

async function logInAfterAsking(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  signal: AbortSignal,
  refused?: IdentityCenterFailure,
): Promise<SessionOutcome> {
  const permission = requirePermission(ctx, request, found, refused);
  if (permission === 'ask') {
    request.reporter.warn({ what: tokenProblem(request, found, ctx.clock.now()) });
    if (!(await askToLogIn(ctx, 'Log in now?', signal))) {
      throw new LoginDeclined(exitCode.cancelled, declinedMessage(request));
    }
  }
  return { state: 'logged-in', token: await logIn(ctx, request, signal) };
}

function requirePermission(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  refused?: IdentityCenterFailure,
): 'ask' | 'without-asking' {
  const permission = permissionOf(request);
  if (permission === 'ask' || permission === 'without-asking') return permission;
  throw cannotLogInError(request, permission, tokenProblem(request, found, ctx.clock.now()), refused);
}

function permissionOf(request: SessionRequest) {
  const { login, inCi, reporter } = request;
  return loginPermission({ login, inCi, interactive: reporter.interactive });
}

function standingOf(ctx: Context, request: SessionRequest, found: TokenOnDisk): TokenStanding | undefined {
  return found.state === 'present' ? standingFor(request, found.token, ctx.clock.now()) : undefined;
}

function isOther(token: SsoToken, seen: TokenOnDisk): boolean {
  return seen.state !== 'present' || seen.token.accessToken !== token.accessToken;
}
