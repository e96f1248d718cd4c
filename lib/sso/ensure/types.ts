import type { LoginMode } from '../../cdkx-flags.ts';
import type { HttpSettings } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import type { SsoToken } from '../cache/token.ts';
import type { SsoSession } from '../session.ts';
import type { Unattended } from '../../system/environment.ts';

/** A request to make a session valid. */
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
  /** Print the URL instead of opening a browser. */
  readonly noBrowser?: boolean | undefined;
  /** Sign in even if the token is valid. */
  readonly force?: boolean | undefined;
  /** An unexpired access token that the portal rejected: it counts as expired. */
  readonly refused?: string | undefined;
  /** A pipeline or an AI agent, if one runs this: nobody is asked, and no browser opens. */
  readonly unattended: Unattended | undefined;
  /** The command that the user ran, for messages: `cdkx deploy`. */
  readonly command?: string | undefined;
  /**
   * Who needs the token, if the cache can't be written. `child` (default): a child process, which reads the
   * cache and can renew the session in memory. `self`: this process. `cache`: later processes.
   */
  readonly tokenFor?: 'child' | 'self' | 'cache' | undefined;
  /** The token that this process has from before, which may not be stored. Used unless the one on disk expires later. */
  readonly held?: SsoToken | undefined;
  /**
   * What to do with a token that expires soon and can't be refreshed: `offer` (default, if the session is required) warns and offers a
   * sign-in on a terminal; `use` continues with it silently.
   */
  readonly endingSoon?: 'offer' | 'use' | undefined;
}

/**
 * A usable session, or permission to continue without one. `left-to-child`: it needs a refresh that couldn't be stored, and that the
 * child process does itself.
 */
export type SessionOutcome =
  | { readonly state: 'valid' | 'refreshed' | 'logged-in'; readonly token: SsoToken }
  | { readonly state: 'left-to-child' }
  | { readonly state: 'continue-without' };
