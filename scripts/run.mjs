import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs one step of a script with its output shown, and ends the script with the step's exit code when it fails. */
export function run(name, command, args, options = {}) {
  process.stderr.write(`\n── ${name}\n`);
  const isNode = command === 'node';
  const result = spawnSync(isNode ? process.execPath : command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: !isNode && process.platform === 'win32',
    ...options,
  });
  if (result.status !== 0) {
    process.stderr.write(`\n${name} failed (${result.status ?? result.signal ?? result.error?.message}).\n`);
    process.exit(result.status ?? 1);
  }
}
