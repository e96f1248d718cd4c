import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import { formatDuration, shellWord } from '../messages/text.ts';
import { ensureSession } from '../sso/ensure/ensure-session.ts';
import { environmentExpiry } from './expiry.ts';
import { type CredentialSource, type HiddenSso, leafSource, type SsoSource } from './source.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from './ensure-types.ts';

export { environmentExpiry } from './expiry.ts';
export type { EnsureProfileOutcome, EnsureProfileRequest, ReadySession } from './ensure-types.ts';

/** Ensures that a profile's credential source works. Throws a UserError: 78 for an invalid source, 77, 69 or 130 as `ensureSession`. */
export async function ensureProfile(ctx: Context, request: EnsureProfileRequest): Promise<EnsureProfileOutcome> {
  const leaf = leafSource(request.source);
  switch (leaf.kind) {
    case 'sso-session':
    case 'legacy-sso':
      return ensureSsoLeaf(ctx, request, leaf);
    case 'invalid':
      throw new UserError('InvalidCredentialSource', leaf.problem);
    case 'temporary':
      return checkTemporary(ctx, request, leaf);
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

/** Short-term keys that have expired are certain to fail. If they hide an SSO profile of that name, the message says what to delete. */
function checkTemporary(
  ctx: Context,
  { requirement, reporter }: EnsureProfileRequest,
  { profile, expiresAt, hidden }: Extract<CredentialSource, { kind: 'temporary' }>,
): EnsureProfileOutcome {
  if (expiresAt === undefined || expiresAt.getTime() > ctx.clock.now()) return { state: 'not-checked' };
  const message: MessageParts = {
    what: `the short-term keys of profile "${profile}" expired ${ago(ctx, expiresAt)} (${expiresAt.toISOString()})`,
    ...(hidden === undefined
      ? {
          why: 'They were written by hand or by another tool; cdkx cannot renew them.',
          next: [
            { say: 'Copy new keys from the access portal, or create a profile that signs in:' },
            { run: 'cdkx sso configure' },
          ],
        }
      : hiddenSso(profile, hidden)),
  };
  if (requirement === 'required') throw new UserError('CredentialsExpired', message);
  reporter.warn(message);
  return { state: 'continue-without' };
}

function hiddenSso(profile: string, { remove }: HiddenSso): Pick<MessageParts, 'why' | 'next'> {
  return {
    why: `Profile "${profile}" also has complete SSO settings, but access keys come first.`,
    next: [{ say: `Delete ${remove}, then sign in:` }, { run: `cdkx sso login --profile ${shellWord(profile)}` }],
  };
}

/** Why keys in the environment are certain to fail: they have expired, as a variable tells. `undefined` if nothing is known. */
export function expiredKeysMessage(
  ctx: Pick<Context, 'env' | 'clock'>,
  profile: string | undefined,
): MessageParts | undefined {
  const expiry = environmentExpiry(ctx.env);
  if (expiry === undefined || expiry.expiresAt.getTime() > ctx.clock.now()) return undefined;
  return {
    what: `the keys in the environment expired ${ago(ctx, expiry.expiresAt)} (${expiry.from})`,
    why: `cdk uses keys in the environment first${profile === undefined ? '' : `, and ignores profile "${profile}"`}.`,
    next: [
      { say: profile === undefined ? 'Set new keys, or remove these:' : `Remove them to use profile "${profile}":` },
      { run: unsetKeys(ctx.env) },
    ],
  };
}

/** The command that removes keys from the environment, with what says when they end. */
export function unsetKeys(env: Context['env']): string {
  const parts = ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'CREDENTIAL_EXPIRATION', 'SESSION_EXPIRATION'];
  const names = parts.flatMap((part) => [`AWS_${part}`, `AMAZON_${part}`]);
  return ['unset', ...names.filter((name) => env[name])].join(' ');
}

function ago(ctx: Pick<Context, 'clock'>, at: Date): string {
  return `${formatDuration((ctx.clock.now() - at.getTime()) / 1000)} ago`;
}
