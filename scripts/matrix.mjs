// `npm run test:matrix`: the tarball of cdkx with other versions of Node and aws-cdk, and with other installers and layouts.
//   npm run test:matrix -- [--only WORD]… [--missing]   (cells whose key contains a word; those without a result yet)
// Needs the npm registry, and openssl for `deploy` of aws-cdk before 2.167 (test/emulator/aws-proxy.ts says why). Writes docs/figures/matrix.json and the tables of docs/compatibility.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { checkLayout } from './matrix/check-layout.mjs';
import { readFigures, resultOf, writeFigures } from './matrix/figures.mjs';
import { layouts } from './matrix/layouts.mjs';
import { replaceBetween } from './markers.mjs';
import { install } from './matrix/run-command.mjs';
import { matrixTables } from './matrix/table.mjs';
import { cdks, checkVersions, nodes } from './matrix/versions.mjs';
import { readOptions } from './read-options.mjs';
import { root } from './run.mjs';
import { startStandIn } from './stand-in.mjs';

const options = readOptions(
  { only: { type: 'string', multiple: true, default: [] }, missing: { type: 'boolean', default: false } },
  'npm run test:matrix -- [--only WORD]… [--missing]',
);

ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), 'cdkx-matrix-'));
const packed = await install('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
const tarball = join(folder, packed.stdout.trim().split('\n').at(-1));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const standIn = await startStandIn({}, { proxyFolder: hasOpenssl ? folder : undefined });
const figures = readFigures();
/** Of each cell, since single ones can be run again. */
const circumstances = {
  cdkx: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
  date: new Date().toISOString().slice(0, 10),
  platform: `${process.platform} ${process.arch}`,
};

const cells = [
  ...nodes.flatMap((node) =>
    cdks.map((cdk) => [
      `node${node}/aws-cdk@${cdk}`,
      (place) => checkVersions({ node, cdk, folder: place, tarball, standIn }),
    ]),
  ),
  ...Object.keys(layouts).map((name) => [name, (place) => checkLayout({ name, folder: place, tarball, standIn })]),
];
const wanted = cells
  .filter(([key]) => options.only.length === 0 || options.only.some((word) => key.includes(word)))
  .filter(([key]) => !options.missing || figures.cells[key] === undefined);

let failed = 0;
try {
  for (const [index, [key, check]] of wanted.entries()) {
    const place = join(folder, `cell-${index}`);
    mkdirSync(place);
    const cell = await check(place).catch((error) => ({ checks: { setup: { result: 'fail', note: error.message } } }));
    figures.cells[key] = { ...circumstances, ...cell };
    writeFigures(figures);
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
    const result = resultOf(cell);
    failed += result === 'fail' ? 1 : 0;
    process.stdout.write(`${result.padEnd(10)} ${key}\n`);
    for (const [name, { note }] of Object.entries(cell.checks)) {
      if (note !== undefined) process.stdout.write(`           ${name}: ${note}\n`);
    }
  }
} finally {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
await replaceBetween(join(root, 'docs/compatibility.md'), 'matrix', matrixTables(figures));
process.exitCode = failed === 0 ? 0 : 1;
