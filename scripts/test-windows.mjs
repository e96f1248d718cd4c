// `npm run test:windows [-- --smoke] [-- --node 24]… [-- TEST…]`: cdkx under Node for Windows on Wine: the smoke test, then the unit tests
// (those named), with each Node that this Wine runs. On Debian it installs Wine. The counts of a whole run go into docs/compatibility.md.
// `--smoke` is the short form: only the smoke test, with one Node, none without Wine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, run } from './run.mjs';
import { runSmoke } from './smoke/run-smoke.mjs';
import { installWine, nodesUnderWine, wineMachine } from './smoke/wine.mjs';
import { defects, putBack } from './windows/defects.mjs';
import { judgeTests } from './windows/judge-tests.mjs';
import { runUnitTests } from './windows/unit-tests.mjs';

const { values, positionals } = parseArgs({
  options: {
    smoke: { type: 'boolean' },
    node: { type: 'string', multiple: true },
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

const nodes = values.node ?? (values.smoke ? nodesUnderWine().slice(0, 1) : nodesUnderWine());
const started = Date.now();
const runs = [];
for (const node of nodes) runs.push(await testUnder(node));
const isGood = runs.every((each) => each.isGood);
const isWhole = !values.smoke && values.node === undefined && positionals.length === 0 && values.only === undefined;
if (isGood && isWhole) {
  // It needs packages, which a fresh clone has only by now.
  const { writeWindowsFigures } = await import('./windows/figures.mjs');
  await writeWindowsFigures(runs);
}
process.stdout.write(`${isGood ? 'passed' : 'FAILED'} after ${Math.round((Date.now() - started) / 1000)} s\n`);
process.exitCode = isGood ? 0 : 1;

async function testUnder(node) {
  const machine = wineMachine(join(root, 'build/windows', node), node);
  try {
    const smoke = await runSmoke(machine, { only: values.only });
    const isGood = smoke.failed.length === 0 && (await noticesDefects(machine));
    if (values.smoke) return { isGood };
    const judged = judgeTests(await runUnitTests(machine, positionals));
    process.stdout.write(`${judged.lines.join('\n')}\n`);
    return { isGood: isGood && judged.isGood, machine: machine.label, smoke: smoke.passed, tests: judged.counts };
  } finally {
    machine.close();
  }
}

/** Whether the smoke test fails with each defect of the past put back. Not asked where only some checks are wanted. */
async function noticesDefects(machine) {
  if (values.smoke || values.only !== undefined) return true;
  const missed = [];
  for (const defect of defects) {
    const prepare = (dist) => putBack(defect, dist);
    const { failed } = await runSmoke(machine, { only: defect.check, prepare, print: () => undefined });
    if (failed.length === 0) missed.push(defect.what);
  }
  process.stdout.write(`defects put back: ${defects.length}; not noticed: ${missed.join('; ') || 'none'}\n`);
  return missed.length === 0;
}
