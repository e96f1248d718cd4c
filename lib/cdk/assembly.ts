import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readBoundedText } from '../system/files.ts';
import { membersOf } from '../system/json.ts';
import type { OptionOf } from './settings.ts';

/** The directory of the cloud assembly: `--app` if it names a directory, else where `cdk` writes it: `--output`, or `cdk.out`. */
export function assemblyFolder({ cwd }: Pick<Context, 'cwd'>, optionOf: OptionOf): string {
  const output = optionOf('output');
  return (
    givenAssembly({ cwd }, optionOf) ?? resolve(cwd, typeof output === 'string' && output !== '' ? output : 'cdk.out')
  );
}

/** The cloud assembly that `--app` names: then `cdk` runs no app, and no context changes what is there. */
export function givenAssembly({ cwd }: Pick<Context, 'cwd'>, optionOf: OptionOf): string | undefined {
  const app = optionOf('app');
  return typeof app === 'string' && isDirectory(resolve(cwd, app)) ? resolve(cwd, app) : undefined;
}

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** As `cdk` takes it on its command line, nested stages included: `Prod/Api`. */
  readonly name: string;
  /** As CloudFormation has it: `Prod-Api`. */
  readonly stackName: string;
  /** `aws://ACCOUNT/REGION`, placeholders if the app doesn't set them. */
  readonly environment?: string;
  readonly dependencies: readonly string[];
}

/** The account and Region that a stack is deployed to, as far as the app sets them. */
export function stackEnvironment({ environment = '' }: AssemblyStack): { account?: string; region?: string } {
  const [, account = '', region = 'unknown'] = /^aws:\/\/(\d{12}|[^/]*)\/(.+)$/.exec(environment) ?? [];
  return {
    ...(/^\d{12}$/.test(account) ? { account } : {}),
    ...(region.startsWith('unknown') ? {} : { region }),
  };
}

/** Assemblies within assemblies; `cdk` never nests this deep. */
const mostFolders = 1_000;
/** A manifest of thousands of stacks has a few megabytes. It is read at a key press. */
const largestBytes = 50_000_000;

/** The stacks of the last synthesis, nested assemblies included (`cloud-assembly-schema`). `undefined` if any part can't be read. */
export function readAssembly(folder: string, seen = new Set<string>()): AssemblyStack[] | undefined {
  if (seen.has(folder) || seen.size >= mostFolders) return [];
  seen.add(folder);
  const artifacts = readArtifacts(folder);
  if (artifacts === undefined) return undefined;
  const found = Object.entries(artifacts).map(([id, artifact]): AssemblyStack[] | undefined => {
    const { type, properties, environment, dependencies } = membersOf(artifact);
    if (type === stackType) {
      const { stackName } = membersOf(properties);
      const stacks = Array.isArray(dependencies) ? dependencies.filter((each) => isStack(artifacts, each)) : [];
      return [
        {
          name: nameOf(artifacts, id),
          stackName: typeof stackName === 'string' ? stackName : id,
          ...(typeof environment === 'string' ? { environment } : {}),
          dependencies: stacks.map((each) => nameOf(artifacts, each)),
        },
      ];
    }
    const directory = membersOf(properties)['directoryName'];
    if (type !== 'cdk:cloud-assembly' || typeof directory !== 'string') return [];
    return readAssembly(resolve(folder, directory), seen);
  });
  return found.includes(undefined) ? undefined : found.flatMap((stacks) => stacks ?? []);
}

const stackType = 'aws:cloudformation:stack';

function isStack(artifacts: Record<string, unknown>, id: unknown): id is string {
  return typeof id === 'string' && Object.hasOwn(artifacts, id) && membersOf(artifacts[id])['type'] === stackType;
}

function nameOf(artifacts: Record<string, unknown>, id: string): string {
  const { displayName } = membersOf(artifacts[id]);
  return typeof displayName === 'string' ? displayName : id;
}

function readArtifacts(folder: string): Record<string, unknown> | undefined {
  try {
    const path = join(folder, 'manifest.json');
    const manifest: unknown = JSON.parse(readBoundedText(path, largestBytes));
    return membersOf(membersOf(manifest)['artifacts']);
  } catch {
    return undefined; // Never synthesized, or being written just now.
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // A command line such as `npx tsx bin/app.ts`.
  }
}
