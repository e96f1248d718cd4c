import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { Environment } from './context.ts';

/** The home folder as the AWS SDK for JavaScript finds it (`getHomeDir`): the same files must be read as `cdk` reads. */
export function findHome(env: Environment): string {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = `C:${sep}` } = env;
  if (HOME) return HOME;
  if (USERPROFILE) return USERPROFILE;
  if (HOMEPATH) return `${HOMEDRIVE}${HOMEPATH}`;
  return homedir();
}
