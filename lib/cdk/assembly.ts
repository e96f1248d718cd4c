import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readBoundedText } from '../system/files.ts';
import type { CdkSettings } from './settings.ts';

/** Where `cdk` writes the cloud assembly: `-o`, `CDK_OUTPUT`, cdk.json, `~/.cdk.json`, else `cdk.out`. */
export function assemblyFolder(
  { cwd, env }: Pick<Context, 'cwd' | 'env'>,
  { project, user }: CdkSettings,
  option?: unknown,
): string {
  const output = [option, env['CDK_OUTPUT'], project?.json['output'], user?.json['output']];
  return resolve(cwd, output.find((value): value is string => typeof value === 'string' && value !== '') ?? 'cdk.out');
}

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** As `cdk` takes it on its command line, nested stages included: `Prod/Api`. */
  readonly name: string;
  /** As CloudFormation has it: `Prod-Api`. */
  readonly stackName: string;
  /** `aws://ACCOUNT/REGION`, placeholders where the app does not say. */
  readonly environment?: string;
}

/** Assemblies within assemblies; more are none of cdk's making. */
const mostFolders = 1_000;
/** A manifest of thousands of stacks has a few megabytes. It is read at a key press. */
const largestBytes = 50_000_000;

/**
 * The stacks that the last synthesis left in a folder (`manifest.json`, nested assemblies included), in its order.
 * Each folder is read once, were one within itself. Empty for a folder that is no cloud assembly.
 * Source: schema of aws-cdk-lib `cloud-assembly-schema`.
 */
export function readAssemblyStacks(folder: string, seen = new Set<string>()): AssemblyStack[] {
  if (seen.has(folder) || seen.size >= mostFolders) return [];
  seen.add(folder);
  return Object.entries(readArtifacts(folder)).flatMap(([id, artifact]): AssemblyStack[] => {
    const { type, properties, displayName, environment } = members(artifact);
    if (type === 'aws:cloudformation:stack') {
      const name = typeof displayName === 'string' ? displayName : id;
      const given = members(properties)['stackName'];
      const stackName = typeof given === 'string' ? given : id;
      return [{ name, stackName, ...(typeof environment === 'string' ? { environment } : {}) }];
    }
    const directory = members(properties)['directoryName'];
    if (type !== 'cdk:cloud-assembly' || typeof directory !== 'string') return [];
    return readAssemblyStacks(resolve(folder, directory), seen);
  });
}

function readArtifacts(folder: string): Record<string, unknown> {
  try {
    const path = join(folder, 'manifest.json');
    const manifest: unknown = JSON.parse(readBoundedText(path, largestBytes));
    return members(members(manifest)['artifacts']);
  } catch {
    return {}; // Never synthesised, or being written just now.
  }
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
