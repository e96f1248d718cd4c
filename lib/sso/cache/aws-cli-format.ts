import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { SsoSession } from '../session.ts';

/** As Python's `json.dumps`: the AWS CLI writes its cache this way, and hashes such text for file names. */
export function toPythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => toPythonJson(each ?? null)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${quote(name)}: ${toPythonJson(member)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? quote(value) : (JSON.stringify(value) ?? 'null');
}

/** Python escapes like `JSON.stringify`, and also DEL and non-ASCII characters. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The name of the file in `~/.aws/cli/cache` in which the AWS CLI keeps the role credentials of an SSO profile. */
export function roleCredentialsFileName(
  session: Pick<SsoSession, 'name' | 'startUrl'>,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
): string {
  const { name, startUrl } = session;
  const members = { accountId, roleName, ...(name === undefined ? { startUrl } : { sessionName: name }) };
  const pairs = Object.entries(members).map(([key, value]) => `${quote(key)}:${quote(value)}`);
  return cacheFileName(`{${pairs.join(',')}}`);
}

/** Formats a time as the AWS CLI does, `%Y-%m-%dT%H:%M:%SZ`, rounded down to seconds. */
export function toPythonTime(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** The file name for a key: its SHA-1, as in the AWS CLI. Not by `node:crypto`, which takes 3 ms to load. */
export function cacheFileName(key: string): string {
  return `${bytesToHex(sha1(utf8ToBytes(key)))}.json`;
}
