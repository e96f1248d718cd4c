import type { Clock } from '../../lib/context.ts';

/** A clock that moves only when told to, or by as much as a sleeper asks when `autoAdvance` is on (the default). */
export interface FakeClock extends Clock {
  /** Moves time on and wakes who has slept long enough. */
  advance(ms: number): Promise<void>;
  /** How long each sleep was, in the order of the calls. */
  readonly slept: number[];
}

/** The moment at which fake clocks start. */
export const startOfTests = Date.parse('2026-06-01T12:00:00Z');

export function createFakeClock(start: number = startOfTests, options: { autoAdvance?: boolean } = {}): FakeClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  const slept: number[] = [];
  return {
    slept,
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
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => sleepers.delete(sleeper) && reject(signal.reason as Error), {
          once: true,
        });
        return undefined;
      });
    },
    advance: async (ms) => {
      now += ms;
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
