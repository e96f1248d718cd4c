// `npm test`: on a fresh clone this one command installs, builds, type-checks, lints and tests.
import { ensureInstalled } from './ensure-installed.mjs';
import { run } from './run.mjs';

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
run('type-check', 'node', ['node_modules/typescript/bin/tsc', '--noEmit']);
run('lint', 'npm', ['run', '--silent', 'lint']);
run('test', 'node', [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  // The results are in by then: what a test left behind must not keep whoever waits for them.
  '--forceExit',
  ...process.argv.slice(2),
]);
