// `npm audit`, for CI: says what is known about the packages of the lockfile. `--strict` (before a release) fails where something of
// severity high or worse is known, or where the registry does not answer; otherwise both are only said.
import { spawnSync } from 'node:child_process';
import { root } from './run.mjs';

const isStrict = process.argv.includes('--strict');
const limitMs = 60_000;
const bad = ['high', 'critical'];

const { stdout = '', error } = spawnSync('npm', ['audit', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: limitMs,
  shell: process.platform === 'win32',
});
const known = counts(stdout ?? '');
if (known === undefined) {
  const why = error?.code === 'ETIMEDOUT' ? `no answer within ${limitMs / 1000} s` : 'it has no answer to npm audit';
  say(`The registry did not check the packages (${why}): whether any is known to be vulnerable was NOT looked at.`);
  process.exitCode = isStrict ? 1 : 0;
} else {
  const found = Object.entries(known).filter(([severity, count]) => severity !== 'total' && count > 0);
  say(
    found.length === 0
      ? 'npm audit: no known vulnerability.'
      : `npm audit: ${found.map(([severity, count]) => `${count} ${severity}`).join(', ')}. Read it with: npm audit`,
  );
  process.exitCode = isStrict && found.some(([severity]) => bad.includes(severity)) ? 1 : 0;
}

/** The number of vulnerabilities by severity; `undefined` where the answer is something else. */
function counts(text) {
  try {
    return JSON.parse(text).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
