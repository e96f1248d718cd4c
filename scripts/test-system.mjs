// `npm run test:system [-- --smoke] [-- --only WORD]`: what every system can run, on this machine as it is: the smoke test, then the unit tests.
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { runTests, unitTestsBut } from './jest.mjs';
import { readOptions } from './read-options.mjs';
import { run } from './run.mjs';
import { nativeMachine } from './smoke/machine.mjs';
import { runSmoke } from './smoke/run-smoke.mjs';

const { only, smoke } = readOptions(
  { only: { type: 'string' }, smoke: { type: 'boolean' } },
  'npm run test:system [-- --smoke] [-- --only WORD]',
);
ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
const { failed } = await runSmoke(nativeMachine(realpathSync(mkdtempSync(join(tmpdir(), 'cdkx-smoke-')))), { only });
if (failed.length > 0) process.exit(1);
if (!smoke) runTests([unitTestsBut()]);
