import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './cli.ts';

/**
 * What a run needs that needs neither a login nor a verb of our own: SHA-1 for the name of a token file, and two that together cost half
 * a millisecond, for stages' patterns and for misspelt names. Every other package is too much.
 */
const needed = ['@noble/hashes', 'picomatch', 'fastest-levenshtein'];

/** The files that Node processes ran which wrote their coverage (`NODE_V8_COVERAGE`) into that folder. */
export function loadedFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
    return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  });
}

/** The other packages in those of them that are cdkx's own, by the bundler's list of what went into each. */
export function unneededPackages(folder: string): string[] {
  const inputs = loadedFiles(folder).flatMap(bundledIn);
  const packages = inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
  return [...new Set(packages)].filter((name) => !needed.includes(name));
}

function bundledIn(path: string): string[] {
  const inputs = JSON.parse(readFileSync(join(repository, 'build/inputs.json'), 'utf8')) as Record<string, string[]>;
  const output = Object.keys(inputs).find((name) => path.endsWith(name));
  if (output === undefined) throw new Error(`${path} is not of this build`);
  return inputs[output] ?? [];
}
