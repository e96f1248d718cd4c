import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HomeFiles {
  /** Text of `~/.aws/config`. */
  readonly config?: string;
  /** Text of `~/.aws/credentials`. */
  readonly credentials?: string;
  /** Token files by what names them (session name, or start URL of a legacy profile): objects are written as JSON, strings as they are. */
  readonly tokens?: Readonly<Record<string, unknown>>;
  /** Text or JSON of `~/.cdk.json`. */
  readonly cdkJson?: unknown;
}

/** Writes a home folder's files; returns the folder. */
export function createHome(home: string, files: HomeFiles): string {
  const cache = join(home, '.aws/sso/cache');
  mkdirSync(cache, { recursive: true });
  if (files.config !== undefined) writeFileSync(join(home, '.aws/config'), files.config);
  if (files.credentials !== undefined) writeFileSync(join(home, '.aws/credentials'), files.credentials);
  if (files.cdkJson !== undefined) writeFileSync(join(home, '.cdk.json'), asText(files.cdkJson));
  for (const [key, token] of Object.entries(files.tokens ?? {})) {
    writeFileSync(join(cache, tokenFileName(key)), asText(token), { mode: 0o600 });
  }
  return home;
}

/** The name of a session's token file. */
export function tokenFileName(key: string): string {
  return `${createHash('sha1').update(key).digest('hex')}.json`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Whether a path is one of the compiled code that Node 22 and newer keep for cdkx: no file of the user's. */
export function isCompiledCode(path: string): boolean {
  return path.includes('/cdkx/node-compile-cache/');
}
