import type { Context } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import type { ClientRegistration } from '../cache/registration-cache.ts';
import type { IdentityCenter, IssuedToken } from '../identity-center/client.ts';
import type { SsoSession } from '../session.ts';

/** What both ways to log in work with. */
export interface SignInRequest {
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
  /** The user asked for the browser (`CDKX_DEVICE_CODE=0`): it isn't given up for a code. */
  readonly insistsOnBrowser: boolean;
  readonly signal: AbortSignal;
}

/** What a login ends with; errors are thrown. `switch`: the person wants the code in place of the browser. */
export type SignInResult = { readonly issued: IssuedToken } | 'switch';
