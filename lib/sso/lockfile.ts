// The one file that loads proper-lockfile: import it lazily.
import lockfile from 'proper-lockfile';
import { createLockFolderFs } from './lock-folder.ts';
import type { LockOwner } from './lock-owner.ts';

/** How often the holder moves on the time of its lock, milliseconds. */
const updateMs = 2_000;

/**
 * Tries once to take the lock at `path`. Resolves with the function that gives it back, or with `undefined` when another holds it.
 * Rejects where the file system cannot do it. The lock is given back when the process ends, signals included.
 */
export async function tryLock(
  path: string,
  owner: LockOwner,
  onLost: () => void,
): Promise<(() => Promise<void>) | undefined> {
  const folder = createLockFolderFs(owner);
  try {
    const release = await lockfile.lock(path, {
      lockfilePath: path,
      realpath: false,
      fs: folder,
      update: updateMs,
      // Who waits judges by the owner's record (lock.ts), never by this clock against the file's.
      stale: Number.MAX_SAFE_INTEGER,
      retries: 0,
      onCompromised: onLost,
    });
    return async () => {
      // A lock that counts as lost (a file system that rounds times, say) is not given back by the library: what is ours goes in any case.
      await release().catch(() => undefined);
      folder.rmdirSync(path);
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}
