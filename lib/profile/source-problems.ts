import type { IniValues } from '../aws-config/ini.ts';
import { findIgnoredSection, type SharedConfig } from '../aws-config/shared-config.ts';
import { didYouMean } from '../messages/nearest-names.ts';
import { shellWord } from '../messages/text.ts';
import type { CredentialProblem, HiddenSso } from './source.ts';
import { findUnreadableKeys } from './unreadable-keys.ts';

/** A profile that is not there: asked for, or the `source_profile` of the profile `asker`. */
export function missingProfile(config: SharedConfig, name: string, asker: string | undefined): CredentialProblem {
  const ignored = findIgnoredSection(config, 'profile', name);
  return {
    code: asker !== undefined ? 'missing-source-profile' : 'missing-profile',
    what: `no profile named "${name}"${asker === undefined ? '' : ` (source_profile of "${asker}")`} in ${where(config)}`,
    why:
      ignored === undefined
        ? [...didYouMean(name, [...config.profiles.keys()]), 'There are no credentials without it.']
        : `cdk ignores its section in ${ignored.file.shownPath}. ${ignored.section.header.reason}`,
    next: [{ say: 'Correct the name. To list the profiles that cdk can read, run:' }, { run: 'cdkx profile list' }],
  };
}

/** The `source_profile` keys form a cycle. */
export function cycle(config: SharedConfig, visited: readonly string[]): CredentialProblem {
  // Show the cycle once.
  const again = visited.findIndex((name, index) => visited.indexOf(name) < index);
  const chain = visited.slice(0, again + 1);
  return {
    code: 'cycle',
    what: `the source_profile keys in ${where(config)} form a cycle: ${chain.join(' → ')}`,
    why: 'A role is assumed with the credentials of its source_profile, so the last profile needs its own credentials.',
    next: [{ say: `Set source_profile of "${chain.at(-2)}" to a profile with SSO, keys or another source.` }],
  };
}

/** `role_arn` with both `source_profile` and `credential_source`: the SDK then takes it for no role at all. */
export function conflictingSources(config: SharedConfig, name: string): CredentialProblem {
  return {
    code: 'conflicting-sources',
    what: `profile "${name}" in ${where(config)} has both source_profile and credential_source`,
    why: 'A role is assumed with one of them; cdk finds no credentials if both are set.',
    next: [{ say: 'Remove one of the two.' }],
  };
}

/** `credential_source` with a value that the SDK does not know. */
export function unknownAmbient(
  config: SharedConfig,
  name: string,
  value: string,
  known: readonly string[],
): CredentialProblem {
  return {
    code: 'unknown-credential-source',
    what: `profile "${name}" in ${where(config)} has credential_source = ${value}, which is not a valid value`,
    why: "cdk can't use the profile with it.",
    next: [{ say: `Use one of ${known.join(', ')}, which are case-sensitive.` }],
  };
}

/** The source of a role that holds only settings. */
export function noCredentials(config: SharedConfig, name: string, role: string): CredentialProblem {
  return {
    code: 'missing-source-profile',
    what: `profile "${name}" in ${where(config)}, the source_profile of "${role}", has no credentials`,
    why: 'It contains settings only, so it cannot assume the role.',
    next: [{ say: 'Use another source_profile, or create one:' }, { run: 'cdkx sso configure' }],
  };
}

const incomplete: readonly { readonly has: string; readonly lacks: string; readonly instead: string }[] = [
  { has: 'role_arn', lacks: 'source_profile', instead: 'A role needs source_profile or credential_source.' },
  { has: 'source_profile', lacks: 'role_arn', instead: 'source_profile is only used to assume a role.' },
  { has: 'aws_access_key_id', lacks: 'aws_secret_access_key', instead: 'An access key has two parts.' },
  { has: 'aws_secret_access_key', lacks: 'aws_access_key_id', instead: 'An access key has two parts.' },
  { has: 'web_identity_token_file', lacks: 'role_arn', instead: 'A web identity is used to assume a role.' },
];

/** A profile with one half of a credential source; `undefined` if it holds none at all. */
export function incompleteProblem(
  config: SharedConfig,
  name: string,
  values: IniValues,
  asker: string | undefined,
): CredentialProblem | undefined {
  const half = incomplete.find(({ has, lacks }) => values[has] !== undefined && values[lacks] === undefined);
  if (half === undefined) return undefined;
  const asSource = asker === undefined ? '' : ` (source_profile of "${asker}")`;
  return withUnreadableKeys(config, 'profile', name, {
    code: half.has === 'role_arn' ? 'missing-source-profile' : 'missing-keys',
    what: `profile "${name}"${asSource} in ${where(config)} has ${half.has} but no ${half.lacks}`,
    why: half.instead,
    next: [{ say: `Add ${half.lacks} to it, or remove ${half.has}.` }],
  });
}

/** The files as a message names them. */
export function where({ files }: SharedConfig): string {
  return files.credentials.exists
    ? `${files.config.shownPath} or ${files.credentials.shownPath}`
    : files.config.shownPath;
}

/** What hides a profile's SSO settings: access keys in the same profile, in either file. */
export function hidingKeys({ files }: SharedConfig, profile: string): HiddenSso {
  const places = [files.credentials, files.config].flatMap((file) => {
    const keys = Object.keys(file.parsed.profiles.get(profile) ?? {});
    const hiding = keys.filter((key) => key.startsWith('aws_') || key.includes('expir'));
    if (!hiding.some((key) => key === 'aws_access_key_id' || key === 'aws_secret_access_key')) return [];
    const name = file === files.credentials || profile === 'default' ? profile : `profile ${profile}`;
    const isAll = hiding.length === keys.length;
    return [
      isAll ? `section [${name}] from ${file.shownPath}` : `${hiding.join(', ')} in [${name}] of ${file.shownPath}`,
    ];
  });
  return { remove: places.join(' and ') };
}

/** A profile without a credential source; says which lines look like one and can't be read. */
export function settingsOnly(config: SharedConfig, name: string): CredentialProblem {
  const unreadable = findUnreadableKeys(config, 'profile', name);
  return {
    code: 'no-credentials',
    what: `profile "${name}" in ${where(config)} has settings only, and no credentials`,
    why:
      unreadable.length > 0
        ? unreadable
        : config.profiles.get(name)?.['include_profile'] === undefined
          ? 'It has neither SSO settings nor a role, access keys, a process or a login session.'
          : 'cdk does not know include_profile, a setting of aws-vault.',
    next:
      unreadable.length > 0
        ? [{ say: unreadable.length === 1 ? 'Correct this line.' : 'Correct these lines.' }]
        : [{ say: 'Complete it from the access portal:' }, { run: `cdkx sso configure --profile ${shellWord(name)}` }],
  };
}

/** A profile or session that lacks keys, some of which are there but can't be read: names those instead. */
export function withUnreadableKeys(
  config: SharedConfig,
  kind: 'profile' | 'sso-session',
  name: string,
  problem: CredentialProblem,
): CredentialProblem {
  const unreadable = findUnreadableKeys(config, kind, name);
  if (unreadable.length === 0) return problem;
  const holder = kind === 'profile' ? `profile "${name}"` : `[sso-session ${name}]`;
  return {
    ...problem,
    what: `${holder} in ${where(config)} has keys that cdk can't read`,
    why: unreadable,
    next: [{ say: unreadable.length === 1 ? 'Correct this line.' : 'Correct these lines.' }],
  };
}

/** `sso_account_id` isn't an account ID: the access portal rejects it. */
export function invalidAccount(config: SharedConfig, name: string, account: string): CredentialProblem {
  const digits = account.replaceAll(/\D/g, '');
  return {
    code: 'invalid-account',
    what: `sso_account_id of profile "${name}" in ${where(config)} is ${JSON.stringify(account)}, not an account ID`,
    why: 'An account ID has twelve digits, without dashes, quotes or text after it.',
    next: [
      {
        say:
          digits.length === 12
            ? `Write it as sso_account_id = ${digits}`
            : 'Correct it; an ID that begins with 0 needs all of its zeros.',
      },
    ],
  };
}

/** `role_arn` that is no role: AWS STS refuses it. */
export function invalidRoleArn(config: SharedConfig, name: string, roleArn: string): CredentialProblem {
  return {
    code: 'invalid-role-arn',
    what: `role_arn of profile "${name}" in ${where(config)} is ${JSON.stringify(roleArn)}, not the ARN of a role`,
    why: 'It has an account ID of twelve digits and the name of the role.',
    next: [{ say: 'Write it as role_arn = arn:aws:iam::111122223333:role/NAME' }],
  };
}
