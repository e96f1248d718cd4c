import type { MessageParts, NextStep } from '../messages/errors.ts';
import type { SsoSession } from '../sso/session.ts';

/** Where a profile's credentials come from, found exactly as the AWS SDK for JavaScript inside `cdk` finds it. */
export type CredentialSource =
  | SsoSource
  | AssumeRoleSource
  /** `aws_access_key_id` and `aws_secret_access_key` without a session token. */
  | { readonly kind: 'static'; readonly profile: string; readonly accountId?: string; readonly hidden?: HiddenSso }
  /** Keys with a session token; `expiresAt` where the file tells it. */
  | {
      readonly kind: 'temporary';
      readonly profile: string;
      readonly expiresAt?: Date;
      readonly accountId?: string;
      readonly hidden?: HiddenSso;
    }
  /** `accountId` and `roleName` are set if granted or aws-sso-cli wrote the profile. */
  | {
      readonly kind: 'process';
      readonly profile: string;
      readonly command: string;
      readonly accountId?: string;
      readonly roleName?: string;
    }
  | { readonly kind: 'web-identity'; readonly profile: string; readonly roleArn: string }
  /** `aws login` (AWS CLI 2.32 and newer): `loginSession` is the signed-in identity's ARN. */
  | { readonly kind: 'login'; readonly profile: string; readonly loginSession: string }
  /** `credential_source` of an assume-role profile: Environment, Ec2InstanceMetadata, EcsContainer. */
  | { readonly kind: 'ambient'; readonly profile: string; readonly source: string }
  | { readonly kind: 'none'; readonly profile: string }
  | { readonly kind: 'invalid'; readonly profile: string; readonly problem: CredentialProblem };

export interface SsoSource {
  readonly kind: 'sso-session' | 'legacy-sso';
  /** The profile that holds the SSO keys (the leaf of a role chain). */
  readonly profile: string;
  readonly session: SsoSession;
  readonly accountId: string;
  readonly roleName: string;
}

/** Complete SSO settings of a profile whose keys come before them. */
export interface HiddenSso {
  /** What to delete so that they count: `section [dev] from ~/.aws/credentials`. */
  readonly remove: string;
}

export interface AssumeRoleSource {
  readonly kind: 'assume-role';
  readonly profile: string;
  readonly roleArn: string;
  readonly mfaSerial?: string;
  readonly source: CredentialSource;
}

/** Why a profile cannot give credentials; each becomes a message with exit code 78. */
export interface CredentialProblem {
  readonly code:
    | 'missing-profile'
    | 'missing-session'
    | 'missing-sso-keys'
    | 'missing-keys'
    | 'cycle'
    | 'missing-source-profile'
    | 'conflicting-sources'
    | 'unknown-credential-source'
    | 'invalid-account'
    | 'invalid-role-arn'
    | 'no-credentials';
  readonly what: string;
  readonly why?: string | readonly string[];
  readonly next: readonly NextStep[];
}

/** The kinds of credential sources, as shown. */
export const sourceKinds: Readonly<Record<CredentialSource['kind'], string>> = {
  'sso-session': 'sso',
  'legacy-sso': 'sso (legacy)',
  'assume-role': 'role',
  static: 'access keys',
  temporary: 'short-term keys',
  process: 'credential process',
  'web-identity': 'web identity',
  login: 'aws login',
  ambient: 'machine credentials',
  none: 'settings only',
  invalid: 'invalid',
};

/** The source at the end of a role chain: what must be valid before anything can be assumed. */
export function leafSource(source: CredentialSource): Exclude<CredentialSource, AssumeRoleSource> {
  return source.kind === 'assume-role' ? leafSource(source.source) : source;
}

/** The account of a profile, if the files contain it: the role's ARN, `sso_account_id`, `aws_account_id`, the login session's ARN. */
export function sourceAccount(source: CredentialSource): string | undefined {
  if (source.kind === 'login') return arnAccount(source.loginSession);
  if ('roleArn' in source) return arnAccount(source.roleArn);
  return 'accountId' in source ? source.accountId : undefined;
}

/** The role of a profile, as users know it: the last part of the role ARN, or `sso_role_name`. */
export function sourceRole(source: CredentialSource): string | undefined {
  if ('roleArn' in source) return source.roleArn.split('/').at(-1);
  return 'roleName' in source ? source.roleName : undefined;
}

function arnAccount(arn: string): string | undefined {
  const account = arn.split(':')[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** The MFA device whose code the role, or one that it is assumed with, requires. */
export function requiredMfa(source: CredentialSource): string | undefined {
  return source.kind === 'assume-role' ? (source.mfaSerial ?? requiredMfa(source.source)) : undefined;
}

/** A profile needs an MFA code, and there is no terminal to ask for it. */
export function mfaNeedsTerminal(profile: string, mfaSerial: string): MessageParts {
  return {
    what: `profile "${profile}" needs the code of an MFA device (${mfaSerial})`,
    why: "cdkx can't prompt: no terminal.",
    next: [
      { say: 'Run the same command on a terminal, or let the role be assumed from an SSO profile without mfa_serial.' },
    ],
  };
}
