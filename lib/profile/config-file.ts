import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { followLinks, keepOwner } from '../sso/replaced-file.ts';

const newFileMode = 0o600;
const newFolderMode = 0o700;
const permissionBits = 0o7777;
const ownerMayWrite = 0o200;

/** The bytes of a file; `undefined` if there is none. */
export function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Why a file was left as it was. */
export type ReplaceFailure = 'read-only' | 'changed';

/**
 * Puts `after` in the place of the file in one step, if it still is what it was (`before`; `undefined`: there was none): a new file beside it,
 * flushed to the disk, renamed over it. Mode, owner and symbolic links are kept; a new file is 0600 with folders 0700.
 * Gives why nothing was done, or `undefined`. Throws the error of the file system; the old file is whole then.
 */
export function replaceFile(
  path: string,
  before: Buffer | undefined,
  after: Buffer,
  temporarySuffix: string,
): ReplaceFailure | undefined {
  const target = followLinks(path);
  const stats = statSync(target, { throwIfNoEntry: false });
  // A rename needs no permission on the file itself, so the wish of its owner is asked for.
  if (stats !== undefined && (stats.mode & ownerMayWrite) === 0) return 'read-only';
  mkdirSync(dirname(target), { recursive: true, mode: newFolderMode });
  const temporary = `${target}.${temporarySuffix}.tmp`;
  try {
    writeAndFlush(temporary, after, stats);
    if (stats !== undefined) keepOwner(temporary, target);
    if (!isSame(readBytes(target), before)) return 'changed';
    renameSync(temporary, target);
  } finally {
    removeQuietly(temporary);
  }
  return undefined;
}

function writeAndFlush(path: string, bytes: Buffer, like: Stats | undefined): void {
  const file = openSync(path, 'wx', newFileMode);
  try {
    writeFileSync(file, bytes);
    if (like !== undefined) fchmodSync(file, like.mode & permissionBits);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isSame(now: Buffer | undefined, before: Buffer | undefined): boolean {
  return now === undefined || before === undefined ? now === before : now.equals(before);
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never made.
  }
}
