import type { Context } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { checkCacheFile } from './cache-file.ts';
import type { IdentityCenterFailure } from './identity-center.ts';
import { askToLogIn, logIn } from './login.ts';
import { renewedMeanwhile } from './meanwhile.ts';
import { cannotLogInError, declinedMessage, tokenProblem } from './session-messages.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { loginPermission, type LoginPermission } from './session-step.ts';
import { currentToken, tokenPath } from './token-cache.ts';
import type { TokenOnDisk } from './token.ts';

/** A person said no to a login: no failure where the session was only a best effort. */
export class LoginDeclined extends UserError {}

/**
 * Logs in where that is allowed here, after asking where it must be asked. Call it while holding the session's lock; `found` is the token
 * that is of no use, `refused` why a refresh was. Throws a UserError as `logIn`, 77 where nobody can be asked, 78 when the cache cannot be
 * written, a {@link LoginDeclined} (130) when the person said no.
 */
export async function logInAfterAsking(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  signal: AbortSignal,
  refused?: IdentityCenterFailure,
): Promise<SessionOutcome> {
  const permission = requirePermission(ctx, request, found, refused);
  if (permission === 'ask') {
    // Nobody is asked to sign in for what could not be kept.
    checkCacheFile(ctx, tokenPath(ctx, request.session));
    request.reporter.warn({ what: tokenProblem(request, found, ctx.clock.now()) });
    if (!(await askToLogIn(ctx, 'Log in now?', signal))) {
      throw new LoginDeclined(exitCode.cancelled, declinedMessage(request));
    }
    // The question may have waited for long: somebody may have signed in elsewhere, with another tool too.
    const renewed = renewedMeanwhile(ctx, request, currentToken(ctx, request), found);
    if (renewed !== undefined) return renewed;
  }
  return { state: 'logged-in', token: await logIn(ctx, request, signal) };
}

/** How a login may begin here. Throws a UserError (77) that says why and what to run where it may not. */
export function requirePermission(
  ctx: Context,
  request: SessionRequest,
  found: TokenOnDisk,
  refused?: IdentityCenterFailure,
): 'ask' | 'without-asking' {
  const permission = permissionOf(request);
  if (permission === 'ask' || permission === 'without-asking') return permission;
  throw cannotLogInError(request, permission, tokenProblem(request, found, ctx.clock.now()), refused);
}

/** Whether a person may be brought to log in here, and how. */
export function permissionOf(request: SessionRequest): LoginPermission {
  const { login, inCi, reporter } = request;
  return loginPermission({ login, inCi, interactive: reporter.interactive });
}
