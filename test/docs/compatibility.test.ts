import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const load = async <Module>(name: string) => (await import(join(repository, 'scripts', name))) as Module;
const { replaceBetween } = await load<{ replaceBetween: (path: string, name: string, text: string) => Promise<void> }>(
  'markers.mjs',
);
const { matrixTables } = await load<{ matrixTables: (figures: unknown) => string }>('matrix/table.mjs');
const { accountsTable } = await load<{ accountsTable: (results: unknown) => string }>('matrix/accounts-table.mjs');

const page = join(repository, 'docs/compatibility.md');
const figures = (name: string) => JSON.parse(readFileSync(join(repository, 'docs/figures', name), 'utf8')) as unknown;

it('docs/compatibility.md shows the recorded results, as the scripts write them', async () => {
  const copy = join(tempFolder(), 'page.md');
  copyFileSync(page, copy);
  await replaceBetween(copy, 'matrix', matrixTables(figures('matrix.json')));
  await replaceBetween(copy, 'accounts', accountsTable(figures('cdks.json')));
  expect(readFileSync(page, 'utf8')).toBe(readFileSync(copy, 'utf8'));
});

it('has a result for every cell, and none that failed', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).not.toMatch(/\| not run|\*\*fails\*\*/);
});
