import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import { formatDuration } from '../messages/text.ts';
import { ensureSession } from '../sso/ensure/ensure-session.ts';
import { leafSource, type SsoSource } from './source.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from './ensure-types.ts';

export type { EnsureProfileOutcome, EnsureProfileRequest, LoginPolicy, ReadySession } from './ensure-types.ts';

/**
 * Makes sure that a profile's credential source can give credentials: an SSO leaf gets its session ensured, temporary
 * credentials that have expired are named, everything else passes through untouched (design 2.3).
 *
 * @throws UserError 78 for a source that cannot work, 77 / 69 / 130 as `ensureSession`.
 */
export async function ensureProfile(ctx: Context, request: EnsureProfileRequest): Promise<EnsureProfileOutcome> {
  const leaf = leafSource(request.source);
  switch (leaf.kind) {
    case 'sso-session':
    case 'legacy-sso':
      return ensureSsoLeaf(ctx, request, leaf);
    case 'invalid':
      throw new UserError('InvalidCredentialSource', leaf.problem);
    case 'temporary':
      return checkTemporary(ctx, request, leaf.profile, leaf.expiresAt);
    case 'login':
      return (await import('./aws-login.ts')).ensureLoginSession(ctx, request, leaf);
    case 'static':
    case 'process':
    case 'web-identity':
    case 'ambient':
    case 'none':
      return { state: 'not-checked' };
  }
}

async function ensureSsoLeaf(
  ctx: Context,
  request: EnsureProfileRequest,
  leaf: SsoSource,
): Promise<EnsureProfileOutcome> {
  const { source: _source, ...rest } = request;
  const outcome = await ensureSession(ctx, { ...rest, session: leaf.session });
  if (outcome.state === 'continue-without') return outcome;
  if (outcome.state === 'left-to-child') return { state: 'not-checked' };
  return { state: 'ready', source: leaf, token: outcome.token, session: outcome.state };
}

function checkTemporary(
  ctx: Context,
  { requirement, reporter }: EnsureProfileRequest,
  profile: string,
  expiresAt: Date | undefined,
): EnsureProfileOutcome {
  if (expiresAt === undefined || expiresAt.getTime() > ctx.clock.now()) return { state: 'not-checked' };
  const message: MessageParts = {
    what: `the short-term credentials of profile "${profile}" expired ${formatDuration((ctx.clock.now() - expiresAt.getTime()) / 1000)} ago (${expiresAt.toISOString()}).`,
    why: 'They were put into the shared credentials file by hand or by another tool; nothing renews them.',
    next: [
      { say: 'Copy new ones from the access portal, or make a profile that signs in by itself:' },
      { run: 'cdkx sso configure' },
    ],
  };
  if (requirement === 'required') throw new UserError('CredentialsExpired', message);
  reporter.warn(message);
  return { state: 'continue-without', reason: 'the short-term credentials have expired' };
}
