import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

const created: string[] = [];

/** A new empty folder that is removed after the test. */
export function tempFolder(name = 'cdkx'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  created.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of created.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
