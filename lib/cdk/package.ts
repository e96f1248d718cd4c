import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readBoundedText } from '../system/files.ts';

const largestBytes = 10_000_000;

/** An `aws-cdk` package on disk. */
export interface CdkPackage {
  readonly packageDir: string;
  /** `bin/cdk`, a JavaScript file. */
  readonly path: string;
  readonly version?: string;
}

/** The `aws-cdk` installed in that very directory, or the one behind the alias `cdk`. `require.resolve` would load the CommonJS loader first. */
export function findCdkPackageIn(folder: string): CdkPackage | undefined {
  const modules = join(folder, 'node_modules');
  return readCdkPackage(join(modules, 'aws-cdk')) ?? behindAlias(join(modules, 'cdk'));
}

/** The `aws-cdk` package in that very folder. */
export function readCdkPackage(packageDir: string): CdkPackage | undefined {
  const manifest = readManifest(packageDir);
  if (manifest?.['name'] !== 'aws-cdk') return undefined;
  const version = manifest['version'];
  return { packageDir, path: join(packageDir, 'bin', 'cdk'), ...(typeof version === 'string' ? { version } : {}) };
}

/** The `aws-cdk` that the alias package `cdk` in that folder depends on: it may be installed beneath it (pnpm). */
function behindAlias(aliasDir: string): CdkPackage | undefined {
  if (readManifest(aliasDir)?.['name'] !== 'cdk') return undefined;
  const real = realpathSync(aliasDir);
  for (const ancestor of [real, ...ancestors(dirname(real))]) {
    const found =
      readCdkPackage(join(ancestor, 'node_modules', 'aws-cdk')) ?? readCdkPackage(join(ancestor, 'aws-cdk'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The package that a start file belongs to: `<package>/bin/cdk`, of `aws-cdk` itself or of its alias `cdk`. */
export function packageOfStartFile(path: string): CdkPackage | undefined {
  const packageDir = dirname(dirname(path));
  return readCdkPackage(packageDir) ?? behindAlias(packageDir);
}

/** A package's own package.json; undefined if there is none that can be parsed. */
export function readManifest(packageDir: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(readBoundedText(join(packageDir, 'package.json'), largestBytes)) as Record<string, unknown>;
  } catch {
    return undefined; // Not a package: the search continues.
  }
}

// Never `latest`: on the registry it points to 3.0.0, an accidental publish.
const installers = [
  { lockfile: 'pnpm-lock.yaml', command: 'pnpm add --save-dev aws-cdk@2' },
  { lockfile: 'yarn.lock', command: 'yarn add --dev aws-cdk@2' },
  { lockfile: 'bun.lock', command: 'bun add --dev aws-cdk@2' },
  { lockfile: 'bun.lockb', command: 'bun add --dev aws-cdk@2' },
  { lockfile: 'package-lock.json', command: 'npm install --save-dev aws-cdk@2' },
];

/** The command that installs `cdk`, with the package manager whose lockfile is nearest; globally if there is no Node project. */
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
