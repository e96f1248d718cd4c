import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { readBoundedText } from '../system/files.ts';

/** What Yarn writes into a Plug'n'Play project for Node to load first. */
export interface PlugAndPlay {
  /** `.pnp.cjs`, which contains the location of each package. */
  readonly map: string;
  /** `.pnp.loader.mjs`, without which ES modules find none: there where the project or a package has some. */
  readonly loader?: string;
}

/** The packages that bring `cdk`: the second is an alias of the first. */
const names = ['aws-cdk', 'cdk'];
/** The maps of the largest projects have some ten megabytes. */
const largestBytes = 100_000_000;

/** The `aws-cdk` that a Plug'n'Play map knows; `false` if only running the map could tell, and `mayRun` doesn't allow it. */
export function findInMap(map: string, cwd: string, mayRun: boolean): string | false | undefined {
  try {
    return lookUp(readMap(map), dirname(map), cwd);
  } catch {
    // Of a Yarn that writes it in another way.
    return mayRun ? ask(map, cwd) : false;
  }
}

interface PackageInformation {
  readonly packageLocation: string;
  readonly packageDependencies: readonly (readonly [name: string, reference: unknown])[];
}

/** `packageRegistryData` of the map: names, references, and what is known of each (https://yarnpkg.com/advanced/pnp-spec). */
type Registry = readonly (readonly [
  name: string | null,
  references: readonly (readonly [reference: string | null, information: PackageInformation])[],
])[];

/** The data of a map, unchecked. Throws if there is none. */
function readMap(map: string): Registry {
  const data = join(dirname(map), '.pnp.data.json');
  const text = existsSync(data) ? readBoundedText(data, largestBytes) : inlineData(readBoundedText(map, largestBytes));
  return (JSON.parse(text) as { readonly packageRegistryData: Registry }).packageRegistryData;
}

/** The JSON text that Yarn keeps in its map as one string of JavaScript, its line ends and quotes escaped. */
function inlineData(text: string): string {
  const [, quoted = ''] = /^const RAW_RUNTIME_STATE =\s*'((?:[^'\\]|\\[^])*)';$/m.exec(text) ?? [];
  return quoted.replace(/\\(\r?\n|[^])/g, (_match, escaped: string) => (escaped.includes('\n') ? '' : escaped));
}

function lookUp(registry: Registry, folder: string, cwd: string): string | undefined {
  const entries = registry.flatMap(([name, references]) =>
    references.map(([reference, information]) => ({ name, reference, information })),
  );
  const locationOf = ({ packageLocation }: PackageInformation) => join(folder, packageLocation);
  const isAround = (location: string) => !relative(location, cwd).startsWith('..');
  const [workspace] = entries
    .filter(({ information }) => isAround(locationOf(information)))
    .sort((a, b) => locationOf(b.information).length - locationOf(a.information).length);
  // What a workspace does not list itself may come from the workspace at the top, as Yarn has it.
  const top = entries.find(({ name, reference }) => name === null && reference === null);
  for (const wanted of names) {
    for (const issuer of [workspace, top]) {
      const [, target] = issuer?.information.packageDependencies.find(([name]) => name === wanted) ?? [];
      const [name, reference] = Array.isArray(target) ? (target as [string, string]) : [wanted, target];
      const found = entries.find((entry) => entry.name === name && entry.reference === reference);
      if (typeof reference === 'string' && found !== undefined) return locationOf(found.information);
    }
  }
  return undefined;
}

/** What of Yarn's Plug'n'Play API is used (https://yarnpkg.com/advanced/pnpapi). */
interface PlugAndPlayApi {
  resolveToUnqualified(request: string, issuer: string): string | null;
}

function ask(map: string, cwd: string): string | undefined {
  for (const name of names) {
    try {
      // Loading the map only answers questions: it takes over module resolution where it is preloaded.
      const api = createRequire(map)(map) as PlugAndPlayApi;
      const packageDir = api.resolveToUnqualified(name, `${cwd}/`);
      if (packageDir !== null) return packageDir;
    } catch {
      continue; // This package is not among the project's dependencies.
    }
  }
  return undefined;
}
