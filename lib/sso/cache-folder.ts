import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** The folder in which the AWS CLI and every SDK keep SSO tokens. No variable or setting moves it. */
export function cacheFolder(ctx: Pick<Context, 'home'>): string {
  return join(ctx.home, '.aws', 'sso', 'cache');
}

/**
 * Makes the cache folder, private to this user (0700) where it is made here, and checks that files can be written in it.
 * Throws a UserError (78) that names what is in the way: done before a person is asked to sign in.
 */
export function prepareCacheFolder(ctx: Pick<Context, 'home'>): string {
  const folder = cacheFolder(ctx);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/** The error for a file or folder of the cache that cannot be written. */
export function cannotWrite(path: string, cause: unknown): UserError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  return new UserError(
    exitCode.configuration,
    {
      what: `${path} cannot be written (${code}: ${reasons[code] ?? 'see the system’s documentation'})`,
      why: 'SSO tokens are kept there, where the AWS CLI and every AWS SDK look for them.',
      next: isFull(code)
        ? ['Free some space, then try again. See how much is left with:', `  df -h ${shellWord(dirname(path))}`]
        : [
            'Make it a folder that you own and can write to, then try again. Look at it with:',
            `  ls -ld ${shellWord(path)}`,
          ],
    },
    { cause },
  );
}

/** The error for a file of the cache that cannot be removed. */
export function cannotRemove(path: string, cause: unknown): UserError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  return new UserError(
    exitCode.configuration,
    {
      what: `${path} cannot be removed (${code}: ${reasons[code] ?? 'see the system’s documentation'})`,
      why: 'It holds what signs you in, for every AWS tool here.',
      next: [
        'Remove it by hand, or make its folder one that you own and can write to:',
        `  ls -ld ${shellWord(dirname(path))}`,
      ],
    },
    { cause },
  );
}

function isFull(code: string): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT';
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'something on the way is not a folder',
  EEXIST: 'a file is in the place of the folder',
  EISDIR: 'a folder is in the place of the file',
  ENOENT: 'a link on the way leads nowhere',
  ELOOP: 'links on the way lead in a circle',
  EIO: 'the disk failed',
};
