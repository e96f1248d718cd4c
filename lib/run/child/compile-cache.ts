import { existsSync, lstatSync, mkdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../../context.ts';
import { isOwn } from '../../system/files.ts';

/** Minimum time between two updates of a directory's time of last use, milliseconds. */
const noteUseMs = 24 * 60 * 60 * 1000;

/** For example after `sudo -E cdkx`. */
const root = 0;

/** Write permission of others, who could then decide what is run. */
const writableByOthers = 0o022;
const writableByAll = 0o002;
/** The mode bit of a directory in which everyone can create files, but only their owner can move them. */
const sticky = 0o1000;

/**
 * Where Node keeps compiled code of a program (https://nodejs.org/api/module.html#module-compile-cache), a directory
 * for each version; `undefined` before Node 22.1, if the user decided otherwise, and while coverage is measured. A
 * relative `XDG_CACHE_HOME` is ignored, as its specification requires.
 */
export function compileCacheFolder(
  { env, home, platform, nodeVersion }: Pick<Context, 'env' | 'home' | 'platform' | 'nodeVersion'>,
  program: { readonly name: string; readonly version?: string | undefined },
): string | undefined {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 1)) return undefined;
  const setting = env['CDKX_COMPILE_CACHE'];
  if (setting === '0' || setting === 'false') return undefined;
  const decidedByUser = ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'];
  if (decidedByUser.some((name) => env[name] !== undefined)) return undefined;
  const [given, usual] =
    platform === 'win32'
      ? [env['LOCALAPPDATA'], join(home, 'AppData', 'Local')]
      : [env['XDG_CACHE_HOME'], join(home, '.cache')];
  const caches = given !== undefined && isAbsolute(given) ? given : usual;
  if (!isAbsolute(caches)) return undefined;
  const name = `${program.name}-${program.version ?? 'unknown'}`.replace(/[^\w.@+-]/g, '_');
  return join(caches, 'cdkx', 'node-compile-cache', name);
}

/** `new` if this run created it (0700); `unusable` if others could write in it, or root would create it for a user. */
export function prepareCompileCache(
  folder: string,
  { now, uid }: { /** Milliseconds since the epoch. */ readonly now: number; readonly uid: number | undefined },
): 'new' | 'ready' | 'unusable' {
  try {
    if (!isOwnAllTheWay(folder, uid)) return 'unusable';
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) {
      if (uid === root && statSync(nearestExisting(folder)).uid !== root) return 'unusable';
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return 'new';
    }
    if (now - stats.mtimeMs > noteUseMs) utimesSync(folder, now / 1000, now / 1000);
    return 'ready';
  } catch {
    return 'unusable';
  }
}

/** Whether the directories of cdkx belong to the user, and no one else can change, link or replace them. */
function isOwnAllTheWay(folder: string, uid: number | undefined): boolean {
  const ours = [folder, dirname(folder), dirname(dirname(folder))];
  const around = statSync(dirname(dirname(dirname(folder))), { throwIfNoEntry: false });
  const isExchangeable =
    uid !== undefined &&
    around !== undefined &&
    (!isOwn(around, uid) || (around.mode & (writableByAll | sticky)) === writableByAll);
  return !isExchangeable && ours.every((each) => isOwnFolder(each, uid));
}

function isOwnFolder(folder: string, uid: number | undefined): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return true;
  return stats.isDirectory() && (uid === undefined || (stats.uid === uid && (stats.mode & writableByOthers) === 0));
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder));
}
