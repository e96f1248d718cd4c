import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Context } from '../../context.ts';
import { type MessageParts, UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { followLinks, pause, readBoundedText, replaceFile, retryWhileHeld, tryToWrite } from '../../system/files.ts';

type Owner = Pick<Context, 'home' | 'pid' | 'platform' | 'uid'>;

/** The folder in which the AWS CLI and every SDK keep SSO tokens. No variable or setting moves it. */
export function cacheFolder(ctx: Pick<Context, 'home'>): string {
  return join(ctx.home, '.aws', 'sso', 'cache');
}

/** Makes the cache folder (0700) and checks that files can be written in it. Throws a UserError (78). */
export function prepareCacheFolder(ctx: Pick<Context, 'home' | 'uid'>): string {
  const folder = cacheFolder(ctx);
  try {
    followLinks(folder, ctx.uid);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

export function cannotWrite(path: string, cause: unknown): UserError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return fileError(path, cause, 'written', {
    why: 'cdkx saves SSO tokens there, because the AWS CLI and the AWS SDKs read them from there.',
    next: ['ENOSPC', 'EDQUOT'].includes(code)
      ? [
          { say: 'Free some space, then try again. To see how much is left, run:' },
          { run: `df -h ${shellWord(dirname(path))}` },
        ]
      : [
          { say: 'You must own the directory and be able to write to it. To check, run:' },
          { run: `ls -ld ${shellWord(path)}` },
        ],
  });
}

export function cannotRemove(path: string, cause: unknown): UserError {
  return fileError(path, cause, 'removed', {
    why: 'It contains the SSO token that all AWS tools on this machine use.',
    next: [
      { say: 'Delete it yourself, or make its directory writable for you. To check the directory, run:' },
      { run: `ls -ld ${shellWord(dirname(path))}` },
    ],
  });
}

function fileError(path: string, cause: unknown, done: string, parts: Pick<MessageParts, 'why' | 'next'>): UserError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  const what = `${path} cannot be ${done} (${code}: ${reasons[code] ?? 'see the documentation of your system'})`;
  return new UserError('FileNotWritable', { what, ...parts }, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'part of the path is not a directory',
  EEXIST: 'a file has the name of the directory',
  EISDIR: 'a directory has the name of the file',
  ENOENT: 'a link in the path points to nothing',
  ELOOP: 'links in the path form a cycle',
  EIO: 'the disk failed',
};

/** What a JSON file of the cache holds. `unreadable` covers torn and foreign files; `reason` never quotes their content. */
export type CacheFile =
  | { readonly state: 'present'; readonly members: Readonly<Record<string, unknown>> }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** No file of this cache is larger: reading on would only cost memory. */
const largestBytes = 1_000_000;
/** The AWS CLI and some SDKs write in place, so that a reader may see half a file: it is read again this often. */
const readAttempts = 5;
const waitBetweenReadsMs = 20;
/** More than any token file needs: so much room must be there before one is asked for. */
const roomBytes = 32_768;

/** Reads a JSON file of the cache; a file that is no JSON is read again for a tenth of a second. Never throws. */
export function readCacheFile(path: string): CacheFile {
  for (let attempt = 1; ; attempt += 1) {
    const file = readOnce(path);
    if (file.state !== 'torn') return file;
    if (attempt === readAttempts) return { state: 'unreadable', reason: 'it is not a complete JSON object' };
    pause(waitBetweenReadsMs);
  }
}

const unusable: Readonly<Record<string, string>> = {
  EISDIR: 'it is not a file',
  ENOTSUP: 'it is not a file',
  EFBIG: 'it is too large',
};

function readOnce(path: string): CacheFile | { readonly state: 'torn' } {
  try {
    const members: unknown = JSON.parse(readBoundedText(path, largestBytes));
    if (typeof members !== 'object' || members === null || Array.isArray(members)) return { state: 'torn' };
    return { state: 'present', members: members as Record<string, unknown> };
  } catch (error) {
    if (error instanceof SyntaxError) return { state: 'torn' };
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? { state: 'missing' }
      : { state: 'unreadable', reason: unusable[code] ?? `reading it failed (${code})` };
  }
}

/**
 * Replaces the file at `path` in one step ({@link replaceFile}), 0600. Throws a UserError (78) if it can't be written.
 */
export function writeCacheFile(ctx: Owner, path: string, text: string): void {
  prepareCacheFolder(ctx);
  try {
    replaceFile(ctx, path, { bytes: Buffer.from(text), keepsMode: false });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Checks that a file could be written, room on the disk included, before a refresh token is spent (78). */
export function checkCacheFile(ctx: Owner, path: string): void {
  prepareCacheFolder(ctx);
  try {
    tryToWrite(ctx, path, roomBytes);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Removes a file of the cache; one that is not there is fine. Throws a UserError (78) when it cannot be removed. */
export function deleteCacheFile({ uid, platform }: Pick<Context, 'uid' | 'platform'>, path: string): void {
  try {
    const file = join(followLinks(dirname(path), uid), basename(path));
    retryWhileHeld(() => unlinkSync(file), platform);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotRemove(path, error);
  }
}

/** No write and no taking of a lock lasts that long: what is older was left behind by a process that was killed, milliseconds. */
const abandonedMs = 60_000;
/** What cdkx creates next to a file of the cache before it is renamed: a new text, or a lock with its owner in it. */
const tempName = /^[0-9a-f]{40}\.json(?:\.\d+\.[0-9a-f]{12}\.tmp|\.lock\.\d+\.[0-9a-f-]{36})$/;

/**
 * Removes temporary files of killed processes from the token cache a minute later: they may hold a token. Never throws.
 */
export function removeStaleTempFiles({ home, uid, clock }: Pick<Context, 'home' | 'uid' | 'clock'>): void {
  quietly(() => {
    const folder = followLinks(cacheFolder({ home }), uid);
    for (const name of readdirSync(folder).filter((each) => tempName.test(each))) {
      const path = join(folder, name);
      quietly(() => {
        if (clock.now() - statSync(path).mtimeMs > abandonedMs) rmSync(path, { recursive: true });
      });
    }
  });
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It no longer exists or can't be removed, and does no harm.
  }
}
