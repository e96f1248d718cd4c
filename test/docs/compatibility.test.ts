import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { tableRows } from './markdown.ts';

const load = async <Module>(name: string) => (await import(join(repository, 'scripts', name))) as Module;
const { replaceBetween } = await load<{ replaceBetween: (path: string, name: string, text: string) => Promise<void> }>(
  'markers.mjs',
);
const { windowsTable } = await load<{ windowsTable: (figures: unknown) => string }>('windows/figures.mjs');
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
  await replaceBetween(copy, 'windows', windowsTable(figures('windows.json')));
  expect(readFileSync(page, 'utf8')).toBe(readFileSync(copy, 'utf8'));
});

/** The results of the matrix's tables: those of each Node, and the last column of the layouts. */
function matrixResults(tables: string): string[] {
  const rows = tableRows(tables);
  return rows.flatMap((row) => (row[0]?.startsWith('v') ? row.slice(1) : row.slice(-1)));
}

/** Results that are none: not run, failed, or without a check that passed, where no note says why. */
function unexplained(tables: string): string[] {
  return matrixResults(tables).filter((result) => {
    const [, passed, all, marks = ''] = /^(?:works|not possible), (\d+)\/(\d+)((?: ?\[\d+\])*)$/.exec(result) ?? [];
    if (passed === undefined) return true;
    const notes = [...marks.matchAll(/\d+/g)].map(([mark]) => new RegExp(`^${mark}\\. .+: \\S`, 'm').test(tables));
    return notes.includes(false) || (passed !== all && notes.length === 0);
  });
}

describe('the tables of the matrix', () => {
  const [, shown = ''] = /<!-- matrix:start -->([^]*)<!-- matrix:end -->/.exec(readFileSync(page, 'utf8')) ?? [];

  it('have a result in every cell, none that failed, and a reason for each check that was not possible', () => {
    expect(matrixResults(shown).length).toBeGreaterThan(40);
    expect(unexplained(shown)).toEqual([]);
  });

  it('are judged: a cell that was not run, failed or is not possible without a reason is found', () => {
    const { 'Bun: `bun x cdkx`': _notRun, ...cells } = (figures('matrix.json') as { cells: Record<string, object> })
      .cells;
    const cell = (...checks: object[]) => ({ checks: Object.fromEntries(checks.entries()) });
    const impossible = { result: 'impossible' };
    const tables = matrixTables({
      cells: {
        ...cells,
        'node20/aws-cdk@2': cell({ result: 'fail', note: 'n' }),
        'npm: `npx cdkx`': cell(impossible),
        'Nx: `nx run`': cell({ ...impossible, note: 'no nx here' }),
        'zsh: `alias cdk=cdkx`': cell({ result: 'pass' }, impossible),
        'bash: `alias cdk=cdkx`': cell({ result: 'pass' }, { ...impossible, note: 'no bash here' }),
      },
    });
    expect(unexplained(tables)).toEqual(['**fails**, 0/1 [1]', 'not possible, 0/1', 'works, 1/2', 'not run']);
  });

  it('say of each layout which installer set it up, in which version, and what ran it', () => {
    const rows = tableRows(shown).filter((row) => !row[0]?.startsWith('v'));
    const isVersion = /^(Node v|Bun )\d+\.\d+\.\d+$/;
    expect(rows.length).toBeGreaterThan(20);
    expect(
      rows.filter(([, installers = '', runBy = '']) => !/\d+\.\d+/.test(installers) || !isVersion.test(runBy)),
    ).toEqual([]);
  });
});

it('the table of the accounts shows every aws-cdk that is recorded, and each failure with its reason', () => {
  const [, text = ''] = /<!-- accounts:start -->([^]*)<!-- accounts:end -->/.exec(readFileSync(page, 'utf8')) ?? [];
  expect(text).not.toMatch(/\| not run|\*\*not known\*\*/);
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
