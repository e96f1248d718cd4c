import type { IniValues } from '../aws-config/ini.ts';
import type { Environment } from '../context.ts';

/** When credentials expire, and the key or variable that contains it. */
export interface Expiry {
  readonly expiresAt: Date;
  readonly from: string;
}

/** The keys under which tools (saml2aws, aws-mfa, granted …) write the end of short-term keys into the credentials file. */
const profileKeys = [
  'x_security_token_expires',
  'aws_expiration',
  'expiration',
  'aws_session_expiration',
  'aws_credential_expiration',
  'aws_credentials_expiration',
  'aws_session_token_expiration',
  'expires',
];
const variables = ['AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION'];

/** When the short-term keys of a profile end, if the file tells. */
export function profileExpiry(values: IniValues): Expiry | undefined {
  return latest(profileKeys, values);
}

/** When the short-term keys in the environment end, if a variable tells. Keys without a session token do not end. */
export function environmentExpiry(env: Environment): Expiry | undefined {
  const isShortTerm = ['AWS_SESSION_TOKEN', 'AMAZON_SESSION_TOKEN'].some((name) => env[name]);
  return isShortTerm ? latest(variables, env) : undefined;
}

/** The last of the moments: of several tools that wrote here, the one that wrote last made the keys. */
function latest(names: readonly string[], values: Readonly<Record<string, string | undefined>>): Expiry | undefined {
  let found: Expiry | undefined;
  for (const from of names) {
    const text = values[from];
    const expiresAt = text === undefined ? undefined : readMoment(text);
    if (expiresAt === undefined) continue;
    if (found === undefined || expiresAt > found.expiresAt) found = { expiresAt, from };
  }
  return found;
}

/** Parses a time as tools write it: ISO 8601, with `+0000` or `+00:00`, with a space or a T; UTC if there is no zone. */
function readMoment(text: string): Date | undefined {
  const iso = text.trim().replace(/^(\d{4}-\d{2}-\d{2})\s+(\d)/, '$1T$2');
  const hasZone = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(iso) && iso.includes(':');
  const seconds = /^\d{10}$/.test(iso) ? Number(iso) * 1000 : undefined;
  const date = new Date(seconds ?? (hasZone ? iso.replace(/\s*([+-]\d{2})(\d{2})$/, '$1:$2') : `${iso}Z`));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
