import { execa } from 'execa';
import type { Environment } from '../context.ts';

/** A program with its arguments, run without a shell. */
export interface OpenerCommand {
  readonly file: string;
  readonly args: readonly string[];
}

// The one file of this folder that loads execa: import it lazily.

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
