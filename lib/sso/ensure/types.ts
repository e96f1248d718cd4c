import type { HttpSettings } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import type { SsoToken } from '../cache/token.ts';
import type { SsoSession } from '../session.ts';
import type { Unattended } from '../../system/environment.ts';

/** What is asked of a session, and how far one may go for it. */
export interface SessionRequest {
  readonly session: SsoSession;
  /** The profile that leads to the session: named in messages and in the command to run next. */
  readonly profile?: string | undefined;
  /** `best-effort`: the command can do without credentials. */
  readonly requirement: 'required' | 'best-effort';
  readonly login: 'prompt' | 'auto' | 'never';
  readonly reporter: Reporter;
  readonly http: HttpSettings;
  /** Whether to log in with a code on any device; `undefined` lets the surroundings decide (`CDKX_DEVICE_CODE`, SSH, containers …). */
  readonly deviceCode?: boolean | undefined;
  /** Print the address only, open no browser. */
  readonly noBrowser?: boolean | undefined;
  /** Log in although the token is still good. */
  readonly force?: boolean | undefined;
  /** An access token that the portal does not take, though it has not expired: it counts as ended. */
  readonly refused?: string | undefined;
  /** A pipeline or an AI agent, if one runs this: nobody is asked, and no browser opens. */
  readonly unattended: Unattended | undefined;
  /** What the person ran, for messages: `cdkx deploy`. */
  readonly command?: string | undefined;
  /**
   * Who needs the token, which matters where the cache cannot be written. `child` (by default): a program that is started next, reads the
   * cache and renews in its own memory what it cannot write. `self`: this process. `cache`: whoever comes later.
   */
  readonly tokenFor?: 'child' | 'self' | 'cache' | undefined;
  /** The token that this process had of the session before: it may be that it could not be stored. Used unless one on disk lasts longer. */
  readonly held?: SsoToken | undefined;
  /**
   * What becomes of a token that ends soon and cannot be refreshed: `offer` (by default, where the session is required) says so and offers a
   * login on a terminal, `use` goes on with it without a word, where that was said before.
   */
  readonly endingSoon?: 'offer' | 'use' | undefined;
}

/**
 * A session that can be used, or leave to go on without one. `left-to-child`: it needs a refresh that could not be stored, and that the
 * program which is started makes for itself.
 */
export type SessionOutcome =
  | { readonly state: 'valid' | 'refreshed' | 'logged-in'; readonly token: SsoToken }
  | { readonly state: 'left-to-child' }
  | { readonly state: 'continue-without'; readonly reason: string };
