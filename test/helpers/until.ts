import { setImmediate as turn } from 'node:timers/promises';

/** Long before the deadline of a test, so that it is this that is told, milliseconds. */
const patienceMs = 10_000;

/**
 * Looks again and again, a turn of the event loop apart, until there is something.
 * @param what Named where it never comes: "the lock to be taken".
 */
export async function until<Found>(
  what: string,
  look: () => Found,
  timeoutMs = patienceMs,
): Promise<NonNullable<Awaited<Found>>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<Awaited<Found>>;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await turn();
  }
}

/** What a promise gives, where it gives it in time. */
export async function within<Result>(what: string, promise: Promise<Result>, timeoutMs = patienceMs): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  });
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}
