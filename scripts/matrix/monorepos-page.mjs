// What docs/monorepos.md shows is what is run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';

/** The first JSON block of docs/monorepos.md with that word in it. */
export function shownJson(word) {
  const page = readFileSync(join(root, 'docs/monorepos.md'), 'utf8');
  const blocks = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text]) => text);
  const block = blocks.find((text) => text.includes(word));
  if (block === undefined) throw new Error(`docs/monorepos.md has no JSON with ${word}`);
  return JSON.parse(block);
}
