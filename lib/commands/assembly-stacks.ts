import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** As `cdk` takes it on its command line, nested stages included: `Prod/Api`. */
  readonly name: string;
  /** `aws://ACCOUNT/REGION`, placeholders where the app does not say. */
  readonly environment?: string;
}

/** Nesting deeper than this is no assembly of cdk's making. */
const deepest = 8;

/**
 * The stacks that the last synthesis left in a folder (`manifest.json`, nested assemblies included), in its order.
 * Empty for a folder that is no cloud assembly. Source: schema of aws-cdk-lib `cloud-assembly-schema`.
 */
export function readAssemblyStacks(folder: string, depth = 0): AssemblyStack[] {
  if (depth > deepest) return [];
  return Object.entries(readArtifacts(folder)).flatMap(([id, artifact]): AssemblyStack[] => {
    const { type, properties, displayName, environment } = members(artifact);
    if (type === 'aws:cloudformation:stack') {
      const name = typeof displayName === 'string' ? displayName : id;
      return [{ name, ...(typeof environment === 'string' ? { environment } : {}) }];
    }
    const directory = members(properties)['directoryName'];
    if (type !== 'cdk:cloud-assembly' || typeof directory !== 'string') return [];
    return readAssemblyStacks(resolve(folder, directory), depth + 1);
  });
}

function readArtifacts(folder: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    return members(members(manifest)['artifacts']);
  } catch {
    return {}; // Never synthesised, or being written just now.
  }
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
