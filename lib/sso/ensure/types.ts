import type { LoginMode } from '../../cdkx-flags.ts';
import type { HttpSettings } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import type { SsoToken } from '../cache/token.ts';
import type { SsoSession } from '../session.ts';
import type { Unattended } from '../../system/environment.ts';

export interface SessionRequest {
  readonly session: SsoSession;
  /** The profile that uses the session, for messages and commands. */
  readonly profile?: string | undefined;
  /** `best-effort`: the command also works without credentials. */
  readonly requirement: 'required' | 'best-effort';
  readonly login: LoginMode;
  readonly reporter: Reporter;
  readonly http: HttpSettings;
  /** Whether to sign in with a code on any device; `undefined` is automatic (SSH, containers …). */
  readonly deviceCode?: boolean | undefined;
  readonly noBrowser?: boolean | undefined;
  readonly force?: boolean | undefined;
  /** An unexpired access token that the portal rejected: it counts as expired. */
  readonly refused?: string | undefined;
  /** A pipeline or an AI agent, if one runs this: cdkx doesn't prompt, and opens no browser. */
  readonly unattended: Unattended | undefined;
  /** The command that the user ran, for messages: `cdkx deploy`. */
  readonly command?: string | undefined;
  /** Who needs the token, if the cache can't be written: a child process (default), this one, or later ones. */
  readonly tokenFor?: 'child' | 'self' | 'cache' | undefined;
  /** The token that this process has from before, which may not be stored. Used unless the one on disk expires later. */
  readonly held?: SsoToken | undefined;
  /** For a token that expires soon and can't be refreshed: warn and offer a sign-in (default), or use it silently. */
  readonly endingSoon?: 'offer' | 'use' | undefined;
}

/** A usable session, or permission to continue without one. `left-to-child`: the child process refreshes it itself. */
export type SessionOutcome =
  | { readonly state: 'valid' | 'refreshed' | 'logged-in'; readonly token: SsoToken }
  | { readonly state: 'left-to-child' }
  | { readonly state: 'continue-without' };
