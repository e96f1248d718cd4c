import type { HttpSettings } from '../context.ts';

/** An SSO session: an `[sso-session]` section, or the start URL of a legacy profile. */
export interface SsoSession {
  /** Name of the `[sso-session]` section; absent for a legacy profile (`sso_start_url` in the profile itself). */
  readonly name?: string;
  /** The configured start URL, verbatim: cache keys depend on it byte for byte. */
  readonly startUrl: string;
  /** Region of IAM Identity Center (`sso_region`), not the profile's `region`. */
  readonly region: string;
  /** `sso_registration_scopes`, split and trimmed; absent if the key is. */
  readonly scopes?: readonly string[];
  readonly endpoints: SsoEndpoints;
}

/** Endpoint settings as the AWS SDKs read them (environment, then the profile's `services` section, then the profile). */
export interface SsoEndpoints {
  /** `AWS_ENDPOINT_URL_SSO_OIDC` or the equivalent setting. */
  readonly oidc?: string;
  /** `AWS_ENDPOINT_URL_SSO` or the equivalent setting. */
  readonly portal?: string;
  readonly useFips?: boolean;
  readonly useDualstack?: boolean;
  /** `ca_bundle` of the profile: a PEM file with the certificate authorities for these calls. */
  readonly caBundle?: string;
}

export function sessionHttp(http: HttpSettings, { endpoints }: SsoSession): HttpSettings {
  return endpoints.caBundle === undefined ? http : { ...http, profileCaBundle: endpoints.caBundle };
}

export function sessionLabel(session: SsoSession): string {
  return session.name ?? session.startUrl;
}

/** A session in a message, with the profile that uses it: `SSO session "acme" (profile "acme-dev")`. */
export function sessionName({
  session,
  profile,
}: {
  readonly session: SsoSession;
  readonly profile?: string | undefined;
}): string {
  const name = session.name === undefined ? `the SSO session at ${session.startUrl}` : `SSO session "${session.name}"`;
  return profile === undefined ? name : `${name} (profile "${profile}")`;
}

/** The string whose SHA-1 is the name of the token file, in all AWS tools: the session's name, or a legacy profile's start URL verbatim. */
export function sessionCacheKey(session: SsoSession): string {
  return session.name ?? session.startUrl;
}

/** The scope for listing accounts and getting role credentials; the default if `sso_registration_scopes` is absent, as in the AWS CLI. */
export const accountAccessScope = 'sso:account:access';
