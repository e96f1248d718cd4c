import * as fc from 'fast-check';

/** `npm run test:faults` and `npm run test:fuzz` set it; `npm test` runs the short form of the same tests. */
export const isLongForm = process.env.CDKX_TEST_FORM === 'long';

/** A number of tries: `short` in `npm test`, `long` in the long form. */
export function tries(short: number, long: number): number {
  return isLongForm ? long : short;
}

/**
 * The options of a property: in `npm test` the same inputs at each run, so that whether a change passes does not hang on luck;
 * in the long form twenty times as many, and others each time. `CDKX_TEST_SEED` asks for the inputs of a run that failed.
 */
export function inputs(short = 100): { numRuns: number; seed: number } {
  const asked = process.env.CDKX_TEST_SEED;
  const seed = asked === undefined ? (isLongForm ? Date.now() & 0x7f_ff_ff_ff : 1) : Number(asked);
  return { numRuns: tries(short, short * 20), seed };
}

/** For jest's `setupFiles`: properties that say nothing of their own get the same. */
fc.configureGlobal(inputs());
