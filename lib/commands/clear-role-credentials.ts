import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';

/**
 * Deletes the role credentials that the AWS CLI keeps for SSO profiles (`~/.aws/cli/cache`, ProviderType "sso"), as `aws sso logout` does.
 * Other files are left alone, and so is what cannot be read or deleted.
 */
export function clearRoleCredentials({ home }: Pick<Context, 'home'>): void {
  const folder = join(home, '.aws', 'cli', 'cache');
  for (const name of readNames(folder)) {
    const path = join(folder, name);
    try {
      const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if ((json as { ProviderType?: unknown } | null)?.ProviderType === 'sso') unlinkSync(path);
    } catch {
      // Not one of the AWS CLI's files, or in use: it does no harm there.
    }
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return []; // The AWS CLI has never been used here.
  }
}
