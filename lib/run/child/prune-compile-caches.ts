import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Number of unused versions to keep, for projects that use other versions of `cdk`. */
const keptVersions = 4;
/** One that was not used for this long is deleted in any case, milliseconds. */
const unusedMs = 30 * 24 * 60 * 60 * 1000;

/** As `compileCacheFolder` names them. */
const cacheName = /^(?:aws-cdk|cdkx)-/;

/**
 * Deletes the compile caches of versions that are no longer used. Never rejects: another run may be deleting the same.
 */
export async function pruneCompileCaches(inUse: readonly [string, ...string[]], now: number): Promise<void> {
  try {
    const home = dirname(inUse[0]);
    // Anything with another name, and any link, isn't from cdkx.
    const others = (await readdir(home, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && cacheName.test(entry.name))
      .map(({ name }) => join(home, name))
      .filter((folder) => !inUse.includes(folder));
    const uses = await Promise.all(others.map(async (folder) => ({ folder, usedAt: (await stat(folder)).mtimeMs })));
    const byUse = uses.toSorted((a, b) => b.usedAt - a.usedAt);
    const outOfUse = byUse.filter(({ usedAt }, index) => index >= keptVersions || now - usedAt > unusedMs);
    await Promise.all(outOfUse.map(({ folder }) => rm(folder, { recursive: true, force: true })));
  } catch {
    // The next new version tries again.
  }
}
