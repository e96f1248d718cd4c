import type { RoleCredentials } from '../../credentials/role-credentials.ts';
import { safeJson } from '../../messages/text.ts';
import { quotePowerShell } from '../../shell/shell.ts';

export const credentialFormats = ['process', 'env', 'json', 'fish', 'powershell', 'windows-cmd'] as const;

export type CredentialFormat = (typeof credentialFormats)[number];

export type NamedCredentials = RoleCredentials & { readonly profile: string };

/** Formats credentials as lines. The shell formats also unset variables of an earlier `eval`. */
export function formatCredentials(credentials: NamedCredentials, format: CredentialFormat): string[] {
  switch (format) {
    case 'process':
      return [safeJson(processJson(credentials))];
    case 'json':
      return [safeJson(fullJson(credentials), 2)];
    case 'env':
      return shellLines(credentials, (name, value) =>
        value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
      );
    case 'fish':
      return shellLines(credentials, (name, value) =>
        value === undefined ? `set -e ${name}` : `set -gx ${name} '${value.replace(/[\\']/g, String.raw`\$&`)}'`,
      );
    case 'powershell':
      return shellLines(credentials, (name, value) =>
        value === undefined
          ? `Remove-Item Env:${name} -ErrorAction SilentlyContinue`
          : `$Env:${name}=${quotePowerShell(value)}`,
      );
    case 'windows-cmd':
      // As the AWS CLI writes them: each line is its own command, without quotes.
      return shellLines(credentials, (name, value = '') => `set ${name}=${value}`);
  }
}

/** The contract of `credential_process` (AWS SDKs and Tools Reference Guide, "Process credential provider"), version 1. */
function processJson({ accessKeyId, secretAccessKey, sessionToken, expiration, accountId }: NamedCredentials): unknown {
  return {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration === undefined ? undefined : isoSeconds(expiration),
    AccountId: accountId,
  };
}

/** JSON for programs, version 1: members are only ever added; one without a value is absent. */
function fullJson(credentials: NamedCredentials): unknown {
  const { profile, accountId, accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return {
    version: 1,
    profile,
    accountId,
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiration === undefined ? undefined : isoSeconds(expiration),
  };
}

function shellLines(
  { accessKeyId, secretAccessKey, sessionToken, expiration }: NamedCredentials,
  line: (name: string, value: string | undefined) => string,
): string[] {
  return [
    line('AWS_ACCESS_KEY_ID', accessKeyId),
    line('AWS_SECRET_ACCESS_KEY', secretAccessKey),
    line('AWS_SESSION_TOKEN', sessionToken),
    line('AWS_CREDENTIAL_EXPIRATION', expiration === undefined ? undefined : isoSeconds(expiration)),
  ];
}

/** Without fractions of a second, which some readers don't support. */
function isoSeconds(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
