import type { Environment } from '../context.ts';
import type { CredentialProblem, CredentialSource } from './credential-source.ts';
import type { IniValues } from './ini-body.ts';
import type { SharedConfig } from './shared-config.ts';
import {
  conflictingSources,
  cycle,
  incompleteProblem,
  missingProfile,
  noCredentials,
  unknownAmbient,
} from './source-problems.ts';
import { isSsoProfile, resolveSsoSource } from './sso-source.ts';

interface Search {
  readonly config: SharedConfig;
  readonly env: Environment;
  /** The profile that was asked for: its endpoint settings hold for the whole chain. */
  readonly asked: string;
}

/** `credential_source` values that the SDK knows. */
const ambientSources: ReadonlySet<string> = new Set(['Environment', 'Ec2InstanceMetadata', 'EcsContainer']);

/**
 * Follows a profile to what gives its credentials, exactly as `fromIni` of `@aws-sdk/credential-provider-ini` inside `cdk` does
 * (`resolveProfileData`; a test compares the two): assume-role, static keys, web identity, `credential_process`, SSO, `login_session`.
 * This is not the order of the AWS CLI. Reads nothing but its arguments; a profile that cannot work is `invalid` and says why.
 */
export function resolveCredentialSource(config: SharedConfig, name: string, env: Environment): CredentialSource {
  return resolve({ config, env, asked: name }, name, [], false);
}

function resolve(search: Search, name: string, visited: readonly string[], isSourceOnly: boolean): CredentialSource {
  const values = search.config.profiles.get(name);
  if (values === undefined) return invalid(name, missingProfile(search.config, name, askerOf(search, visited)));
  // The source of a role may itself have a role_arn next to its keys: the keys are meant, or every such profile were a cycle.
  if (visited.length > 0 && isStatic(values)) return staticSource(name, values);
  if (isSourceOnly || isAssumeRole(values)) return resolveRole(search, name, values, visited);
  if (isStatic(values)) return staticSource(name, values);
  const { role_arn: roleArn, web_identity_token_file: tokenFile, credential_process: command } = values;
  if (tokenFile !== undefined && roleArn !== undefined) return { kind: 'web-identity', profile: name, roleArn };
  if (command !== undefined) return { kind: 'process', profile: name, command };
  if (isSsoProfile(values)) return resolveSsoSource(search.config, name, values, search.env, search.asked);
  if (values['login_session'] !== undefined) {
    return { kind: 'login', profile: name, loginSession: values['login_session'] };
  }
  return unresolved(search, name, values, visited);
}

/** The profile whose source_profile the last visited one is; `undefined` at the head of the chain. */
function askerOf({ asked }: Search, visited: readonly string[]): string | undefined {
  return visited.length === 0 ? undefined : (visited.at(-2) ?? asked);
}

function resolveRole(search: Search, name: string, values: IniValues, visited: readonly string[]): CredentialSource {
  const source = resolveRoleSource(search, name, values, visited);
  const { role_arn: roleArn, mfa_serial: mfaSerial } = values;
  if (roleArn === undefined) return source;
  return { kind: 'assume-role', profile: name, roleArn, ...(mfaSerial !== undefined && { mfaSerial }), source };
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

function staticSource(profile: string, values: IniValues): CredentialSource {
  const accountId = values['aws_account_id'];
  const account = accountId === undefined ? {} : { accountId };
  if (values['aws_session_token'] === undefined) return { kind: 'static', profile, ...account };
  const expiresAt = readExpiry(values);
  return { kind: 'temporary', profile, ...(expiresAt !== undefined && { expiresAt }), ...account };
}

/** The keys under which tools note when temporary credentials end (saml2aws, aws-mfa, gimme-aws-creds); a time without zone is UTC there. */
function readExpiry(values: IniValues): Date | undefined {
  const text = values['x_security_token_expires'] ?? values['aws_expiration'] ?? values['expiration'];
  if (text === undefined) return undefined;
  const hasZone = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(text);
  const date = new Date(hasZone ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function unresolved({ config }: Search, name: string, values: IniValues, visited: readonly string[]): CredentialSource {
  if (values['role_arn'] !== undefined && values['source_profile'] !== undefined) {
    return invalid(name, conflictingSources(config, name));
  }
  const problem = incompleteProblem(config, name, values, visited);
  return problem === undefined ? { kind: 'none', profile: name } : invalid(name, problem);
}

function invalid(profile: string, problem: CredentialProblem): CredentialSource {
  return { kind: 'invalid', profile, problem };
}
