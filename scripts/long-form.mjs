// The long form of tests that `npm test` runs in a short one: `node scripts/long-form.mjs test/faults [jest's arguments]`.
import { ensureInstalled } from './ensure-installed.mjs';
import { run } from './run.mjs';

process.env.CDKX_TEST_FORM = 'long';
ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
run('test', 'node', [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--forceExit',
  '--testTimeout=600000',
  ...process.argv.slice(2),
]);
