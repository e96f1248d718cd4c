import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import { formatDuration } from '../messages/text.ts';
import { ensureSession } from '../sso/ensure/ensure-session.ts';
import { settingsOnly } from './source-problems.ts';
import { type CredentialSource, leafSource, type SsoSource } from './source.ts';
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
      return checkTemporary(ctx, request, leaf);
    case 'login':
      return (await import('./aws-login.ts')).ensureLoginSession(ctx, request, leaf);
    case 'none':
      return withoutCredentials(request, leaf.profile);
    case 'static':
    case 'process':
    case 'web-identity':
    case 'ambient':
      return { state: 'not-checked' };
  }
}

type TemporarySource = Extract<CredentialSource, { readonly kind: 'temporary' }>;

async function ensureSsoLeaf(
  ctx: Context,
  request: EnsureProfileRequest,
  leaf: SsoSource,
): Promise<EnsureProfileOutcome> {
  const { source: _source, config: _config, ...rest } = request;
  const outcome = await ensureSession(ctx, { ...rest, session: leaf.session });
  if (outcome.state === 'continue-without') return outcome;
  if (outcome.state === 'left-to-child') return { state: 'not-checked' };
  return { state: 'ready', source: leaf, token: outcome.token, session: outcome.state };
}

/** A profile that was named and has no credentials: a required command would only fail later, and say less. */
function withoutCredentials(
  { requirement, reporter, config }: EnsureProfileRequest,
  profile: string,
): EnsureProfileOutcome {
  const message =
    config === undefined
      ? { what: `profile "${profile}" contains settings only, and no credentials` }
      : settingsOnly(config, profile);
  if (requirement === 'required') throw new UserError('NoCredentialSource', message);
  reporter.warn(message);
  return { state: 'continue-without', reason: message.what };
}

function checkTemporary(
  ctx: Context,
  { requirement, reporter, config }: EnsureProfileRequest,
  { profile, expiresAt, hidesSso = false }: TemporarySource,
): EnsureProfileOutcome {
  const secondsAgo = expiresAt === undefined ? undefined : (ctx.clock.now() - expiresAt.getTime()) / 1000;
  const message = expiredKeys(profile, {
    secondsAgo,
    hidesSso,
    file: config?.files.credentials.shownPath ?? '~/.aws/credentials',
  });
  if (secondsAgo === undefined || secondsAgo < 0) {
    if (hidesSso) reporter.warn(message);
    return { state: 'not-checked' };
  }
  if (requirement === 'required') throw new UserError('CredentialsExpired', message);
  reporter.warn(message);
  return { state: 'continue-without', reason: message.what };
}

/** Short-term keys in a file: expired, or in the way of the SSO session of the same profile. */
function expiredKeys(
  profile: string,
  {
    secondsAgo,
    hidesSso,
    file,
  }: { readonly secondsAgo: number | undefined; readonly hidesSso: boolean; readonly file: string },
): MessageParts {
  const isExpired = secondsAgo !== undefined && secondsAgo >= 0;
  const what = isExpired
    ? `the short-term keys of profile "${profile}" expired ${formatDuration(secondsAgo)} ago`
    : `short-term keys in ${file} hide the SSO session of profile "${profile}"`;
  if (hidesSso) {
    return {
      what,
      why: 'The profile has an SSO session too, but cdk prefers keys.',
      next: [{ say: `To use the session, delete the section [${profile}] in ${file} (or the aws_… keys in it).` }],
    };
  }
  return {
    what,
    why: 'They were written by hand or by another tool, and nothing renews them.',
    next: [
      { say: 'Copy new ones from the access portal, or create a profile that signs in by itself:' },
      { run: 'cdkx sso configure' },
    ],
  };
}
