import { forEachLine, type IniValues, stripLine } from '../aws-config/ini.ts';
import type { SharedConfig, SharedFile } from '../aws-config/shared-config.ts';

/** The keys that make a credential source, as `fromIni` of the SDK in `cdk` spells them. */
const credentialKeys = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'credential_process',
  'credential_source',
  'login_session',
  'role_arn',
  'source_profile',
  'sso_account_id',
  'sso_region',
  'sso_role_name',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
] as const;

/** A line like `AWS_ACCESS_KEY_ID = x`, `export aws_access_key_id="x"`, `sso_session: corp`, `sso-session = corp`. */
const assignment = /^(export\s+|set\s+)?(["']?)([A-Za-z][\w-]*)\2\s*([=:])/;

/**
 * The lines of a profile that look like credentials but that `cdk` doesn't read as such, each with its place and why: `~/.aws/credentials:2:
 * cdk reads key names in lower case only`. Empty for a profile without such lines. Reads the text of both files.
 */
export function unreadableLines(
  { files }: SharedConfig,
  profile: string,
  kind: 'profile' | 'sso-session' = 'profile',
): string[] {
  return [files.config, files.credentials].flatMap((file) => linesIn(file, profile, kind));
}

function linesIn({ parsed, shownPath }: SharedFile, name: string, kind: string): string[] {
  const { text, sections } = parsed;
  const found: string[] = [];
  for (const { header, bodyStart, end } of sections) {
    if (header.kind !== kind || header.name !== name) continue;
    let line = text.slice(0, bodyStart).split('\n').length;
    forEachLine(text, bodyStart, end, (raw) => {
      const reason = reasonFor(stripLine(raw));
      if (reason !== undefined) found.push(`${shownPath}:${line}: ${reason}.`);
      line += 1;
    });
  }
  return found;
}

/** Why a line sets no key of a credential source although it seems meant to; `undefined` for any other line. */
function reasonFor(line: string): string | undefined {
  const [, prefix, quote, name = '', sign] = assignment.exec(line) ?? [];
  const key = credentialKeys.find((known) => known === name.toLowerCase().replaceAll('-', '_'));
  if (key === undefined) return undefined;
  if (prefix !== undefined) return `this is a command of a shell; write ${key} = …`;
  if (quote !== '') return `key names have no quotes; write ${key} = …`;
  if (sign === ':') return `":" sets nothing; write ${key} = …`;
  if (name !== name.toLowerCase()) return `cdk reads key names in lower case only; write ${key} = …`;
  return name === key ? undefined : `cdk doesn't know ${name}; write ${key} = …`;
}

/** Whether a profile has all that an SSO profile needs: then keys in it only hide the SSO session. */
export function hasCompleteSso(values: IniValues): boolean {
  const { sso_account_id, sso_role_name, sso_session, sso_start_url, sso_region } = values;
  const hasPortal = sso_session !== undefined || (sso_start_url !== undefined && sso_region !== undefined);
  return sso_account_id !== undefined && sso_role_name !== undefined && hasPortal;
}
