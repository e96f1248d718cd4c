import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBetween } from '../markers.mjs';
import { root } from '../run.mjs';
import { wineFaults } from './wine-faults.mjs';

const file = join(root, 'docs/figures/windows.json');

/** Records a whole run on Wine, and shows it in docs/compatibility.md. */
export async function writeWindowsFigures({ machine, smoke, judged }) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const date = new Date().toISOString().slice(0, 10);
  const figures = { date, cdkx: version, machine: machine.label, smoke: smoke.passed, tests: judged.counts };
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  await replaceBetween(join(root, 'docs/compatibility.md'), 'windows', windowsTable(figures));
}

/** The figures as Markdown. */
export function windowsTable({ date, cdkx, machine, smoke, tests }) {
  const faults = [...new Set(wineFaults.map(({ reason }) => reason))];
  return `Measured on ${date} with cdkx ${cdkx} on ${machine}.

| smoke test | unit tests run | passed | failed by a fault of Wine | for POSIX systems only |
| --- | --- | --- | --- | --- |
| ${smoke.length} of ${smoke.length} checks passed | ${tests.run} | ${tests.passed} | ${tests.wine} | ${tests.posix} |

The smoke test ${listOf(smoke)}.

Faults of Wine:

${faults.map((reason) => `- ${reason}`).join('\n')}`;
}

function listOf(names) {
  return `${names.slice(0, -1).join('; ')}; and ${names.at(-1)}`;
}
