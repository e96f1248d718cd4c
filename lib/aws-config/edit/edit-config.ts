import { randomBytes } from 'node:crypto';
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
import { dirname, sep } from 'node:path';
import type { Context } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { followLinks, keepOwner } from '../../system/files.ts';
import { configPath } from '../shared-config.ts';
import { editConfig } from './config-editor.ts';
import type { ConfigEdit, EditedConfig } from './types.ts';

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/** A change of the AWS config file that was worked out but not made. */
export interface ConfigChange extends EditedConfig {
  readonly path: string;
  /** The path as messages show it: `~/.aws/config`. */
  readonly shownPath: string;
  /** The file as it was; `undefined` if there was none. */
  readonly before: Buffer | undefined;
  readonly after: Buffer;
}

/**
 * Works out what the edits would make of the AWS config file, and changes nothing: to be shown (`formatConfigDiff`), then written.
 *
 * @throws UserError 78 as `editConfig`, and where the file cannot be read.
 */
export function planConfigChange(ctx: Where, edits: readonly ConfigEdit[]): ConfigChange {
  const path = configPath(ctx);
  const shownPath = path.startsWith(ctx.home + sep) ? `~${path.slice(ctx.home.length)}` : path;
  const before = attempt('read', shownPath, path, () => readBytes(path));
  // Bytes that are no UTF-8 must survive: as Latin-1 each byte is a character, and what is added is ASCII.
  const encoding = before !== undefined && !Buffer.from(before.toString('utf8')).equals(before) ? 'latin1' : 'utf8';
  const edited = editConfig(before?.toString(encoding) ?? '', edits, shownPath);
  return { ...edited, path, shownPath, before, after: Buffer.from(edited.text, encoding) };
}

/**
 * Makes a planned change, in one step. Returns whether there was anything to change.
 *
 * @throws UserError 78 where the file is read-only, was changed in the meantime or cannot be written; it is then whole as it was.
 */
export function writeConfigChange(ctx: Pick<Context, 'pid'>, change: ConfigChange): boolean {
  if (!change.isChanged) return false;
  const { path, shownPath, before, after } = change;
  const suffix = `${ctx.pid}.${randomBytes(6).toString('hex')}`;
  const failure = attempt('write', shownPath, path, () => replaceFile(path, before, after, suffix));
  if (failure === 'read-only') {
    throw new UserError('ConfigFileNotWritable', {
      what: `the AWS config file ${shownPath} is read-only.`,
      why: 'Nothing was changed.',
      next: [
        { say: 'Make it writable, or add the lines that were shown by other means:' },
        { run: `chmod u+w ${shellWord(path)}` },
      ],
    });
  }
  if (failure === 'changed') {
    throw new UserError('FileChanged', {
      what: `the AWS config file ${shownPath} was changed by another program in the meantime.`,
      why: 'Its change is kept, and ours was not made.',
      next: [{ say: 'Run the same command again.' }],
    });
  }
  return true;
}

function attempt<T>(verb: 'read' | 'write', shownPath: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UserError(
      verb === 'read' ? 'ConfigFileUnreadable' : 'ConfigFileNotWritable',
      {
        what: `the AWS config file ${shownPath} cannot be ${verb === 'read' ? 'read' : 'written'} (${code}).`,
        why: code === 'ENOSPC' ? 'The disk is full; nothing was changed.' : 'Nothing was changed.',
        next: [
          { say: 'See to the file and its folder, or name another file in AWS_CONFIG_FILE:' },
          { run: `ls -ld ${shellWord(path)}` },
        ],
      },
      { cause: error },
    );
  }
}

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
