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
interface CdkResult {
  readonly cdk: string;
  readonly lib: string;
  readonly tests: readonly { readonly title: string; readonly status: string }[];
}
type CdkResults = Readonly<Record<string, CdkResult>>;
const { accountsTable, failures } = await load<{
  accountsTable: (results: CdkResults) => string;
  failures: (results: CdkResults) => { cdk: string; title: string; reason?: string }[];
}>('matrix/accounts-table.mjs');

const page = join(repository, 'docs/compatibility.md');
const figures = (name: string) => JSON.parse(readFileSync(join(repository, 'docs/figures', name), 'utf8')) as unknown;
const cdks = figures('cdks.json') as CdkResults;

it('docs/compatibility.md shows the recorded results, as the scripts write them', async () => {
  const copy = join(tempFolder(), 'page.md');
  copyFileSync(page, copy);
  await replaceBetween(copy, 'matrix', matrixTables(figures('matrix.json')));
  await replaceBetween(copy, 'accounts', accountsTable(cdks));
  expect(readFileSync(page, 'utf8')).toBe(readFileSync(copy, 'utf8'));
});

it('has a result for every cell, and none of the matrix failed', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).not.toMatch(/\| not run|\*\*not known\*\*/);
  expect(text.slice(0, text.indexOf('<!-- matrix:end -->'))).not.toContain('**fails**');
});

it('shows every aws-cdk that is recorded, and each failure with its reason', () => {
  const text = readFileSync(page, 'utf8');
  for (const { cdk, lib, tests } of Object.values(cdks)) {
    const row = text.split('\n').find((line) => line.startsWith(`| ${cdk} `) && line.includes(`| ${lib} `));
    expect(row).toBeDefined();
    expect(tests.map(({ status }) => status)).not.toContain('pending');
    for (const { title } of tests.filter(({ status }) => status === 'failed')) {
      const line = text
        .split('\n')
        .find((candidate) => candidate.startsWith(`- ${cdk}: `) && candidate.includes(title));
      expect(line).toMatch(/: [^*]{40,} \(“/);
    }
  }
  expect(failures(cdks).filter(({ reason }) => reason === undefined)).toEqual([]);
});

it('would show a failure that is recorded without a reason, and a version that is no longer tried', () => {
  const tests = [{ title: 'deploys through cdkx, and so on', status: 'failed' }];
  const table = accountsTable({ ...cdks, '2.99.0': { cdk: '2.99.0', lib: '2.99.1', tests } });
  expect(table).toMatch(/^\| 2\.99\.0 \| 2\.99\.1 \| \*\*fails\*\* /m);
  expect(table).toContain('- 2.99.0: **not known** (“deploys through cdkx, and so on”)');
});
