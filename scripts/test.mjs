// `npm test`: on a fresh clone this one command installs, builds, type-checks, lints and tests.
import { ensureInstalled } from './ensure-installed.mjs';
import { runTests } from './jest.mjs';
import { run } from './run.mjs';

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
run('type-check', 'node', ['node_modules/typescript/bin/tsc', '--noEmit']);
run('lint', 'npm', ['run', '--silent', 'lint']);
const args = process.argv.slice(2);
runTests(args);
// Where Wine is installed, as `.ci/run` does; otherwise it says that nothing was tested on Windows.
if (args.length === 0)
  run('smoke test on Windows', 'node', ['scripts/test-windows.mjs', '--smoke', '--no-build', '--no-install']);
