import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { deadlineOf } from './deadline.ts';

/** Long before the deadline of the test, so that it is this that is told, milliseconds. */
const patience = () => deadlineOf(expect.getState().testPath ?? '') / 2;

/** So often it looks at each turn of the event loop, for what happens in this process; then every few milliseconds, for what others do. */
const quickLooks = 500;

/**
 * Looks again and again until there is something.
 * @param what Named where it never comes: "the lock to be taken".
 */
export async function until<Found>(
  what: string,
  look: () => Found,
  timeoutMs = patience(),
): Promise<NonNullable<Awaited<Found>>> {
  const end = performance.now() + timeoutMs;
  for (let looks = 1; ; looks += 1) {
    const found = await look();
    if (found) return found as NonNullable<Awaited<Found>>;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await (looks < quickLooks ? turn() : pause(5));
  }
}

/** What a promise gives, where it gives it in time. */
export async function within<Result>(what: string, promise: Promise<Result>, timeoutMs = patience()): Promise<Result> {
  const over = new AbortController();
  const tooLate = pause(timeoutMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`waited ${timeoutMs} ms for ${what}`);
  });
  return Promise.race([promise, tooLate]).finally(() => over.abort());
}

/** Whether a promise has come to its end by now. */
export function ended(promise: Promise<unknown>): () => boolean {
  let isOver = false;
  const end = () => void (isOver = true);
  promise.then(end, end);
  return () => isOver;
}
