import type { Context } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';
import type { IdentityCenter, IssuedToken } from './identity-center.ts';
import type { ClientRegistration } from './registration-cache.ts';
import type { SsoSession } from './session.ts';

/** What both ways to log in work with. */
export interface LoginFlow {
  readonly ctx: Context;
  readonly session: SsoSession;
  /** The session as it is called in what the person reads. */
  readonly name: string;
  /** The command that begins this login once more. */
  readonly again: string;
  readonly identityCenter: IdentityCenter;
  readonly registration: ClientRegistration;
  /** The start URL as Identity Center knows it. */
  readonly startUrl: string;
  readonly reporter: Reporter;
  readonly noBrowser: boolean;
  readonly signal: AbortSignal;
}

/** What a login ends with; errors are thrown. `switch`: the person wants the code in place of the browser. */
export type LoginEnd = { readonly issued: IssuedToken } | 'switch';
