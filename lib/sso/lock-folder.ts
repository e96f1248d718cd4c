import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  type PathLike,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { parseOwner, type LockOwner } from './lock-owner.ts';

/** The record that lies in a lock: its name is unique, so that removing it can never hit a later holder's. */
export interface LockRecord {
  readonly file: string;
  readonly owner: LockOwner | undefined;
  /** Of the lock's folder: its holder moves it on. Milliseconds since the epoch. */
  readonly mtimeMs: number;
}

/** The record in the lock at `path`; `undefined` when nobody holds it. */
export function readLockRecord(path: string): LockRecord | undefined {
  try {
    const file = readdirSync(path)[0];
    if (file === undefined) return undefined;
    return { file, owner: parseOwner(readFileSync(join(path, file), 'utf8')), mtimeMs: statSync(path).mtimeMs };
  } catch {
    // It was given back while we looked.
    return undefined;
  }
}

/** Takes one holder's record out of a lock, and the folder if that leaves it empty: never another holder's. */
export function removeLockRecord(path: string, file: string): void {
  ignoringErrors(() => unlinkSync(join(path, file)));
  ignoringErrors(() => rmdirSync(path));
}

/**
 * The file operations that `proper-lockfile` asks for, in which a lock's folder always holds its owner's record: it is made beside,
 * with the record in it, and renamed to its place, which fails while the place is held by a folder that is not empty. So making,
 * breaking and giving back a lock are each one step that cannot hit the wrong holder.
 */
export function createLockFolderFs(owner: LockOwner) {
  const file = `${owner.pid}.${randomUUID()}`;
  const remove = (path: string) => removeLockRecord(path, file);
  return {
    mkdir: (path: string, callback: (error: Error | null) => void) =>
      settle(() => makeLock(path, file, JSON.stringify(owner)), callback),
    rmdir: (path: string, callback: (error: Error | null) => void) => settle(() => remove(path), callback),
    rmdirSync: remove,
    stat: (path: PathLike, callback: (error: Error | null, stats?: Stats) => void) =>
      settle(() => statSync(path), callback),
    utimes: (path: PathLike, atime: Date, mtime: Date, callback: (error: Error | null) => void) =>
      settle(() => utimesSync(path, atime, mtime), callback),
  };
}

function makeLock(path: string, file: string, record: string): void {
  // Most of those who wait find it held: they need make nothing.
  if (readLockRecord(path) !== undefined) throw held(path);
  const beside = `${path}.${file}`;
  mkdirSync(beside, { mode: 0o700 });
  try {
    writeFileSync(join(beside, file), record, { mode: 0o600 });
    // Windows does not rename over a folder, not even an empty one.
    ignoringErrors(() => rmdirSync(path));
    renameSync(beside, path);
  } catch (error) {
    removeLockRecord(beside, file);
    throw readLockRecord(path) === undefined && !isOccupied(error) ? error : held(path);
  }
}

/** POSIX says that the place is not empty; Windows that the folder there may not be replaced. */
function isOccupied(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function held(path: string): Error {
  return Object.assign(new Error(`${path} is held`), { code: 'EEXIST' });
}

function ignoringErrors(act: () => void): void {
  try {
    act();
  } catch {
    // Somebody was faster, which is as good.
  }
}

function settle<Value>(act: () => Value, callback: (error: Error | null, value?: Value) => void): void {
  let value: Value;
  try {
    value = act();
  } catch (error) {
    callback(error as Error);
    return;
  }
  callback(null, value);
}
