// The stand-in for AWS as a process of its own, for scripts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './run.mjs';

/**
 * Starts the built stand-in; resolves once it listens. Its clock, accounts and users are the ones of test/emulator/options.ts.
 * With a folder for its certificates, `proxyEnv` leads there what knows no endpoint URLs (test/emulator/aws-proxy.ts).
 */
export async function startStandIn(options = {}, { proxyFolder } = {}) {
  const more = proxyFolder === undefined ? [] : [`--aws-proxy=${proxyFolder}`];
  const child = spawn(
    process.execPath,
    [join(root, 'build/emulator.mjs'), JSON.stringify(options), '--until-stdin-closes', ...more],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, env, proxyEnv } = JSON.parse(line);
  return {
    url,
    env,
    proxyEnv,
    startUrl: 'https://acme.awsapps.com/start',
    /** Asks one of its controls: issueToken, log and the like (test/emulator/admin.ts). */
    control: (name, argument = {}) => control(url, name, argument),
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function control(url, name, argument) {
  const response = await fetch(`${url}/_admin/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(argument),
  });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return response.json();
}
