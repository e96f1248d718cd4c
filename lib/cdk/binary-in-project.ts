import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CdkBinary } from './binary.ts';
import { findCdkPackage } from './cdk-package.ts';
import { ancestors } from './install-command.ts';

/** The project's own `aws-cdk`: installed at or above the folder, or known to its Plug'n'Play map. */
export function findInProject(cwd: string): CdkBinary | undefined {
  const mapFolder = ancestors(cwd).find((folder) => existsSync(join(folder, '.pnp.cjs')));
  const mapped = mapFolder === undefined ? undefined : findInMap(join(mapFolder, '.pnp.cjs'), cwd);
  if (mapped !== undefined) return mapped;
  const found = findCdkPackage(cwd);
  return found === undefined ? undefined : { kind: 'module', from: 'project', ...found };
}

/** What of Yarn's Plug'n'Play API is used (https://yarnpkg.com/advanced/pnpapi). */
interface PlugAndPlayApi {
  resolveToUnqualified(request: string, issuer: string): string | null;
}

function findInMap(map: string, cwd: string): CdkBinary | undefined {
  for (const name of ['aws-cdk', 'cdk']) {
    try {
      // Loading the map only answers questions: it takes over module resolution where it is preloaded.
      const api = createRequire(map)(map) as PlugAndPlayApi;
      const packageDir = api.resolveToUnqualified(name, `${cwd}/`);
      // It may lie within a zip archive, which only a Node that runs with the map can read.
      if (packageDir !== null) {
        const loader = join(dirname(map), '.pnp.loader.mjs');
        const plugAndPlay = { map, ...(existsSync(loader) ? { loader } : {}) };
        return { kind: 'module', from: 'project', path: join(packageDir, 'bin', 'cdk'), plugAndPlay };
      }
    } catch {
      continue; // This package is not among the project's dependencies.
    }
  }
  return undefined;
}
