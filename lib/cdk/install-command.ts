import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Never `latest`: on the registry it points to 3.0.0, an accidental publish.
const installers = [
  { lockfile: 'pnpm-lock.yaml', command: 'pnpm add --save-dev aws-cdk@2' },
  { lockfile: 'yarn.lock', command: 'yarn add --dev aws-cdk@2' },
  { lockfile: 'bun.lock', command: 'bun add --dev aws-cdk@2' },
  { lockfile: 'bun.lockb', command: 'bun add --dev aws-cdk@2' },
  { lockfile: 'package-lock.json', command: 'npm install --save-dev aws-cdk@2' },
];

/**
 * The command that installs `cdk` for a folder, with the package manager whose lockfile is nearest; globally where there
 * is no Node project at all (an app in Python or Go, say).
 */
export function installCommand(cwd: string): string {
  for (const folder of ancestors(cwd)) {
    const installer = installers.find(({ lockfile }) => existsSync(join(folder, lockfile)));
    if (installer !== undefined) return installer.command;
  }
  const inProject = ancestors(cwd).some((folder) => existsSync(join(folder, 'package.json')));
  return inProject ? 'npm install --save-dev aws-cdk@2' : 'npm install --global aws-cdk@2';
}

/** A folder and all above it, the nearest first. */
export function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}
