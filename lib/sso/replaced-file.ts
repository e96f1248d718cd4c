import { chownSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** As many links are followed as Linux follows. */
const linkLimit = 40;

/** Where a path leads, also where the last link points to nothing yet: what is replaced is the file, and not the link. */
export function followLinks(path: string): string {
  let target = path;
  for (let count = 0; count < linkLimit; count += 1) {
    try {
      target = resolve(dirname(target), readlinkSync(target));
    } catch {
      return target;
    }
  }
  return target;
}

/** Gives a new file the owner of what it replaces: under `sudo` it would be root's, and unreadable to its owner. Elsewhere nothing differs. */
export function keepOwner(path: string, { uid, gid }: Pick<Stats, 'uid' | 'gid'>): void {
  const own = statSync(path);
  if (own.uid === uid && own.gid === gid) return;
  try {
    chownSync(path, uid, gid);
  } catch {
    // Not permitted: the file is ours then, with the mode it had.
  }
}
