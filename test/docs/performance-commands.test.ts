import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { cleanEnvironment, repository } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { commandsOf } from './hold-commands.ts';
import { expectSuccess, runShell } from './place.ts';

const page = 'docs/performance.md';
/** A row that `--quick` leaves out, and one that it measures. */
const [row, quickRow] = ['before-cdk/no-profile', 'before-cdk/profiles-10'];

interface Figures {
  readonly nodes: readonly {
    readonly node: string;
    readonly commit?: string;
    readonly rows: readonly { readonly id: string }[];
  }[];
}

/**
 * Runs a command of the page through npm in a cheap form: one pair of these rows, what is built as it is, written elsewhere. A major
 * version of Node would be downloaded, so this Node stands in its place.
 */
async function measure(command: string, rows: readonly string[]) {
  const folder = tempFolder();
  mkdirSync(join(folder, 'docs'));
  for (const path of [page]) cpSync(join(repository, path), join(folder, path));
  const here = command.replaceAll(/--node \d+/g, `--node '${process.execPath}'`);
  const cheap = `${here.includes(' -- ') ? here : `${here} --`} ${rows.map((id) => `--only ${id}`).join(' ')} --runs 1 --no-build --into '${folder}'`;
  const env = cleanEnvironment(join(folder, 'home'), {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  });
  const result = await runShell(cheap, { cwd: repository, env });
  expectSuccess(result);
  const measured = [...result.stderr.matchAll(/^v\S+ +\d+\/\d+ (\S+): \d/gm)].map(([, id]) => id);
  return { folder, measured, tables: result.stdout };
}

const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');
const isWritten = (folder: string) => read(folder, page) !== read(repository, page);

const holds = commandsOf(page);

holds('npm run bench', async () => {
  const { folder, measured, tables } = await measure('npm run bench', [row]);
  expect(measured).toEqual([row]);
  expect(tables).toContain('| `cdkx --version`, which needs no profile ');
  expect(isWritten(folder)).toBe(false);
});

holds('npm run bench -- --quick', async () => {
  const { folder, measured, tables } = await measure('npm run bench -- --quick', [row, quickRow]);
  expect(measured).toEqual([quickRow]);
  expect(tables).toContain('| `cdkx deploy`, ten profiles ');
  expect(isWritten(folder)).toBe(false);
});

const everyNode = 'npm run bench -- --node 24 --node 20 --node 22 --node 26 --write';
holds(everyNode, async () => {
  const { folder, measured } = await measure(everyNode, [row]);
  expect(measured).toEqual([row, row, row, row]);
  const { nodes } = JSON.parse(read(folder, 'docs/figures/bench.json')) as Figures;
  // One group, since it is the same Node each time.
  expect(nodes.map(({ node, rows }) => ({ node, ids: rows.map(({ id }) => id) }))).toEqual([
    { node: process.version, ids: [row] },
  ]);
  const head = spawnSync('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: repository, encoding: 'utf8' });
  expect(nodes[0]?.commit).toBe(head.status === 0 ? head.stdout.trim() : undefined);
  expect(isWritten(folder)).toBe(true);
});
