import type { Context } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { withInterrupt } from './interrupt.ts';
import { removeLeftovers } from './leftovers.ts';
import { withSessionLock } from './lock.ts';
import { askToLogIn, logIn } from './login.ts';
import { readSettledToken, renewedMeanwhile, standingOf } from './meanwhile.ts';
import { LoginDeclined, logInAfterAsking, permissionOf, requirePermission } from './renew-by-login.ts';
import { renewByRefresh } from './renew-by-refresh.ts';
import { endsSoonWarning, withoutSessionWarning } from './session-messages.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { firstStep } from './session-step.ts';
import { currentToken } from './token-cache.ts';
import type { SsoToken, TokenOnDisk, TokenStanding } from './token.ts';

/** A login may take ten minutes; whoever consented to one waits for another's. Milliseconds. */
const waitForLoginMs = 11 * 60 * 1000;
/** Where nobody is there to sign in, another's login is not waited out. Milliseconds. */
const waitForRefreshMs = 2 * 60 * 1000;

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
  first: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const seen = first.state === 'unreadable' ? await readSettledToken(ctx, request, signal) : first;
  const standing = standingOf(ctx, request, seen);
  const step = request.force ? 'login' : firstStep(standing, request);
  if (step === 'use' && seen.state === 'present') return { state: 'valid', token: seen.token };
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
  return withSessionLock(ctx, request.session, { reporter: request.reporter, signal, maxWaitMs }, () => {
    removeLeftovers(ctx);
    return action();
  });
}

/** With the lock held the token is read anew: another process may have renewed it meanwhile. */
async function renewUnderLock(
  ctx: Context,
  request: SessionRequest,
  seen: TokenOnDisk,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const found = await readSettledToken(ctx, request, signal);
  const renewed = renewedMeanwhile(ctx, request, found, seen);
  // A refresh is no answer to who wants to sign in anew; where nothing could be refreshed it was a login.
  const isAnswer = !request.force || standingOf(ctx, request, seen)?.refreshable !== true;
  if (renewed !== undefined && isAnswer) return renewed;
  const standing = standingOf(ctx, request, found);
  const step = request.force ? 'login' : firstStep(standing, request);
  if (step === 'login' || standing === undefined || found.state !== 'present') {
    return logInAfterAsking(ctx, request, found, signal);
  }
  // The clock was put right while the lock was waited for.
  if (step !== 'refresh') return { state: 'valid', token: found.token };
  const outcome = await renewByRefresh(ctx, request, { token: found.token, standing }, signal);
  return outcome.state === 'refused' ? logInAfterAsking(ctx, request, found, signal, outcome.failure) : outcome;
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
      const renewed = renewedMeanwhile(ctx, request, currentToken(ctx, request), seen);
      return renewed ?? { state: 'logged-in', token: await logIn(ctx, request, signal) };
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === exitCode.cancelled) throw error;
    reporter.warn(error.parts);
    return valid;
  }
}
