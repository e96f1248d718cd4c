import type { IniValues } from '../aws-config/ini.ts';
import { resolveSsoEndpoints } from '../aws-config/settings.ts';
import { findIgnoredSection, type SharedConfig } from '../aws-config/shared-config.ts';
import type { Environment } from '../context.ts';
import type { SsoSession } from '../sso/session.ts';
import { profileExpiry } from './expiry.ts';
import {
  conflictingSources,
  cycle,
  hidingKeys,
  incompleteProblem,
  invalidAccount,
  invalidRoleArn,
  missingProfile,
  noCredentials,
  unknownAmbient,
  withUnreadableKeys,
} from './source-problems.ts';
import type { CredentialProblem, CredentialSource } from './source.ts';

export { settingsOnly } from './source-problems.ts';

interface Search {
  readonly config: SharedConfig;
  readonly env: Environment;
  /** The profile that was asked for: its endpoint settings hold for the whole chain. */
  readonly asked: string;
}

/** `credential_source` values that the SDK knows. */
const ambientSources: ReadonlySet<string> = new Set(['Environment', 'Ec2InstanceMetadata', 'EcsContainer']);

/** Follows a profile to its credentials as `fromIni` of `@aws-sdk/credential-provider-ini` does (`resolveProfileData`), not as the AWS CLI. */
export function resolveCredentialSource(config: SharedConfig, name: string, env: Environment): CredentialSource {
  return resolve({ config, env, asked: name }, name, [], false);
}

function resolve(search: Search, name: string, visited: readonly string[], isSourceOnly: boolean): CredentialSource {
  const values = search.config.profiles.get(name);
  if (values === undefined) return invalid(name, missingProfile(search.config, name, askerOf(search, visited)));
  // The source of a role may itself have a role_arn next to its keys: the keys are meant, or every such profile were a cycle.
  if (visited.length > 0 && isStatic(values)) return staticSource(search, name, values);
  if (isSourceOnly || isAssumeRole(values)) return resolveRole(search, name, values, visited);
  if (isStatic(values)) return staticSource(search, name, values);
  const { role_arn: roleArn, web_identity_token_file: tokenFile, credential_process: command } = values;
  if (tokenFile !== undefined && roleArn !== undefined) return { kind: 'web-identity', profile: name, roleArn };
  if (command !== undefined) return { kind: 'process', profile: name, command, ...notedRole(values, command) };
  if (isSsoProfile(values)) return resolveSsoSource(search.config, name, values, search.env, search.asked);
  if (values['login_session'] !== undefined) {
    return { kind: 'login', profile: name, loginSession: values['login_session'] };
  }
  return unresolved(search, name, values, visited);
}

function askerOf({ asked }: Search, visited: readonly string[]): string | undefined {
  return visited.length === 0 ? undefined : (visited.at(-2) ?? asked);
}

function resolveRole(search: Search, name: string, values: IniValues, visited: readonly string[]): CredentialSource {
  const source = resolveRoleSource(search, name, values, visited);
  const { role_arn: roleArn, mfa_serial: mfaSerial } = values;
  if (roleArn === undefined) return source;
  if (!/^arn:[\w-]+:iam::\d{12}:role\/./.test(roleArn))
    return invalid(name, invalidRoleArn(search.config, name, roleArn));
  return { kind: 'assume-role', profile: name, roleArn, mfaSerial, source };
}

function resolveRoleSource(
  search: Search,
  name: string,
  { source_profile: sourceProfile, credential_source: ambient = '' }: IniValues,
  visited: readonly string[],
): CredentialSource {
  if (sourceProfile === undefined) {
    if (ambientSources.has(ambient)) return { kind: 'ambient', profile: name, source: ambient };
    return invalid(name, unknownAmbient(search.config, name, ambient, [...ambientSources]));
  }
  // Only the sources that were visited count, not the profile asked for: it may name itself once and have keys.
  if (visited.includes(sourceProfile)) {
    return invalid(name, cycle(search.config, [search.asked, ...visited, sourceProfile]));
  }
  const next = search.config.profiles.get(sourceProfile) ?? {};
  const isSourceOnly = next['role_arn'] === undefined && next['credential_source'] !== undefined;
  const source = resolve(search, sourceProfile, [...visited, sourceProfile], isSourceOnly);
  return source.kind === 'none' ? invalid(sourceProfile, noCredentials(search.config, sourceProfile, name)) : source;
}

function isAssumeRole({ role_arn, source_profile, credential_source }: IniValues): boolean {
  return role_arn !== undefined && (source_profile === undefined) !== (credential_source === undefined);
}

function isStatic({ aws_access_key_id, aws_secret_access_key }: IniValues): boolean {
  return aws_access_key_id !== undefined && aws_secret_access_key !== undefined;
}

/** The account and role that `granted sso generate` and aws-sso-cli note in a profile. They only help to find it: the guard calls STS. */
function notedRole(values: IniValues, command: string): { readonly accountId?: string; readonly roleName?: string } {
  const [, arnAccount, arnRole] =
    /\barn:aws[\w-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)/.exec(command) ?? [];
  return {
    accountId: values['granted_sso_account_id'] ?? arnAccount,
    roleName: values['granted_sso_role_name'] ?? arnRole,
  };
}

function staticSource({ config, env, asked }: Search, profile: string, values: IniValues): CredentialSource {
  const accountId = values['aws_account_id'];
  const isHiding = isSsoProfile(values) && resolveSsoSource(config, profile, values, env, asked).kind !== 'invalid';
  const known = { profile, accountId, hidden: isHiding ? hidingKeys(config, profile) : undefined };
  if (values['aws_session_token'] === undefined) return { kind: 'static', ...known };
  const expiresAt = profileExpiry(values)?.expiresAt;
  return { kind: 'temporary', expiresAt, ...known };
}

function unresolved(search: Search, name: string, values: IniValues, visited: readonly string[]): CredentialSource {
  const { config } = search;
  if (values['role_arn'] !== undefined && values['source_profile'] !== undefined) {
    return invalid(name, conflictingSources(config, name));
  }
  const problem = incompleteProblem(config, name, values, askerOf(search, visited));
  return problem === undefined ? { kind: 'none', profile: name } : invalid(name, problem);
}

function invalid(profile: string, problem: CredentialProblem): CredentialSource {
  return { kind: 'invalid', profile, problem };
}

/** What a lookup of a session gives: the session, or why there is none. */
export type SessionLookup =
  | { readonly session: SsoSession; readonly problem?: undefined }
  | { readonly session?: undefined; readonly problem: CredentialProblem };

/** The `[sso-session NAME]` section as a session, with the endpoint settings of `profile`. */
export function lookUpSession(config: SharedConfig, name: string, env: Environment, profile?: string): SessionLookup {
  const values = config.ssoSessions.get(name);
  if (values === undefined) return { problem: missingSession(config, name, profile) };
  const { sso_start_url: startUrl, sso_region: region, sso_registration_scopes: scopes } = values;
  if (startUrl === undefined || region === undefined) {
    const absent = [startUrl === undefined && 'sso_start_url', region === undefined && 'sso_region'];
    const problem = missingKeys(config, `[sso-session ${name}]`, absent.filter(isString));
    return { problem: withUnreadableKeys(config, 'sso-session', name, problem) };
  }
  const session: SsoSession = {
    name,
    startUrl,
    region,
    scopes: scopes?.split(',').flatMap((scope) => scope.trim() || []),
    endpoints: resolveSsoEndpoints(config, profile, env),
  };
  return { session };
}

/** Returns the session of a profile, even if the profile has no account or role. */
export function profileSession(config: SharedConfig, name: string, env: Environment): SsoSession | undefined {
  const values = config.profiles.get(name) ?? {};
  const { sso_session: sessionName } = values;
  if (sessionName !== undefined) return lookUpSession(config, sessionName, env, name).session;
  return legacySession(config, name, values, env, name).session;
}

/** Whether the SDK takes the profile for an SSO profile: any one of the five keys is enough (`isSsoProfile`). */
export function isSsoProfile(values: IniValues): boolean {
  return ['sso_start_url', 'sso_account_id', 'sso_session', 'sso_region', 'sso_role_name'].some((key) => key in values);
}

/** The source of a profile with SSO keys, as `fromSSO` validates it: a session's start URL and region replace the profile's own. */
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
    const problem = missingKeys(config, `profile "${profile}"`, absent.filter(isString));
    return invalid(profile, withUnreadableKeys(config, 'profile', profile, problem));
  }
  if (!/^\d{12}$/.test(accountId)) return invalid(profile, invalidAccount(config, profile, accountId));
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
    const absent = keys.filter((key) => !(key in values));
    const problem = missingKeys(config, `profile "${profile}"`, absent);
    return { problem: withUnreadableKeys(config, 'profile', profile, problem) };
  }
  return { session: { startUrl, region, endpoints: resolveSsoEndpoints(config, usedAs, env) } };
}

function missingKeys({ files }: SharedConfig, holder: string, keys: readonly string[]): CredentialProblem {
  return {
    code: 'missing-sso-keys',
    what: `${holder} in ${files.config.shownPath} has no ${keys.join(' and ')}`,
    why: 'SSO needs start URL, Region, account and role. cdk would report that no credentials are configured.',
    next: [{ say: 'Add the missing keys, or create the profile:' }, { run: 'cdkx sso configure' }],
  };
}

function missingSession(config: SharedConfig, name: string, profile: string | undefined): CredentialProblem {
  const ignored = findIgnoredSection(config, 'sso-session', name);
  const asker = profile === undefined ? '' : ` (sso_session of profile "${profile}")`;
  const known = [...config.ssoSessions.keys()].slice(0, 10);
  const why =
    ignored === undefined
      ? known.length === 0
        ? 'There are no [sso-session] sections.'
        : `Known sessions: ${known.join(', ')}.`
      : `cdk ignores its section in ${ignored.file.shownPath}. ${ignored.section.header.reason}`;
  return {
    code: 'missing-session',
    what: `no [sso-session ${name}]${asker} in ${config.files.config.shownPath}`,
    why,
    next: [{ say: 'Correct the name, or add the session:' }, { run: 'cdkx sso configure' }],
  };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
