import { resolve } from 'node:path';
import type { CdkSettings } from '../cdk/settings.ts';
import type { Context } from '../context.ts';

/** Where `cdk` writes the cloud assembly: `-o`, `CDK_OUTPUT`, cdk.json, `~/.cdk.json`, else `cdk.out`. */
export function assemblyFolder(
  { cwd, env }: Pick<Context, 'cwd' | 'env'>,
  { project, user }: CdkSettings,
  option?: unknown,
): string {
  const output = [option, env['CDK_OUTPUT'], project?.json['output'], user?.json['output']];
  return resolve(cwd, output.find((value): value is string => typeof value === 'string' && value !== '') ?? 'cdk.out');
}
