import { chownSync, readlinkSync, statSync } from 'node:fs';
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

/**
 * Gives a new file the owner of another, of what it replaces or of the folder that it is in: under `sudo` it would be root's, and
 * unreadable to whom it belongs. Elsewhere nothing differs. Never throws.
 */
export function keepOwner(path: string, like: string): void {
  try {
    const [own, { uid, gid }] = [statSync(path), statSync(like)];
    if (own.uid !== uid || own.gid !== gid) chownSync(path, uid, gid);
  } catch {
    // Not permitted: the file is ours then, with the mode it had.
  }
}
