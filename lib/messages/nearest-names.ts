import { distance } from 'fastest-levenshtein';

/** At most this many names are suggested. */
const suggestionLimit = 3;

/** Longer names are not compared: the cost grows with the product of the lengths. */
const longestCompared = 200;

/** Finds the names that the user probably intended, best first: at most two edits away, or a third of the longer name. */
export function nearestNames(given: string, known: Iterable<string>): string[] {
  if (given.length > longestCompared) return [];
  const wanted = given.toLowerCase();
  return [...known]
    .filter((name) => name.length <= longestCompared)
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()), length: Math.max(name.length, given.length) }))
    .filter(({ edits, length }) => edits <= Math.max(2, Math.floor(length / 3)) && edits < length)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, suggestionLimit)
    .map(({ name }) => name);
}

/** "Did you mean …?" as one line of a message; empty if no name is similar. */
export function didYouMean(given: string, known: readonly string[]): string[] {
  const near = nearestNames(given, known);
  return near.length === 0 ? [] : [`Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`];
}
