import type { HttpSettings } from '../context.ts';
import type { Reporter } from '../messages/errors.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import type { SessionOutcome, SessionRequest } from '../sso/ensure/ensure-session.ts';
import type { CredentialSource, SsoSource } from './source.ts';
import type { Unattended } from '../system/environment.ts';

/** When a login may happen: asked for, by itself, or never (`--cdkx-login`, `CDKX_LOGIN`, `login` of the project block). */
export type LoginPolicy = 'prompt' | 'auto' | 'never';

/** What is needed to make a profile's credentials available. */
export interface EnsureProfileRequest {
  readonly profile: string;
  readonly source: CredentialSource;
  readonly requirement: 'required' | 'best-effort';
  readonly login: LoginPolicy;
  readonly reporter: Reporter;
  readonly http: HttpSettings;
  /** `true` device authorization, `false` the browser, `undefined` what fits this machine. */
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser?: boolean | undefined;
  readonly force?: boolean;
  /** An access token that the portal does not take: the session is renewed unless another token is there already. */
  readonly refused?: string | undefined;
  /** A pipeline or an AI agent, if one runs this: cdkx doesn't prompt and opens no browser. */
  readonly unattended: Unattended | undefined;
  /** The command that the user ran, for messages: `cdkx deploy`. */
  readonly command: string;
  /** Who needs the token of an SSO session: matters where the token cache cannot be written. */
  readonly tokenFor?: SessionRequest['tokenFor'];
  /** The token that this process had of the SSO session before. */
  readonly held?: SessionRequest['held'];
  /** What becomes of the token of an SSO session that ends soon. */
  readonly endingSoon?: SessionRequest['endingSoon'];
}

/** `ready` (with the token of an SSO session), `not-checked` if nothing is known, or `continue-without` for best effort. */
export type EnsureProfileOutcome =
  | { readonly state: 'ready'; readonly source: SsoSource; readonly token: SsoToken; readonly session: ReadySession }
  | { readonly state: 'not-checked' }
  | { readonly state: 'continue-without' };

/** What a session that can be used is: as it was found, refreshed, or new by a login. */
export type ReadySession = Extract<SessionOutcome, { readonly token: SsoToken }>['state'];
