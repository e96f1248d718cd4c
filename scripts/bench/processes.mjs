import { spawnSync } from 'node:child_process';
import { since } from './empty-cdk.mjs';

/** Nothing that is measured takes longer, unless it waits for a person. Milliseconds. */
const patience = 180_000;

/**
 * How long a process takes from start to end, in milliseconds. Throws with what it said if it does not end with 0, or does not say what is
 * `expected`: something else would have been measured.
 */
export function wallMs([command, ...args], settings, expected = /^/) {
  const { start, end } = runToEnd(command, args, settings, expected);
  return Number(end - start) / 1e6;
}

/** The same until the moment that it, or the last process it started, prints (`empty-cdk.mjs`). */
export function untilPrintedMs([command, ...args], settings, expected = /^/) {
  const { start, stdout } = runToEnd(command, args, settings, expected);
  return since(start, stdout);
}

function runToEnd(command, args, settings, expected) {
  const start = process.hrtime.bigint();
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    ...settings,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: patience,
  });
  const end = process.hrtime.bigint();
  if (status === 0 && expected.test(stdout + stderr)) return { start, end, stdout };
  const said = (stderr || stdout || error?.message || '').trim().split('\n').slice(-8).join('\n');
  const what = status === 0 ? `did not say ${expected}` : `ended with ${status ?? signal}`;
  throw new Error(`${[command, ...args].join(' ')} ${what}:\n${said}`);
}
