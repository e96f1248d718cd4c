import type { HttpSettings } from '../context.ts';

/**
 * What identifies one IAM Identity Center sign-in: an `[sso-session]` section, or a legacy profile's own start URL.
 * Built from shared config by `lib/profile`; everything in `lib/sso` works on it.
 */
export interface SsoSession {
  /** Name of the `[sso-session]` section; absent for a legacy profile (`sso_start_url` in the profile itself). */
  readonly name?: string;
  /** The configured start URL, verbatim: cache keys depend on it byte for byte. */
  readonly startUrl: string;
  /** Region of Identity Center (`sso_region`), not the profile's `region`. */
  readonly region: string;
  /** `sso_registration_scopes`, split and trimmed; absent where the key is. */
  readonly scopes?: readonly string[];
  /** Endpoint overrides and variants that hold for this session's calls. */
  readonly endpoints: SsoEndpoints;
}

/** Endpoint settings as the AWS SDKs read them (environment, then the profile's `services` section, then the profile). */
export interface SsoEndpoints {
  /** `AWS_ENDPOINT_URL_SSO_OIDC` or what stands for it. */
  readonly oidc?: string;
  /** `AWS_ENDPOINT_URL_SSO` or what stands for it. */
  readonly portal?: string;
  readonly useFips?: boolean;
  readonly useDualstack?: boolean;
  /** `ca_bundle` of the profile: the certificate authorities that these calls trust, a PEM file. */
  readonly caBundle?: string;
}

/** How the calls of a session leave this machine: as all of ours, with the `ca_bundle` of its profile. */
export function sessionHttp(http: HttpSettings, { endpoints }: SsoSession): HttpSettings {
  return endpoints.caBundle === undefined ? http : { ...http, profileCaBundle: endpoints.caBundle };
}

/** The name of a session for people: its section's name, or its start URL. */
export function sessionLabel(session: SsoSession): string {
  return session.name ?? session.startUrl;
}

/** A session in a message, with the profile that leads to it: `SSO session "acme" (profile "acme-dev")`. */
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

/** The string whose SHA-1 names the token file: the session's name, or for a legacy profile its start URL verbatim (all AWS tools agree). */
export function sessionCacheKey(session: SsoSession): string {
  return session.name ?? session.startUrl;
}

/** The scope that listing accounts and getting role credentials needs; requested when `sso_registration_scopes` is absent, as the AWS CLI does. */
export const accountAccessScope = 'sso:account:access';
