import { inputs } from './scale.ts';

/** Numbers in [0, 1) that a seed repeats (mulberry32): those of `inputs()`, in `npm test` always the same. */
export function createRandom(seed: number = inputs().seed): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of the items, chosen by `random`; all of them where there are no more. */
export function sample<Item>(items: readonly Item[], count: number, random: () => number = createRandom()): Item[] {
  const keyed = items.map((item) => ({ item, key: random() })).toSorted((one, other) => one.key - other.key);
  return keyed.slice(0, count).map(({ item }) => item);
}

/** Does work for each of the items, two at a time. */
export async function forEachOf<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
  };
  await Promise.all([worker(), worker()]);
}
