// What else is measured beside cdkx, where this machine has it: other versions of Node, npx, an AWS CLI.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nodeFolder } from '../matrix/tools.mjs';

/** The path of a `node`: of this very process, of a path, or of a major version, which is then installed from the npm registry. */
export async function findNode(wanted) {
  if (wanted === undefined) return process.execPath;
  return /^\d+$/.test(wanted) ? join(await nodeFolder(wanted), 'node') : realpathSync(wanted);
}

/** The version a `node` says it has: `v22.23.3`. */
export function nodeVersion(node) {
  return say(node, ['--version']);
}

/** `{ path, version }` of the npx that is on PATH: a JavaScript file, so that each Node can run it. */
export function findNpx() {
  for (const path of onPath('npx')) {
    const real = realpathSync(path);
    if (real.endsWith('.js')) return { path: real, version: say(process.execPath, [real, '--version']) };
  }
  return undefined;
}

/** `{ path, version }` of the first AWS CLI v2 on PATH: version 1 has no `aws sso login`. */
export function findAws() {
  for (const path of onPath('aws')) {
    const [, version] = /^aws-cli\/(2\.\S+)/.exec(say(path, ['--version'])) ?? [];
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
}

function say(command, args) {
  return (spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '').trim();
}
