import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { Environment } from './context.ts';

/** The home directory as the AWS SDK for JavaScript finds it (`getHomeDir`), so that cdkx reads the same files as `cdk`. */
export function findHome(env: Environment): string {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = `C:${sep}` } = env;
  if (HOME) return HOME;
  if (USERPROFILE) return USERPROFILE;
  if (HOMEPATH) return `${HOMEDRIVE}${HOMEPATH}`;
  return homedir();
}

/** A path as messages show it: below the home directory as `~/…`, on Windows too. */
export function withTilde(home: string, path: string): string {
  return path.startsWith(home + sep) ? `~${path.slice(home.length).replaceAll(sep, '/')}` : path;
}
