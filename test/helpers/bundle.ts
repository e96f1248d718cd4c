import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './cli.ts';

/** Makes one ES module of a program of the tests and all that it imports. In a process of its own: in Jest's realm the bundler fails. */
export function bundle(input: string, file: string): void {
  const rolldown = join(repository, 'node_modules/rolldown/bin/cli.mjs');
  const options = ['--format', 'esm', '--platform', 'node', '--no-codeSplitting'];
  execFileSync(process.execPath, [rolldown, input, '--file', file, ...options], { cwd: repository, stdio: 'pipe' });
}
