import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { SsoSession } from '../session.ts';

/**
 * JSON as Python's `json.dumps` writes it by default: one line, `", "` and `": "` as separators, everything that is not
 * printable ASCII as `\uXXXX`. The AWS CLI writes its cache so, and names registration files by the hash of such text.
 * Members that are `undefined` are left out.
 */
export function toPythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => toPythonJson(each ?? null)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${quote(name)}: ${toPythonJson(member)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? quote(value) : (JSON.stringify(value) ?? 'null');
}

/** `JSON.stringify` escapes what both escape, in the same way; Python also escapes DEL and all beyond ASCII. */
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

/** A moment as the AWS CLI writes it, `%Y-%m-%dT%H:%M:%SZ`: whole seconds, cut off. */
export function toPythonTime(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/**
 * The name of the cache file for a key: its SHA-1 in hexadecimal, as the AWS CLI and the SDKs name theirs (it protects nothing).
 * Not by `node:crypto`, whose loading costs every start some 3 ms.
 */
export function cacheFileName(key: string): string {
  return `${bytesToHex(sha1(utf8ToBytes(key)))}.json`;
}
