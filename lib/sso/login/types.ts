import type { Context } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import type { ClientRegistration } from '../cache/registration-cache.ts';
import type { IdentityCenter, IssuedToken } from '../identity-center/client.ts';
import type { SsoSession } from '../session.ts';

export interface SignInRequest {
  readonly ctx: Context;
  readonly session: SsoSession;
  readonly name: string;
  readonly again: string;
  readonly identityCenter: IdentityCenter;
  readonly registration: ClientRegistration;
  /** The start URL as IAM Identity Center knows it. */
  readonly startUrl: string;
  readonly reporter: Reporter;
  readonly noBrowser: boolean;
  /** The user asked for the browser (`CDKX_DEVICE_CODE=0`): it isn't given up for a code. */
  readonly insistsOnBrowser: boolean;
  readonly signal: AbortSignal;
}

/** The result of a sign-in; errors are thrown. `switch`: the user wants a device code instead of the browser. */
export type SignInResult = { readonly issued: IssuedToken } | 'switch';
