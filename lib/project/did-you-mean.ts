import { nearestNames } from '../profile/nearest-names.ts';

/** "Did you mean …?" as one line of a message; no line where nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string[] {
  const near = nearestNames(given, known);
  return near.length === 0 ? [] : [`Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`];
}
