// Programs and packages that the smoke tests on emulators need.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const quiet = { stdio: 'ignore' };
const canRun = (program) => spawnSync(program, ['--version'], quiet).status === 0;

/** Installs Debian packages unless the program is there already. Returns why it can't be had, `undefined` when it can. */
export function installDebian(program, packages, mayInstall = true) {
  if (canRun(program)) return undefined;
  if (!mayInstall) return `${program} isn't installed`;
  if (spawnSync('apt-get', ['--version'], quiet).error)
    return `${program} isn't installed, and there is no apt-get to install it`;
  if (process.getuid?.() !== 0) return `${program} isn't installed, and only root can install it`;
  const aptGet = (...args) =>
    spawnSync('apt-get', args, { ...quiet, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const install = () => aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages).status === 0;
  if (!install()) {
    aptGet('update', '-qq');
    install();
  }
  return canRun(program) ? undefined : `${program} couldn't be installed (apt-get install ${packages.join(' ')})`;
}

/** Unpacks a package of the npm registry into a folder, unless it is there. npm installs none for another system by itself. */
export function unpackPackage(name, version, folder) {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = join(folder, '..');
  mkdirSync(parent, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--silent', `${name}@${version}`, '--pack-destination', parent], {
    encoding: 'utf8',
  });
  const archive = join(parent, packed.stdout.trim());
  if (packed.status !== 0) throw new Error(`npm pack ${name}@${version}: ${packed.stderr}`);
  mkdirSync(folder, { recursive: true });
  const unpacked = spawnSync('tar', ['xzf', archive, '-C', folder, '--strip-components=1']);
  rmSync(archive);
  if (unpacked.status !== 0) throw new Error(`${archive} can't be unpacked`);
  return folder;
}
