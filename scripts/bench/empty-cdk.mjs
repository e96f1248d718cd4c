/**
 * A `cdk` that does nothing: it prints its arguments and, on the last line, when its process started, in nanoseconds of the machine's
 * steady clock, which all processes share, and ends; with `BENCH_WAITS` set, when its standard input does. What cdkx does before `cdk`
 * starts is measured to that moment.
 */
export const emptyCdk = `#!/usr/bin/env node
'use strict';
const started = process.hrtime.bigint() - BigInt(Math.round(performance.now() * 1e6));
process.stdout.write(process.argv.slice(2).join(' ') + '\\n' + started + '\\n');
if (process.env.BENCH_WAITS) process.stdin.resume();
`;

/** The argument of `node -e` that prints when the first line of it ran, on the same clock: before stdout is set up, which takes time too. */
export const firstLine = 'const now = process.hrtime.bigint(); process.stdout.write(now + "\\n")';

/** The moment that one of the two has printed, in milliseconds of `performance`-like precision since `start` (nanoseconds). */
export function since(start, stdout) {
  const printed = stdout.trim().split('\n').at(-1);
  if (!/^\d+$/.test(printed)) throw new Error(`no time was printed: ${stdout}`);
  return Number(BigInt(printed) - start) / 1e6;
}
