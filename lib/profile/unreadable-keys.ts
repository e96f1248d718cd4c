import { readLines } from '../aws-config/ini.ts';
import type { SharedConfig } from '../aws-config/shared-config.ts';

const credentialKeys: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'login_session',
]);

/** The lines of a section that look like credentials and that `cdk` can't read: `~/.aws/credentials:2: AWS_ACCESS_KEY_ID is in upper case`. */
export function findUnreadableKeys(
  { files }: SharedConfig,
  kind: 'profile' | 'sso-session',
  name: string,
): readonly string[] {
  return [files.config, files.credentials].flatMap(({ parsed: { text, sections }, shownPath }) =>
    sections
      .filter(({ header }) => header.kind === kind && header.name === name)
      .flatMap(({ bodyStart, end }) => readLines(text, bodyStart, end))
      .flatMap((line) => {
        const reason = reasonNotRead(line.text);
        return reason === undefined ? [] : [`${shownPath}:${lineOf(text, line.offset)}: ${reason}.`];
      }),
  );
}

/** Why a line that was meant to set a key of {@link credentialKeys} does not; `undefined` for every other line. */
function reasonNotRead(line: string): string | undefined {
  const [, exported, quote = '', key = '', separator] =
    /^(export\s+|set\s+)?(["']?)([\w-]+)\2\s*([=:])/i.exec(line) ?? [];
  const meant = key.toLowerCase().replaceAll('-', '_');
  if (!credentialKeys.has(meant)) return undefined;
  if (exported !== undefined) return `"${exported.trim()}" is not allowed before ${meant}`;
  if (quote !== '') return `${meant} must be written without quotes`;
  if (separator === ':') return `${key} is followed by ":" instead of "="`;
  if (key === meant) return undefined;
  return key.toLowerCase() === meant ? `${key} must be in lower case: ${meant}` : `${key} must be written ${meant}`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
