import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import YAML from 'yaml';
import { parseSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { findSkippedLines } from '../../lib/aws-config/skipped-lines.ts';
import { parseProjectBlock } from '../../lib/project/block/block.ts';
import { repository } from '../helpers/cli.ts';
import { fencedCommands, fencesIn, fencesOf, pages, readPage } from './pages.ts';

const named = (language: string) => fencesIn(language).map(({ page, text }) => [page, text] as const);

describe('the blocks of the pages', () => {
  it('are of a language that is tested', () => {
    const languages = new Set(pages.flatMap(fencesOf).map(({ language }) => language));
    const known = ['console', 'ini', 'json', 'sh', 'text', 'ts', 'yaml'];
    expect([...languages].filter((language) => !known.includes(language))).toEqual([]);
    expect(languages.has('json') && languages.has('yaml') && languages.has('ini')).toBe(true);
  });

  it.each(named('json'))('of JSON parse, and their project blocks are valid: %s', (_, text) => {
    const value = JSON.parse(text) as { context?: { cdkx?: unknown } };
    expect(typeof value).toBe('object');
    if (value.context === undefined) return;
    expect(() => parseProjectBlock(value.context?.cdkx, 'context.cdkx in cdk.json')).not.toThrow();
  });

  it.each(named('yaml'))('of YAML parse, each key once: %s', (_, text) => {
    const document = YAML.parseDocument(text);
    expect([...document.errors, ...document.warnings].map(({ message }) => message)).toEqual([]);
    expect(typeof document.toJSON()).toBe('object');
  });

  it.each(named('ini'))('of the AWS config file are read whole: %s', (_, text) => {
    const parsed = parseSharedConfig(text, 'config');
    expect(parsed.sections.length).toBeGreaterThan(0);
    expect(findSkippedLines(parsed)).toEqual([]);
  });
});

describe('the commands in the blocks of the pages', () => {
  it('are held by a test, on every page that has any', () => {
    const folder = join(repository, 'test/docs');
    const held = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((source) => /^const holds = commandsOf\(page\);$/m.test(source))
      .map((source) => /^const page = '(.*)';$/m.exec(source)?.[1] ?? '');
    expect(held.toSorted()).toEqual(pages.filter((page) => fencedCommands(page).length > 0).toSorted());
  });

  it('stand where they are looked for: no block is indented, and none has tildes', () => {
    expect(pages.filter((page) => /^(?:[ >]+```|[ >]*~~~)/m.test(readPage(page)))).toEqual([]);
  });
});

describe('the links of the pages', () => {
  /** Headings as GitHub makes anchors of them. */
  const anchors = (page: string) =>
    [...page.replace(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    );

  it.each(pages)('lead to files and headings that are there: %s', (page) => {
    const links = [...readPage(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = links.filter((link) => {
      if (link.startsWith('https://')) return false;
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? join(repository, page) : join(repository, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchors(readFileSync(file, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('reach every page from the README', () => {
    const linked = (page: string) =>
      [...readPage(page).matchAll(/\]\(([^)#\s]+\.md)/g)].map(([, to = '']) => join(dirname(page), to));
    const reached = new Set(['README.md']);
    for (const page of reached) for (const target of linked(page)) if (pages.includes(target)) reached.add(target);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});

describe('the README', () => {
  it('comes to the first real use within two screens of 50 lines and 100 columns', () => {
    const [before = ''] = readPage('README.md').split('npx cdkx deploy');
    const lines = before.split('\n').map((line) => Math.max(1, Math.ceil(line.length / 100)));
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
  });

  it('has table cells that can be read: no more than 150 characters', () => {
    const cells = readPage('README.md')
      .split('\n')
      .filter((line) => line.startsWith('|') && !line.includes('!['))
      .flatMap((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    expect(cells.filter((cell) => cell.length > 150 && !/^-+$/.test(cell))).toEqual([]);
  });
});
