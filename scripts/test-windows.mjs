// `npm run test:windows [-- --smoke] [-- TEST…]`: cdkx under Node for Windows on Wine: the smoke test, then the unit tests (those named). On Debian
// it installs Wine. The counts of a whole run go into docs/compatibility.md. `--smoke` is the short form: only the smoke test, none without Wine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, run } from './run.mjs';
import { runSmoke } from './smoke/run-smoke.mjs';
import { installWine, wineMachine } from './smoke/wine.mjs';
import { judgeTests } from './windows/judge-tests.mjs';
import { runUnitTests } from './windows/unit-tests.mjs';

const { values, positionals } = parseArgs({
  options: {
    smoke: { type: 'boolean' },
    'no-build': { type: 'boolean' },
    'no-install': { type: 'boolean' },
    only: { type: 'string' },
  },
  allowPositionals: true,
});

const problem =
  process.platform === 'linux' && process.arch === 'x64'
    ? installWine({ mayInstall: !values['no-install'] })
    : 'Wine runs Windows programs on Linux x64 only';
if (problem !== undefined) {
  process.stderr.write(`NOT tested on Windows: ${problem}.\n`);
  process.exit(values.smoke ? 0 : 1);
}
ensureInstalled();
if (!values['no-build'] || !existsSync(join(root, 'dist/cdkx.cjs'))) run('build', 'node', ['scripts/build.mjs']);

const started = Date.now();
const machine = wineMachine(join(root, 'build/windows'));
let isGood = false;
try {
  const smoke = await runSmoke(machine, values.only);
  isGood = smoke.failed.length === 0;
  if (!values.smoke) {
    const judged = judgeTests(await runUnitTests(machine, positionals));
    process.stdout.write(`${judged.lines.join('\n')}\n`);
    isGood &&= judged.isGood;
    const isWhole = positionals.length === 0 && values.only === undefined;
    if (isGood && isWhole) {
      // It needs packages, which a fresh clone has only by now.
      const { writeWindowsFigures } = await import('./windows/figures.mjs');
      await writeWindowsFigures({ machine, smoke, judged });
    }
  }
} finally {
  machine.close();
}
process.stdout.write(`${isGood ? 'passed' : 'FAILED'} after ${Math.round((Date.now() - started) / 1000)} s\n`);
process.exitCode = isGood ? 0 : 1;
