import { join } from 'node:path';
import { versions } from 'node:process';
import type { Context } from '../context.ts';

/**
 * Where Node keeps compiled code of `cdk` (16 MB of JavaScript) between runs: a folder of the user's own, since whoever
 * can write to it decides what is run. Undefined before Node 22.1, which knows no `NODE_COMPILE_CACHE`.
 */
export function compileCacheDir(
  ctx: Pick<Context, 'env' | 'home' | 'platform'>,
  nodeVersion: string = versions.node,
): string | undefined {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 1)) return undefined;
  return join(cacheHome(ctx), 'cdkx', 'node-compile-cache');
}

function cacheHome({ env, home, platform }: Pick<Context, 'env' | 'home' | 'platform'>): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  return env['XDG_CACHE_HOME'] || join(home, '.cache');
}
