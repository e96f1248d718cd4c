// `npm test`: on a fresh clone this one command installs, builds, type-checks, lints and tests.
import { ensureInstalled } from './ensure-installed.mjs';
import { runTests } from './jest.mjs';
import { run } from './run.mjs';

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
run('type-check', 'node', ['node_modules/typescript/bin/tsc', '--noEmit']);
run('lint', 'npm', ['run', '--silent', 'lint']);
runTests(process.argv.slice(2));
