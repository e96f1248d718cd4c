import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBetween } from '../markers.mjs';
import { root } from '../run.mjs';
import { wineFaults } from './wine-faults.mjs';

const file = join(root, 'docs/figures/windows.json');

/** Records whole runs on Wine beside those of other machines, and shows them in docs/compatibility.md. */
export async function writeWindowsFigures(runs) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const date = new Date().toISOString().slice(0, 10);
  const measured = runs.map(({ machine, smoke, tests }) => ({ machine, date, cdkx: version, smoke, tests }));
  const others = JSON.parse(readFileSync(file, 'utf8')).filter(
    (run) => !measured.some(({ machine }) => machine === run.machine),
  );
  const figures = [...others, ...measured].toSorted((a, b) => (a.machine < b.machine ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  await replaceBetween(join(root, 'docs/compatibility.md'), 'windows', windowsTable(figures));
}

/** The figures as Markdown. */
export function windowsTable(runs) {
  const faults = [...new Set(wineFaults.map(({ reason }) => reason))];
  const row = ({ machine, date, smoke, tests }) =>
    `| ${machine} | ${date} | ${smoke.length} of ${smoke.length} checks passed | ${tests.run} | ${tests.passed} | ${tests.wine} | ${tests.posix} |`;
  return `| system | date | smoke test | unit tests run | passed | failed by a fault of Wine | for POSIX systems only |
| --- | --- | --- | --- | --- | --- | --- |
${runs.map(row).join('\n')}

The smoke test ${listOf(runs.at(-1).smoke)}.

Faults of Wine:

${faults.map((reason) => `- ${reason}`).join('\n')}`;
}

function listOf(names) {
  return `${names.slice(0, -1).join('; ')}; and ${names.at(-1)}`;
}
