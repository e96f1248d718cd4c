import { distance } from 'fastest-levenshtein';

/** Longer names are compared with nothing: what comparing costs grows with the product of the lengths. */
const longestCompared = 200;

/** The names that `given` was probably meant to be, best first: at most two edits away, or a third of the longer one. */
export function nearestNames(given: string, known: readonly string[], limit = 3): string[] {
  if (given.length > longestCompared) return [];
  return known
    .filter((name) => name.length <= longestCompared)
    .map((name) => ({ name, edits: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(2, Math.floor(Math.max(given.length, name.length) / 3)))
    .filter(({ name, edits }) => edits < Math.max(given.length, name.length))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** "Did you mean …?" as one line of a message; no line where nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string[] {
  const near = nearestNames(given, known);
  return near.length === 0 ? [] : [`Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`];
}
