// `npm run test:arm [-- --only WORD]`: the smoke test on Node for ARM64 Linux under qemu. On Debian it installs qemu.
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { readOptions } from './read-options.mjs';
import { root, run } from './run.mjs';
import { armMachine, installQemu } from './smoke/arm.mjs';
import { runSmoke } from './smoke/run-smoke.mjs';

const { only } = readOptions({ only: { type: 'string' } }, 'npm run test:arm [-- --only WORD]');
const problem = process.platform === 'linux' ? installQemu() : 'qemu runs programs for ARM64 Linux on Linux only';
if (problem !== undefined) {
  process.stderr.write(`NOT tested on ARM64: ${problem}.\n`);
  process.exit(1);
}
ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
const { failed } = await runSmoke(armMachine(join(root, 'build/arm')), { only });
process.exitCode = failed.length === 0 ? 0 : 1;
