// Resident memory of the wrapper while `cdk` runs, as Linux counts it (VmRSS, proc(5)).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { firstLine } from './empty-cdk.mjs';
import { interleave } from './pairs.mjs';
import { createHome } from './projects.mjs';

/** The highest of so many looks at it, so far apart (milliseconds). */
const looks = { count: 10, apart: 100 };

export function memoryMeasurements(bench) {
  if (process.platform !== 'linux') return [];
  const row = (id, what, contents) => ({
    id: `memory/${id}`,
    what: `\`cdkx deploy\` while \`cdk\` runs, ${what}`,
    beside: '`node -e` that waits',
    unit: 'MB',
    measure: () => measure(bench, id, contents),
  });
  return [row('wrapper', 'ten profiles', {}), row('large', '10,000 profiles', { profiles: 10_000 })];
}

function measure({ node, cdkx, folder, standIn, token, runs, settingsFor }, id, contents) {
  const home = createHome(join(folder, 'homes', `memory-${id}`), { standIn, token, ...contents });
  const settings = settingsFor(home, { BENCH_WAITS: '1' });
  return interleave(
    () => residentMegabytes([node, cdkx, 'deploy'], settings),
    () => residentMegabytes([node, '-e', `${firstLine};process.stdin.resume()`], settings),
    { runs, warmUp: 1 },
  );
}

async function residentMegabytes([command, ...args], settings) {
  const child = spawn(command, args, { ...settings, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const up = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!up) throw new Error(`${args.join(' ')} ended before its memory was read`);
  let most = 0;
  for (let look = 0; look < looks.count; look += 1) {
    await pause(looks.apart);
    most = Math.max(most, residentKibibytes(child.pid));
  }
  child.stdin.end();
  await ended;
  return (most * 1024) / 1e6;
}

function residentKibibytes(pid) {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes);
}
