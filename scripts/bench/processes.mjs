import { spawnSync } from 'node:child_process';
import { since } from './empty-cdk.mjs';

/** Nothing that is measured takes longer, unless it waits for a person. Milliseconds. */
const patience = 180_000;

/**
 * How long a process takes from start to end, in milliseconds. Throws with what it said if it does not end with 0, or does not say what is
 * `expected`: something else would have been measured.
 */
export function wallMs([command, ...args], settings, expected = /^/) {
  const { start, end, stdout, stderr } = runToEnd(command, args, settings);
  if (expected.test(stdout + stderr)) return Number(end - start) / 1e6;
  throw new Error(`${[command, ...args].join(' ')} did not say ${expected}:\n${stdout}${stderr}`);
}

/** How long it takes until the moment that it, or the last process it started, prints (`empty-cdk.mjs`), in milliseconds. */
export function untilPrintedMs([command, ...args], settings) {
  const { start, stdout } = runToEnd(command, args, settings);
  return since(start, stdout);
}

function runToEnd(command, args, settings) {
  const start = process.hrtime.bigint();
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    ...settings,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: patience,
  });
  const end = process.hrtime.bigint();
  if (status === 0) return { start, end, stdout, stderr };
  const said = (stderr || stdout || error?.message || '').trim().split('\n').slice(-8).join('\n');
  throw new Error(`${[command, ...args].join(' ')} ended with ${status ?? signal}:\n${said}`);
}
