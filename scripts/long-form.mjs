// The long form of tests that `npm test` runs in a short one: `node scripts/long-form.mjs test/faults [jest's arguments]`.
import { renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { runTests } from './jest.mjs';
import { root, run } from './run.mjs';

const args = process.argv.slice(2);
// The figures of a whole run that passed, for `npm run reliability`; those of a part of it are not kept.
const figures = join(root, 'build/figures', basename(args[0]));
const partial = `${figures}.partial`;
process.env.CDKX_TEST_FORM = 'long';
process.env.CDKX_TEST_FIGURES = partial;
ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
rmSync(partial, { recursive: true, force: true });
runTests(args);
if (!args.some((arg) => arg.startsWith('-'))) {
  rmSync(figures, { recursive: true, force: true });
  renameSync(partial, figures);
}
