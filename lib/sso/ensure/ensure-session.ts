import type { Context } from '../../context.ts';
import { currentToken } from '../cache/token-cache.ts';
import { tokenStatusFor } from '../cache/token.ts';
import { firstStep } from './policy.ts';
import type { SessionOutcome, SessionRequest } from './types.ts';

export type { SessionOutcome, SessionRequest } from './types.ts';

/** Makes a session valid: as it is, by refreshing, or by signing in. Throws a UserError (69, 77, 78, 130). */
export async function ensureSession(ctx: Context, request: SessionRequest): Promise<SessionOutcome> {
  const found = currentToken(ctx, request);
  if (!request.force && found.state === 'present') {
    const status = tokenStatusFor(request, found.token, ctx.clock.now());
    if (firstStep(status, request) === 'use') return { state: 'valid', token: found.token };
  }
  const { renewSession } = await import('./renew.ts');
  return renewSession(ctx, request, found);
}
