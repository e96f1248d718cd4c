import type { Clock } from '../../lib/context.ts';

/** A clock that moves only when told to, or by as much as a sleeper asks when `autoAdvance` is on (the default). */
export interface FakeClock extends Clock {
  /** Moves time on, wakes who has slept long enough, and calls what is due to be called. */
  advance(ms: number): Promise<void>;
  /** How long each sleep was, in the order of the calls. */
  readonly slept: number[];
  /** How many sleep now. */
  readonly sleeping: number;
}

/** The moment at which fake clocks start. */
export const startOfTests = Date.parse('2026-06-01T12:00:00Z');

export function createFakeClock(start: number = startOfTests, options: { autoAdvance?: boolean } = {}): FakeClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  const slept: number[] = [];
  const repeated = new Set<{ due: number; readonly ms: number; readonly action: () => void }>();
  return {
    slept,
    get sleeping() {
      return sleepers.size;
    },
    now: () => now,
    sleep: (ms, signal) => {
      slept.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        if (options.autoAdvance ?? true) {
          now += ms;
          setImmediate(resolve);
          return undefined;
        }
        const onAbort = () => sleepers.delete(sleeper) && reject(signal?.reason as Error);
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        return undefined;
      });
    },
    every: (ms, action) => {
      const entry = { due: now + ms, ms, action };
      repeated.add(entry);
      return () => void repeated.delete(entry);
    },
    advance: async (ms) => {
      now += ms;
      for (const entry of [...repeated].filter(({ due }) => due <= now)) {
        entry.due = now + entry.ms;
        entry.action();
      }
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
