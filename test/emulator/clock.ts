/** The stand-in's own time: the real time plus what a test has added, so that things expire without waiting. */
export interface EmulatorClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Moves the time forward by `seconds`. */
  advance(seconds: number): void;
}

/** Creates a clock that shows the real time until it is moved. */
export function createClock(): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (seconds) => {
      offsetMs += seconds * 1000;
    },
  };
}
