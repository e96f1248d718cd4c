import type { Context } from '../context.ts';
import type { SessionOutcome, SessionRequest } from './session-request.ts';
import { firstStep } from './session-step.ts';
import { currentToken } from './token-cache.ts';
import { standingFor } from './token-standing.ts';

export type { SessionOutcome, SessionRequest } from './session-request.ts';

/**
 * Makes sure that a session can be used: valid as it is, refreshed, or logged in. With a fresh token this reads one file and
 * nothing else is loaded. Throws a UserError: 69 when Identity Center cannot be reached, 77 when nobody may or did sign in, 78 when
 * the cache cannot be written, 130 when the person declined.
 */
export async function ensureSession(ctx: Context, request: SessionRequest): Promise<SessionOutcome> {
  const found = currentToken(ctx, request);
  if (!request.force && found.state === 'present') {
    const standing = standingFor(request, found.token, ctx.clock.now());
    if (firstStep(standing, request) === 'use') return { state: 'valid', token: found.token };
  }
  const { renewSession } = await import('./renew-session.ts');
  return renewSession(ctx, request, found);
}
