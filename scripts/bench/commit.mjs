import { spawnSync } from 'node:child_process';
import { root } from '../run.mjs';

/** What decides what is measured. */
const code = ['bin', 'lib', 'scripts', 'package.json', 'package-lock.json'];

/** The commit that is measured: `undefined` without git, and `isChanged` where the files are not as it has them. */
export function measuredCommit() {
  const commit = git('rev-parse', '--short=10', 'HEAD')?.trim();
  return { commit, isChanged: commit !== undefined && git('status', '--porcelain', '--', ...code) !== '' };
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
