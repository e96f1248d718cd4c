import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';

const page = readFileSync(join(repository, 'docs/architecture.md'), 'utf8');

/** The lines of the map: the path that each is about, and what it says. */
const lines = readMap(page.split('## Where things are')[1] ?? '');

function readMap(map: string): { readonly path: string; readonly text: string }[] {
  let folder = '';
  return map.split('\n').flatMap((line) => {
    folder = /^\*\*`([^`]+)`\*\*/.exec(line)?.[1] ?? folder;
    const [, name, text = ''] = /^- `([^`]+)`: (\S.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ path: folder + name, text }];
  });
}

/** Every source file below a folder. */
const filesBelow = (folder: string) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

/** What lies in a folder; folders in it are one entry each. */
const entriesOf = (folder: string) =>
  readdirSync(join(repository, folder), { withFileTypes: true }).map(
    (entry) => `${folder}/${entry.name}${entry.isDirectory() ? '/' : ''}`,
  );

describe('the map in docs/architecture.md', () => {
  it('has one line for each file of bin and lib, and for what lies in the folders beside them', () => {
    const files = [
      ...['bin', 'lib'].flatMap(filesBelow),
      ...['scripts', 'test', 'test/emulator', 'test/helpers'].flatMap(entriesOf),
    ];
    expect(lines.map(({ path }) => path).toSorted()).toEqual(files.toSorted());
  });

  it('names in each line what it is about, so that it can be read alone', () => {
    const leaning = /^(?:its?|their|them|these|those|of|as|the same|calls it)\b|^(?:checks|reads|shows) them\b/;
    expect(lines.filter(({ text }) => leaning.test(text))).toEqual([]);
  });

  it('leads to tests and sources that are there', () => {
    const named = [...page.matchAll(/`((?:bin|lib|scripts|test)\/[\w./-]+\.\w+)`/g)].map(([, path = '']) => path);
    const there = new Set([...['bin', 'lib', 'test'].flatMap(filesBelow), ...entriesOf('scripts')]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !there.has(path))).toEqual([]);
  });
});
