// The results, kept in docs/figures/matrix.json so that single cells can be run again.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../run.mjs';

const path = join(root, 'docs/figures/matrix.json');

/** The results so far: `{ cells: { key: { checks, … } } }`. */
export function readFigures() {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { cells: {} };
}

export function writeFigures(figures) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
}

/** A cell in one word: `fail` if any check failed. */
export function resultOf({ checks }) {
  const results = Object.values(checks).map(({ result }) => result);
  if (results.includes('fail')) return 'fail';
  return results.every((result) => result === 'impossible') ? 'impossible' : 'pass';
}
