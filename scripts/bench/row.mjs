import { spread } from './statistics.mjs';

/**
 * A measurement is what a set of rows (`rows.mjs`) consists of:
 *   id       names the row in targets, tables and `--only`: `commands/ls/cdk`
 *   what     what was measured, as Markdown; `beside`: what it was compared with, as Markdown, where it was
 *   unit     `ms` (by default) or `MB`
 *   measure  resolves with the samples: numbers, or pairs `[ours, theirs]` measured in turn
 * The first part of the id is the table that the row stands in.
 */
export function rowOf({ id, what, beside, unit = 'ms' }, samples) {
  const isPair = Array.isArray(samples[0]);
  const ours = spread(isPair ? samples.map(([our]) => our) : samples);
  if (!isPair) return { id, what, unit, runs: samples.length, ours };
  return {
    id,
    what,
    beside,
    unit,
    runs: samples.length,
    ours,
    theirs: spread(samples.map(([, their]) => their)),
    difference: spread(samples.map(([our, their]) => our - their)),
    ratio: spread(samples.map(([our, their]) => our / their)),
  };
}
