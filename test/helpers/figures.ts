import { afterAll } from '@jest/globals';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Set by `scripts/long-form.mjs`: in `npm test` nothing is recorded. */
const folder = process.env.CDKX_TEST_FIGURES;
const counts = new Map<string, number>();
const texts = new Map<string, string>();
const longest = new Map<string, number>();

/**
 * Records a figure of docs/reliability.md (`npm run reliability` fills it in). Numbers of the same name are added up over all tests and
 * processes of a run, so that what is counted is what was done: call it where it is done. A text must be the same each time.
 */
export function recordFigure(name: string, value: number | string = 1): void {
  if (typeof value === 'number') counts.set(name, (counts.get(name) ?? 0) + value);
  else texts.set(name, value);
}

/** Records how long something took, in seconds: the longest of a name over all tests and processes of a run is its figure. */
export function recordLongest(name: string, seconds: number): void {
  longest.set(name, Math.max(longest.get(name) ?? 0, seconds));
}

afterAll(() => {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const lines = [
    ...[...counts, ...texts].map(([name, value]) => ({ name, value })),
    ...[...longest].map(([name, seconds]) => ({ name, longest: seconds })),
  ].map((figure) => `${JSON.stringify(figure)}\n`);
  appendFileSync(join(folder, `${process.pid}.jsonl`), lines.join(''));
});
