import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../helpers/cli.ts';

/** Every page for people, by its path in the repository. */
export const pages: readonly string[] = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
  readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .toSorted(),
);

export function readPage(page: string): string {
  return readFileSync(join(repository, page), 'utf8');
}

/** A fenced block of a page. */
export interface Fence {
  readonly page: string;
  /** What stands behind the backticks: `sh`, `console`, `json`, `yaml`, `ini`, `text`. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function fencesOf(page: string): Fence[] {
  return [...readPage(page).matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    page,
    language,
    text,
  }));
}

/** The fenced blocks of that language on all pages. */
export function fencesIn(language: string): Fence[] {
  return pages.flatMap(fencesOf).filter((fence) => fence.language === language);
}

/** The commands in the `sh` and `console` blocks of a page, each on one line and without its comment. */
export function fencedCommands(page: string): string[] {
  return fencesOf(page).flatMap(({ language, text }) => {
    const lines = text
      .replaceAll(/ \\\n */g, ' ')
      .split('\n')
      .map((line) => line.trim());
    if (language === 'sh') return lines.map((line) => line.replace(/(^|\s+)#\s.*$/, '')).filter((line) => line !== '');
    if (language === 'console') return lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
    return [];
  });
}

/** The first block of that language on the page that has `needle` in it. */
export function fenceWith(page: string, language: string, needle: string): string {
  const found = fencesOf(page).find((fence) => fence.language === language && fence.text.includes(needle));
  if (found === undefined) throw new Error(`${page} has no ${language} block with ${needle}`);
  return found.text;
}

/**
 * What stands in backticks within the text of a page, tables included and fenced blocks left out. A `\|` of a table is a bar. The messages
 * in the first column of the troubleshooting are left out too: they are no commands, but messages.
 */
export function codeSpans(page: string): string[] {
  const prose = readPage(page).replace(/^```[^]*?^```$/gm, '');
  const text = page === 'docs/troubleshooting.md' ? prose.replace(/^\|(?:[^|\\]|\\.)*/gm, '') : prose;
  return [...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}
