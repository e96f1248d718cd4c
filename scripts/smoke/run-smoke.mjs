import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { startStandIn } from '../stand-in.mjs';
import { checks } from './checks.mjs';

/** Both accounts are ready for a deployment; a device may ask again soon, so that no check waits for it. */
const standInOptions = {
  deviceInterval: 1,
  accounts: ['111111111111', '222222222222'].map((id) => ({ id, roles: ['Developer'], bootstrapped: ['eu-west-1'] })),
};

/** Runs the smoke test on a machine, only checks whose name contains `only`. Prints a line for each; returns the names of those that passed and failed. */
export async function runSmoke(machine, only = '') {
  process.stdout.write(`smoke test on ${machine.label}\n`);
  cpSync(join(root, 'dist'), join(machine.folder, 'dist'), { recursive: true });
  const outcome = { passed: [], failed: [] };
  for (const name of Object.keys(checks).filter((each) => each.includes(only))) {
    const isPassed = (await passes(machine, name)) || (machine.isFlaky === true && (await passes(machine, name)));
    outcome[isPassed ? 'passed' : 'failed'].push(name);
  }
  if (outcome.failed.length === 0) rmSync(machine.folder, { recursive: true, force: true, maxRetries: 5 });
  return outcome;
}

async function passes(machine, name) {
  const standIn = await startStandIn(standInOptions);
  // Host names of AWS lead to the stand-in, for the person who signs in.
  process.env.STAND_IN_URL = standIn.url;
  const started = Date.now();
  try {
    await checks[name]({ machine, standIn });
    process.stdout.write(`ok   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
    return true;
  } catch (error) {
    process.stdout.write(`FAIL ${name}\n${String(error.stack).replaceAll(/^/gm, '     ')}\n`);
    return false;
  } finally {
    await standIn.close();
  }
}
