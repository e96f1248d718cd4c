import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** All that is loaded at once with a file: static imports, followed through. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, target = ''] of text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)';/gm)) {
    if (target.startsWith('.')) loadedWith(resolve(dirname(file), target), seen);
    else seen.add(target);
  }
  return seen;
}

describe('a session that is valid', () => {
  it('loads nothing but light modules of Node, and a hash', () => {
    const loaded = loadedWith(join(import.meta.dirname, '../lib/sso/ensure/ensure-session.ts'));
    const packages = [...loaded].filter((name) => !name.endsWith('.ts'));
    expect(packages.sort()).toEqual(['@noble/hashes/legacy.js', '@noble/hashes/utils.js', 'node:fs', 'node:path']);
    expect([...loaded].some((name) => name.endsWith('renew-session.ts'))).toBe(false);
  });
});
