import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { UserError } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';

/** `root` owns what the system is made of. */
const root = 0;
/** As many links are followed as Linux follows. */
const linkLimit = 40;
const newFileMode = 0o600;
const newDirectoryMode = 0o700;
const permissionBits = 0o7777;

/** Who works with files: the user's id where the system knows such a thing, the process, and the system. */
interface User {
  readonly uid: number | undefined;
  readonly pid: number;
  readonly platform: NodeJS.Platform;
}

/** Whether the user can rely on what has that owner: it is their own, or the system's. Where there are no owners, everything is. */
export function isOwn({ uid: owner }: Pick<Stats, 'uid'>, uid: number | undefined): boolean {
  return uid === undefined || owner === uid || owner === root;
}

/** Whether a program may be run in the directory `cwd`: it, and what it links to, belongs to the user, the system or the owner of `cwd`. */
export function isTrustedProgram(path: string, cwd: string, uid: number | undefined): boolean {
  if (uid === undefined) return true;
  try {
    const { uid: ofFolder } = statSync(cwd);
    return [lstatSync(path), statSync(path)].every((stats) => isOwn(stats, uid) || stats.uid === ofFolder);
  } catch {
    return false;
  }
}

/** Where a path leads, even if the last link points to nothing yet. Throws if a link in the path belongs to another user. */
export function followLinks(path: string, uid: number | undefined): string {
  const { root: start } = parse(resolve(path));
  let done = start;
  let rest = resolve(path).slice(start.length).split(sep);
  for (let links = 0; rest.length > 0;) {
    const next = join(done, rest.shift() ?? '');
    const stats = lstatSync(next, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() !== true) {
      done = next;
      continue;
    }
    if (!isOwn(stats, uid)) throw fileError('EPERM', `${next} is a link of another user`);
    if ((links += 1) > linkLimit) throw fileError('ELOOP', `${next} is one link too many`);
    const target = resolve(done, readlinkSync(next));
    const { root: targetRoot } = parse(target);
    rest = [...target.slice(targetRoot.length).split(sep), ...rest];
    done = targetRoot;
  }
  return done;
}

function fileError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

/** What a file is replaced with, and what must hold for it. */
export interface Replacement {
  readonly bytes: Uint8Array;
  /** Replaces only what is still the same (`undefined`: no file); absent where it does not matter what was there. */
  readonly before?: { readonly bytes: Buffer | undefined };
  /** Whether the mode of the file that is replaced is kept; else it is 0600. */
  readonly keepsMode: boolean;
}

/** Replaces a file in one step, mode, links and owner kept; `changed` if it isn't what it was. Throws the file system's error, and leaves it whole. */
export function replaceFile(user: User, path: string, replacement: Replacement): 'replaced' | 'changed' {
  const target = followLinks(path, user.uid);
  mkdirSync(dirname(target), { recursive: true, mode: newDirectoryMode });
  const old = statSync(target, { throwIfNoEntry: false });
  if (old?.isDirectory() === true) throw fileError('EISDIR', `${target} is a directory`);
  const temporary = temporaryBeside(user, target);
  try {
    writeNew(temporary, replacement, old, statSync(dirname(target)));
    const { before } = replacement;
    if (before !== undefined && !isSame(readIfThere(target), before.bytes)) return 'changed';
    retryWhileHeld(() => renameSync(temporary, target), user.platform);
    return 'replaced';
  } finally {
    removeQuietly(temporary);
  }
}

/** Tries whether a file could be put at `path`, room on the disk included. Throws the error of the file system where not. */
export function tryToWrite(user: User, path: string, bytes: number): void {
  const target = followLinks(path, user.uid);
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw fileError('EISDIR', 'a directory');
  const temporary = temporaryBeside(user, target);
  try {
    writeNew(temporary, { bytes: Buffer.alloc(bytes, ' '), keepsMode: false }, undefined, undefined);
  } finally {
    removeQuietly(temporary);
  }
}

/** No file of the AWS config or of a cache is larger: reading on would only cost time and memory. */
const largestDefaultBytes = 50_000_000;
/** How much is read at once of a file that tells no size. */
const chunkBytes = 65_536;

/** The bytes of a file of at most that size; a pipe, a device or a file of `/proc` could be endless. `/dev/null` is empty. */
export function readBounded(path: string, largestBytes: number = largestDefaultBytes): Buffer {
  // Opening a device can have effects.
  checkKind(statSync(path), largestBytes);
  // Should it be exchanged for a pipe now, opening it must not wait for a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    checkKind(stats, largestBytes);
    const chunks: Buffer[] = [];
    for (let total = 0; ;) {
      // One byte more than is expected: the end shows without another chunk.
      const chunk = Buffer.allocUnsafe(total === 0 && stats.size > 0 ? stats.size + 1 : chunkBytes);
      const length = readSync(file, chunk);
      if (length === 0) return Buffer.concat(chunks);
      total += length;
      if (total > largestBytes) throw tooLarge(largestBytes);
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

/** The same as text. */
export function readBoundedText(path: string, largestBytes?: number): string {
  return readBounded(path, largestBytes).toString('utf8');
}

function checkKind(stats: Stats, largestBytes: number): void {
  if (stats.isDirectory()) throw fileError('EISDIR', 'It is a directory.');
  if (!stats.isFile() && !isNull(stats)) throw fileError('ENOTSUP', 'It is not a file.');
  if (stats.size > largestBytes) throw tooLarge(largestBytes);
}

/** Whether it is `/dev/null`, by which programs read nothing. */
function isNull(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function tooLarge(largestBytes: number): NodeJS.ErrnoException {
  return fileError('EFBIG', `It is larger than ${largestBytes / 1_000_000} MB.`);
}

/** The bytes of a file; `undefined` if there is none. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readBounded(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Works on the open file, because its name could belong to another file by then. */
function writeNew(path: string, { bytes, keepsMode }: Replacement, old: Stats | undefined, folder: Stats | undefined) {
  const file = openSync(path, 'wx', newFileMode);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    if (keepsMode && old !== undefined) fchmodSync(file, old.mode & permissionBits);
    const owner = old ?? folder;
    if (owner !== undefined) keepOwner(file, owner);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Under `sudo` a new file would be root's, and unreadable to whom it belongs. Elsewhere nothing differs. */
function keepOwner(file: number, { uid, gid }: Pick<Stats, 'uid' | 'gid'>): void {
  try {
    const own = fstatSync(file);
    if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid);
  } catch {
    // Not permitted: the file is ours then, with the mode it had.
  }
}

function isSame(now: Buffer | undefined, before: Buffer | undefined): boolean {
  return now === undefined || before === undefined ? now === before : now.equals(before);
}

/** Windows refuses to replace a file that another program has open, so it is tried again, with growing pauses as in npm (graceful-fs), milliseconds. */
const heldOpen = { codes: ['EPERM', 'EACCES', 'EBUSY'], longerMs: 10, longestPauseMs: 100, giveUpAfterMs: 10_000 };

/** Repeats an action that fails on Windows because another program has the file open. Throws its error on other systems, and after some seconds. */
export function retryWhileHeld(act: () => void, platform: NodeJS.Platform, wait = pause): void {
  for (let [pauseMs, waitedMs] = [0, 0]; ; waitedMs += pauseMs) {
    try {
      act();
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (platform !== 'win32' || !heldOpen.codes.includes(code) || waitedMs >= heldOpen.giveUpAfterMs) throw error;
      pauseMs = Math.min(pauseMs + heldOpen.longerMs, heldOpen.longestPauseMs);
      wait(pauseMs);
    }
  }
}

/** A name of its own for a file that is to be renamed; `removeStaleTempFiles` knows it again where the process was killed. */
function temporaryBeside({ pid }: User, target: string): string {
  // Unlike any other file name. Not from `node:crypto`, whose loading costs every start some 3 ms.
  const random = Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(6)));
  return `${target}.${pid}.${random.toString('hex')}.tmp`;
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never created, or no longer exists.
  }
}

/** Waits without giving up control: for files that are used where nothing else can go on. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A file to edit, what messages call it, and the codes of the errors. */
export interface EditedFile {
  readonly path: string;
  /** `cdk.json`, `the AWS config file ~/.aws/config`. */
  readonly shown: string;
  /** Whether it can be edited at all. */
  readonly notEditable: 'ConfigNotEditable' | 'CdkJsonNotEditable';
  readonly notWritable: 'ConfigFileNotWritable' | 'FileNotWritable';
}

/** The text of a file to edit. Throws a UserError (78) if it isn't UTF-8: what is added would be in another encoding than the rest. */
export function editableText({ path, shown, notEditable }: EditedFile, bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // Half of the bytes of UTF-16 are zeros.
  const encoding = text.includes('\0') ? 'UTF-16' : 'LATIN1';
  if (encoding !== 'UTF-16' && Buffer.from(text).equals(bytes)) return text;
  throw new UserError(notEditable, {
    what: `${shown} is not UTF-8 text, so cdkx does not change it`,
    why: 'Programs could read an addition to it differently. Nothing was changed.',
    next: [
      { say: `Convert it, here from ${encoding}, then run the command again:` },
      { run: `iconv -f ${encoding} -t UTF-8 ${shellWord(path)}` },
    ],
  });
}

/** Writes an edited file, mode and links kept. Throws a UserError (78) if it can't be written or has changed since it was read; it is unchanged then. */
export function writeEdited(user: User, file: EditedFile, before: Buffer | undefined, bytes: Uint8Array): void {
  const { path, shown, notWritable } = file;
  let outcome: 'replaced' | 'changed';
  try {
    outcome = replaceFile(user, path, { bytes, before: { bytes: before }, keepsMode: true });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UserError(
      notWritable,
      {
        what: `cannot write ${shown} (${code})`,
        why: code === 'ENOSPC' ? 'The disk is full; nothing was changed.' : 'Nothing was changed.',
        next: [{ say: 'Fix the permissions of the file or its directory:' }, { run: `ls -ld ${shellWord(path)}` }],
      },
      { cause: error },
    );
  }
  if (outcome === 'replaced') return;
  throw new UserError('FileChanged', {
    what: `another program changed ${shown} in the meantime`,
    why: 'cdkx did not write its change.',
    next: [{ say: 'Run the same command again.' }],
  });
}
