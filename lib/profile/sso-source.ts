import type { Environment } from '../context.ts';
import type { SsoSession } from '../sso/session.ts';
import type { CredentialProblem, CredentialSource } from './credential-source.ts';
import type { IniValues } from './ini-body.ts';
import { findIgnoredSection, type SharedConfig } from './shared-config.ts';
import { resolveSsoEndpoints } from './endpoints.ts';

/** What a lookup of a session gives: the session, or why there is none. */
export type SessionLookup =
  | { readonly session: SsoSession; readonly problem?: undefined }
  | { readonly session?: undefined; readonly problem: CredentialProblem };

/**
 * The `[sso-session NAME]` section as a session. `profile` is the profile that is used with it: its `services` and endpoint
 * settings hold for the session's calls.
 */
export function lookUpSession(config: SharedConfig, name: string, env: Environment, profile?: string): SessionLookup {
  const values = config.ssoSessions.get(name);
  if (values === undefined) return { problem: missingSession(config, name, profile) };
  const { sso_start_url: startUrl, sso_region: region, sso_registration_scopes: scopes } = values;
  if (startUrl === undefined || region === undefined) {
    const absent = [startUrl === undefined && 'sso_start_url', region === undefined && 'sso_region'];
    return { problem: missingKeys(config, `[sso-session ${name}]`, absent.filter(isString)) };
  }
  const session: SsoSession = {
    name,
    startUrl,
    region,
    ...(scopes !== undefined && { scopes: scopes.split(',').flatMap((scope) => scope.trim() || []) }),
    endpoints: resolveSsoEndpoints(config, profile, env),
  };
  return { session };
}

/** Whether the SDK takes the profile for an SSO profile: any one of the five keys is enough (`isSsoProfile`). */
export function isSsoProfile(values: IniValues): boolean {
  return ['sso_start_url', 'sso_account_id', 'sso_session', 'sso_region', 'sso_role_name'].some((key) => key in values);
}

/**
 * The credential source of a profile with SSO keys, as `fromSSO` validates it: a session's start URL and region replace the profile's
 * own without a word. `usedAs` is the profile that was asked for, at the head of the chain.
 */
export function resolveSsoSource(
  config: SharedConfig,
  profile: string,
  values: IniValues,
  env: Environment,
  usedAs: string,
): CredentialSource {
  const { sso_session: sessionName, sso_account_id: accountId, sso_role_name: roleName } = values;
  const lookup =
    sessionName === undefined
      ? legacySession(config, profile, values, env, usedAs)
      : lookUpSession(config, sessionName, env, usedAs);
  if (lookup.problem !== undefined) return { kind: 'invalid', profile, problem: lookup.problem };
  if (accountId === undefined || roleName === undefined) {
    const absent = [accountId === undefined && 'sso_account_id', roleName === undefined && 'sso_role_name'];
    return { kind: 'invalid', profile, problem: missingKeys(config, `profile "${profile}"`, absent.filter(isString)) };
  }
  const kind = sessionName === undefined ? 'legacy-sso' : 'sso-session';
  return { kind, profile, session: lookup.session, accountId, roleName };
}

function legacySession(
  config: SharedConfig,
  profile: string,
  values: IniValues,
  env: Environment,
  usedAs: string,
): SessionLookup {
  const keys = ['sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name'];
  const { sso_start_url: startUrl, sso_region: region } = values;
  if (startUrl === undefined || region === undefined) {
    return {
      problem: missingKeys(
        config,
        `profile "${profile}"`,
        keys.filter((key) => !(key in values)),
      ),
    };
  }
  return { session: { startUrl, region, endpoints: resolveSsoEndpoints(config, usedAs, env) } };
}

function missingKeys({ files }: SharedConfig, holder: string, keys: readonly string[]): CredentialProblem {
  return {
    code: 'missing-sso-keys',
    what: `${holder} in ${files.config.shownPath} lacks ${keys.join(' and ')}.`,
    why: 'Without start URL, region, account and role there is nothing to sign in to; cdk would only say that no credentials have been configured.',
    next: ['Add what is missing, or let cdkx write the profile:', '    cdkx sso configure'],
  };
}

function missingSession(config: SharedConfig, name: string, profile: string | undefined): CredentialProblem {
  const ignored = findIgnoredSection(config, 'sso-session', name);
  const asker = profile === undefined ? '' : ` (sso_session of profile "${profile}")`;
  const known = [...config.ssoSessions.keys()].slice(0, 10);
  const why =
    ignored === undefined
      ? known.length === 0
        ? 'There is no [sso-session] section at all.'
        : `Known sessions: ${known.join(', ')}.`
      : `There is a section meant for it in ${ignored.file.shownPath}, but ${ignored.section.header.reason}.`;
  return {
    code: 'missing-session',
    what: `no [sso-session ${name}]${asker} in ${config.files.config.shownPath}.`,
    why,
    next: ['Correct the name, or add the session:', '    cdkx sso configure'],
  };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
