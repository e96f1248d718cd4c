import { existsSync } from 'node:fs';

// Programs that some tests drive. `.ci/run` installs them, under the first of these names or, on GitHub's machines, they come with the system.
const places = {
  'AWS CLI v2': ['/usr/bin/aws', '/usr/local/bin/aws'],
  Chromium: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
} as const;

/** Where such a program is; `undefined`, said on stderr, where it is not: the tests that need it are skipped then. */
export function findInstalled(name: keyof typeof places): string | undefined {
  const path = places[name].find((each) => existsSync(each));
  if (path === undefined) process.stderr.write(`skipped: there is no ${name} at ${places[name].join(' or ')}\n`);
  return path;
}
