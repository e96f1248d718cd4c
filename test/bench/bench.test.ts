import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { section, tableRows } from '../docs/markdown.ts';
import { repository } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const written = ['docs/performance.md', 'docs/bench.svg'] as const;
const figuresPath = 'docs/figures/bench.json';
const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}
interface Row {
  readonly id: string;
  readonly runs: number;
  readonly ours: Spread;
  readonly theirs?: Spread;
}
interface Figures {
  readonly nodes: readonly { readonly node: string; readonly commit?: string; readonly rows: readonly Row[] }[];
}
const { judgeTargets } = (await import(join(repository, 'scripts/bench/targets.mjs'))) as {
  judgeTargets: (figures: Figures) => { state: string }[];
};
const figuresIn = (folder: string) => JSON.parse(read(folder, figuresPath)) as Figures;

/** A folder with the documents that the bench writes into. */
function documents(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'docs'));
  for (const path of ['docs/performance.md']) cpSync(join(repository, path), join(folder, path));
  return folder;
}

function bench(...args: string[]) {
  const script = join(repository, 'scripts/bench.mjs');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

/** The rows of the table of targets: target, Node, limit, measured, result. */
function targets(folder: string): string[][] {
  return tableRows(section(read(folder, 'docs/performance.md'), 'Targets'));
}

describe('npm run bench', () => {
  it('writes the figures of a run into both tables, the targets and the chart', () => {
    const folder = documents();
    const rows = ['commands/--version/cdk', 'before-cdk/profiles-10', 'before-cdk/large', 'sign-in/refresh-cdk'];
    const [recorded] = figuresIn(repository).nodes;
    const measured = { ...recorded, node: 'v99.0.0', rows: recorded?.rows.filter(({ id }) => rows.includes(id)) };
    mkdirSync(join(folder, 'docs/figures'));
    writeFileSync(join(folder, figuresPath), JSON.stringify({ nodes: [measured] }));
    expect(bench('--render', '--into', folder)).toMatchObject({ status: 0, stderr: '' });

    const judged = targets(folder).filter(([, , , , result = '']) => /^met, |^\*\*missed\*\* by .*: \S/.test(result));
    expect(judged.map(([target]) => target)).toEqual([
      'cdkx’s own time before `cdk` starts, ten profiles',
      'the same with 10,000 profiles and 1,000 files in the token cache',
      '`cdkx --version` / `cdk --version`',
    ]);
    expect(targets(folder)).toHaveLength(7);
    expect(read(folder, 'docs/performance.md')).toContain('| `cdkx --version` / `cdk --version` ');
    expect(read(folder, 'docs/bench.svg')).toMatch(/^<svg [^]*<title [^]*<desc [^]*Node 99[^]*<\/svg>\n$/);
  });

  it('says which options it has where it does not know one', () => {
    const { status, stderr } = bench('--nodes', '22');
    expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining('--node N') });
  });
});

describe('the recorded figures', () => {
  it('are what docs/performance.md and the chart show', () => {
    const folder = documents();
    cpSync(join(repository, 'docs/figures'), join(folder, 'docs/figures'), { recursive: true });
    expect(bench('--render', '--into', folder)).toMatchObject({ status: 0, stderr: '' });
    for (const path of written) expect(read(folder, path)).toBe(read(repository, path));
  });

  it('come from enough pairs of every row', () => {
    const rows = figuresIn(repository).nodes.flatMap((group) => group.rows);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ runs }) => runs < 15).map(({ id }) => id)).toEqual([]);
  });

  it('are of each Node that is supported, of one commit, and of every target', () => {
    const figures = figuresIn(repository);
    expect(figures.nodes.map(({ node }) => Number(/\d+/.exec(node)))).toEqual([20, 22, 24, 26]);
    expect(new Set(figures.nodes.map(({ commit }) => commit))).toEqual(
      new Set([expect.stringMatching(/^[0-9a-f]{10}$/)]),
    );
    expect(judgeTargets(figures).filter(({ state }) => state === 'not measured')).toEqual([]);
  });
});
