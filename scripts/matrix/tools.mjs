// Other versions of Node and the package managers, from the npm registry, kept in build/matrix between runs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { install } from './run-command.mjs';

const folder = join(root, 'build/matrix');

/** npm's options for a quick install that runs no scripts of the packages. */
export const quietNpm = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** The folder with the `node` of a major version: the package is the official build for this platform. */
export async function nodeFolder(major) {
  const name = `node-${process.platform}-${process.arch}`;
  return join(await installOnce(`node-${major}`, `${name}@${major}`), name, 'bin');
}

const packages = {
  pnpm: ['pnpm', 'pnpm@12'],
  classic: ['yarn-1', 'yarn@1'],
  berry: ['yarn-4', '@yarnpkg/cli-dist@4'],
  bun: ['bun', 'bun@1'],
};
const modulesOf = (name) => installOnce(...packages[name]);

/** The start of each package manager's command line. */
export const managers = {
  pnpm: async () => [join(await modulesOf('pnpm'), '.bin/pnpm')],
  classic: async () => [process.execPath, join(await modulesOf('classic'), 'yarn/bin/yarn.js')],
  berry: async () => [process.execPath, join(await modulesOf('berry'), '@yarnpkg/cli-dist/bin/yarn.js')],
  bun: async () => [join(await modulesOf('bun'), `@oven/bun-${process.platform}-${process.arch}/bin/bun`)],
};

/** The folder for `PATH` in which a package manager lies under its own name: `pnpm`, `yarn`. */
export async function managerFolder(name) {
  return join(await modulesOf(name), '.bin');
}

/** Variables that keep the caches of the installers out of the home folder. */
export function installerEnvironment() {
  return {
    ...process.env,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'data'),
    PNPM_HOME: join(folder, 'pnpm-home'),
    YARN_CACHE_FOLDER: join(folder, 'yarn-cache'),
    YARN_GLOBAL_FOLDER: join(folder, 'yarn-global'),
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_SCRIPTS: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    BUN_INSTALL_CACHE_DIR: join(folder, 'bun-cache'),
  };
}

async function installOnce(name, wanted) {
  const place = join(folder, name);
  const done = join(place, 'installed');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== wanted) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"private":true}');
    await install('npm', ['install', ...quietNpm, wanted], { cwd: place });
    writeFileSync(done, wanted);
  }
  return join(place, 'node_modules');
}
