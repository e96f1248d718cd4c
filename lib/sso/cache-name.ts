import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The name of the cache file for a key: its SHA-1 in hexadecimal, as the AWS CLI and the SDKs name theirs (it protects nothing).
 * Not by `node:crypto`, whose loading costs every start some 3 ms.
 */
export function cacheFileName(key: string): string {
  return `${bytesToHex(sha1(utf8ToBytes(key)))}.json`;
}
