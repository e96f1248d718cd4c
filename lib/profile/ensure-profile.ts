import type { Context, HttpSettings } from '../context.ts';
import { ensureSession, type SessionOutcome, type SessionRequest } from '../sso/ensure-session.ts';
import type { SsoToken } from '../sso/token.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import { leafSource, type CredentialSource, type SsoSource } from './credential-source.ts';

/** When a login may happen: asked for, by itself, or never (`--cdkx-login`, `CDKX_LOGIN`, `login` of the project block). */
export type LoginPolicy = 'prompt' | 'auto' | 'never';

/** What is needed to make a profile's credentials available. */
export interface EnsureProfileRequest {
  readonly profile: string;
  readonly source: CredentialSource;
  /** Whether the command fails without credentials, or only does less. */
  readonly requirement: 'required' | 'best-effort';
  readonly login: LoginPolicy;
  readonly reporter: Reporter;
  readonly http: HttpSettings;
  /** `true` device authorization, `false` the browser, `undefined` what fits this machine. */
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser?: boolean | undefined;
  /** Log in even though the session is valid. */
  readonly force?: boolean;
  /** An access token that the portal does not take: the session is renewed unless another token is there already. */
  readonly refused?: string | undefined;
  readonly inCi: boolean;
  /** The command that the user ran, for messages: `cdkx deploy`. */
  readonly command: string;
  /** Who needs the token of an SSO session: matters where the token cache cannot be written. */
  readonly tokenFor?: SessionRequest['tokenFor'];
  /** The token that this process had of the SSO session before. */
  readonly held?: SessionRequest['held'];
  /** What becomes of the token of an SSO session that ends soon. */
  readonly endingSoon?: SessionRequest['endingSoon'];
}

/**
 * How it went: `ready` (with the token of an SSO session, and what was done for it), `not-checked` where nothing can be told from here, or
 * `continue-without` for best effort.
 */
export type EnsureProfileOutcome =
  | { readonly state: 'ready'; readonly source: SsoSource; readonly token: SsoToken; readonly session: ReadySession }
  | { readonly state: 'not-checked' }
  | { readonly state: 'continue-without'; readonly reason: string };

/** What a session that can be used is: as it was found, refreshed, or new by a login. */
export type ReadySession = Extract<SessionOutcome, { readonly token: SsoToken }>['state'];

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
      throw new UserError(exitCode.configuration, leaf.problem);
    case 'temporary':
      return checkTemporary(ctx, request, leaf.profile, leaf.expiresAt);
    case 'login':
      return (await import('./login-session.ts')).ensureLoginSession(ctx, request, leaf);
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
      'Copy new ones from the access portal, or make a profile that signs in by itself:',
      '    cdkx sso configure',
    ],
  };
  if (requirement === 'required') throw new UserError(exitCode.notSignedIn, message);
  reporter.warn(message);
  return { state: 'continue-without', reason: 'the short-term credentials have expired' };
}
