import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hasNeed } from './needs.ts';

// Programs that some tests drive. `.ci/run` installs them, under the first of these names or, on GitHub's machines, they come with the system.
const places = {
  'AWS CLI v2': ['/usr/bin/aws', '/usr/local/bin/aws'],
  Chromium: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
} as const;

/** Where such a program is; `undefined` where it is not, and the tests that need it may be skipped. */
export function findInstalled(name: keyof typeof places): string | undefined {
  const path = places[name].find((each) => existsSync(each));
  hasNeed(name, path === undefined ? `there is no ${name} at ${places[name].join(' or ')}` : undefined);
  return path;
}

/** Whether there is such a shell; where not, the tests that need it may be skipped. */
export function hasShell(shell: 'bash' | 'zsh' | 'fish'): boolean {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  return hasNeed(shell, isThere ? undefined : `${shell} is not installed`);
}
