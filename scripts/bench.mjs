// `npm run bench`: what cdkx adds to cdk, or takes away, from interleaved runs against the stand-in for AWS on this machine.
//   npm run bench -- [--node 22]… [--runs 15] [--quick] [--full] [--only WORD]… [--write [--add]] [--render]
// docs/performance.md says what is measured and how; scripts/bench/options.mjs what each option does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measuredCommit } from './bench/commit.mjs';
import { measureNode } from './bench/measure.mjs';
import { readOptions } from './bench/options.mjs';
import { findAws, findNode, findNpx } from './bench/programs.mjs';
import { readFigures, withNode, writeFigures } from './bench/figures.mjs';
import { fullTables } from './bench/full-tables.mjs';
import { render } from './bench/render.mjs';
import { deviceInterval } from './bench/sign-in.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, run } from './run.mjs';
import { startStandIn } from './stand-in.mjs';

const options = readOptions(process.argv.slice(2));
const recorded = join(options.into, 'docs/figures/bench.json');
if (options.render) await render(readFigures(recorded), options.into);
else await measure();

async function measure() {
  const { commit, isChanged } = measuredCommit();
  if (isChanged && options.write && options.into === root) {
    process.stderr.write(
      'The figures name the commit that was measured: commit your changes of bin, lib and scripts first.\n',
    );
    process.exit(64);
  }
  if (options.build) {
    ensureInstalled();
    run('build', 'node', ['scripts/build.mjs']);
  }
  const programs = { npx: findNpx(), aws: findAws() };
  const nodes = [];
  for (const wanted of options.nodes) nodes.push(await findNode(wanted));
  let figures = { nodes: [] };
  const folder = temporaryFolder();
  const standIn = await startStandIn({ deviceInterval });
  try {
    for (const [index, node] of nodes.entries()) {
      const place = { node, folder: join(folder, String(index)), standIn, ...programs };
      const group = await measureNode(place, { ...options, commit, isFull: options.full || index === 0 });
      if (group.failed > 0) process.exitCode = 1;
      figures = withNode(figures, group.figures);
      writeFigures(join(root, 'build/figures/bench.json'), figures);
    }
  } finally {
    await standIn.close();
  }
  process.stdout.write(`${fullTables(figures)}\n`);
  if (options.write) await record(figures);
}

/** Gone at the end of this process, also where it is interrupted. */
function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cdkx-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => process.exit(code));
  }
  return folder;
}

/** Only a run without failures is recorded. */
async function record(figures) {
  if (process.exitCode) {
    process.stderr.write('Nothing is written: something could not be measured.\n');
    return;
  }
  const before = options.add ? readFigures(recorded) : { nodes: [] };
  const all = figures.nodes.reduce(withNode, before);
  writeFigures(recorded, all);
  await render(all, options.into);
}
