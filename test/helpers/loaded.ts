import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './cli.ts';

/** Packages that no run loads which needs neither a login nor a verb of our own. */
const heavy = /@aws-sdk|@smithy|@clack|proper-lockfile|execa|commander|SSOOIDC/;

/** The files that Node processes ran which wrote their coverage (`NODE_V8_COVERAGE`) into that folder. */
export function loadedFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
    return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  });
}

/** Those of them that hold a heavy package, by the bundler's own list of what went into each. */
export function heavyPackages(folder: string): string[] {
  return loadedFiles(folder).filter((path) => heavy.test(bundledIn(path)));
}

function bundledIn(path: string): string {
  const inputs = JSON.parse(readFileSync(join(repository, 'build/inputs.json'), 'utf8')) as Record<string, string[]>;
  const output = Object.keys(inputs).find((name) => path.endsWith(name));
  if (output === undefined) throw new Error(`${path} is not of this build`);
  return inputs[output]?.join('\n') ?? '';
}
