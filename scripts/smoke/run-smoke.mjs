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

/**
 * Runs the smoke test on a machine, only checks whose name contains `only`. `prepare` gets the folder of the program under test before, `print`
 * the report, a line for each check. Returns the names of those that passed and failed.
 */
export async function runSmoke(machine, { only = '', prepare = () => undefined, print = printed } = {}) {
  print(`smoke test on ${machine.label}\n`);
  const dist = join(machine.folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  cpSync(join(root, 'dist'), dist, { recursive: true });
  prepare(dist);
  const passes = (name) => checkPasses(machine, name, print);
  const outcome = { passed: [], failed: [] };
  for (const name of Object.keys(checks).filter((each) => each.includes(only))) {
    const isPassed = (await passes(name)) || (machine.isFlaky === true && (await passes(name)));
    outcome[isPassed ? 'passed' : 'failed'].push(name);
  }
  if (outcome.failed.length === 0) rmSync(machine.folder, { recursive: true, force: true, maxRetries: 5 });
  return outcome;
}

function printed(text) {
  process.stdout.write(text);
}

async function checkPasses(machine, name, print) {
  const standIn = await startStandIn(standInOptions);
  // Host names of AWS lead to the stand-in, for the person who signs in.
  process.env.STAND_IN_URL = standIn.url;
  const started = Date.now();
  try {
    await checks[name]({ machine, standIn });
    print(`ok   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
    return true;
  } catch (error) {
    print(`FAIL ${name}\n${String(error.stack).replaceAll(/^/gm, '     ')}\n`);
    return false;
  } finally {
    await standIn.close();
  }
}
