import type { SsoToken } from '../sso/cache/token.ts';
import type { SessionOutcome, SessionRequest } from '../sso/ensure/ensure-session.ts';
import type { CredentialSource, SsoSource } from './source.ts';

/** What is needed to make a profile's credentials available. */
export interface EnsureProfileRequest extends Omit<SessionRequest, 'session'> {
  readonly profile: string;
  readonly source: CredentialSource;
  readonly command: string;
}

/** `ready` (with the token of an SSO session), `not-checked` if nothing is known, or `continue-without` for best effort. */
export type EnsureProfileOutcome =
  | { readonly state: 'ready'; readonly source: SsoSource; readonly token: SsoToken; readonly session: ReadySession }
  | { readonly state: 'not-checked' }
  | { readonly state: 'continue-without' };

/** What a session that can be used is: as it was found, refreshed, or new by a login. */
export type ReadySession = Extract<SessionOutcome, { readonly token: SsoToken }>['state'];
