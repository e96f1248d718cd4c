import type { Context } from '../../context.ts';
import { currentToken } from '../cache/token-cache.ts';
import { tokenStatusFor } from '../cache/token.ts';
import { firstStep } from './policy.ts';
import type { SessionOutcome, SessionRequest } from './types.ts';

export type { SessionOutcome, SessionRequest } from './types.ts';

/**
 * Makes sure that a session can be used: valid as it is, refreshed, or logged in. With a fresh token this reads one file and
 * nothing else is loaded. Throws a UserError: 69 when Identity Center cannot be reached, 77 when nobody may or did sign in, 78 when
 * the cache cannot be written, 130 when the person declined.
 */
export async function ensureSession(ctx: Context, request: SessionRequest): Promise<SessionOutcome> {
  const found = currentToken(ctx, request);
  if (!request.force && found.state === 'present') {
    const standing = tokenStatusFor(request, found.token, ctx.clock.now());
    if (firstStep(standing, request) === 'use') return { state: 'valid', token: found.token };
  }
  const { renewSession } = await import('./renew.ts');
  return renewSession(ctx, request, found);
}
