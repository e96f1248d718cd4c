import { existsSync, lstatSync, mkdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../../context.ts';
import { isOwn } from '../../system/files.ts';

/** A folder's time of last use is noted no more often than this, milliseconds. */
const noteUseMs = 24 * 60 * 60 * 1000;

/** `sudo -E cdkx`, say. */
const root = 0;

/** Nobody else may write there: whoever can decides what is run. */
const writableByOthers = 0o022;
const writableByAll = 0o002;
/** Of a folder in which everybody may make files, and only their owner may move them away. */
const sticky = 0o1000;

/**
 * Where Node keeps compiled code of a program between runs (https://nodejs.org/api/module.html#module-compile-cache): `cdk` is 16 MB
 * of JavaScript. A folder of the user's own for each program and version, so that those out of use can be told (`pruneCompileCaches`).
 *
 * `undefined` where there is to be none: before Node 22.1, which has no such cache; where the user has set or disabled their own;
 * with `CDKX_COMPILE_CACHE=0`; and where coverage is measured, which it would blur. A relative `XDG_CACHE_HOME` does not count, as its
 * specification has it: there would be a cache in every folder that something is run in.
 */
export function compileCacheFolder(
  { env, home, platform, nodeVersion }: Pick<Context, 'env' | 'home' | 'platform' | 'nodeVersion'>,
  program: { readonly name: string; readonly version?: string | undefined },
): string | undefined {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 1)) return undefined;
  const own = env['CDKX_COMPILE_CACHE'];
  if (own === '0' || own === 'false') return undefined;
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

/**
 * Makes such a folder ready: `new` where this run made it (0700). `unusable` where it cannot be made, where others could write in it, and
 * where root would make it in somebody else's home, who could not use it then: Node compiles anew, which costs a moment and nothing else.
 */
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

/**
 * Whether nobody else has a say in what lies there: the folders of cdkx are real ones of the user's own that others cannot write in, and in
 * the one around them nobody else can exchange them.
 */
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
