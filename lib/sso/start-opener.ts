// The one file of this folder that loads execa: import it lazily.
import { execa } from 'execa';
import type { Environment } from '../context.ts';
import type { OpenerCommand } from './browser-commands.ts';

/** Starts a program that outlives us and sees no terminal. Resolves with whether it ended well; never rejects. */
export async function startOpener({ file, args }: OpenerCommand, env: Environment): Promise<boolean> {
  const child = execa(file, args, {
    env: { ...env },
    extendEnv: false,
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    reject: false,
    windowsHide: true,
  });
  child.unref();
  return !(await child).failed;
}
