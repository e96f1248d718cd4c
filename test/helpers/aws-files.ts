import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All files of `~/.aws`, by their paths below it. */
export function readAwsFiles({ home }: { readonly home: string }): Record<string, string> {
  const root = join(home, '.aws');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(root.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

/** The files that tools read as JSON and that are half written; the config file too where its last line has no end. */
export function tornFiles(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const isTorn = path.endsWith('.json') ? !isJsonObject(text) : path === 'config' && !text.endsWith('\n');
    return isTorn ? [path] : [];
  });
}

/** The files that belong to nobody: neither the user's nor one of the token cache. */
export function leftoverFiles(files: Readonly<Record<string, string>>): string[] {
  return Object.keys(files).filter((path) => !/^(config|credentials|sso\/cache\/[0-9a-f]{40}\.json)$/.test(path));
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
