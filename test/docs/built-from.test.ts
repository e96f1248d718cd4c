import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';
import { codeIn, section } from './markdown.ts';
import { readPage } from './pages.ts';

/** The packages that a file loads: its imports, those of types alone left out. */
function packagesOf(text: string): string[] {
  const code = text.replaceAll(/^ *(?:\*|\/\/).*$/gm, '');
  const statics = [...code.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^'.][^']*)'/gm)];
  const lazy = [...code.matchAll(/\bawait import\('([^'.][^']*)'\)/g)];
  return [...statics, ...lazy]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

it('CONTRIBUTING.md, "What is bundled", names exactly the packages that the source imports', () => {
  const sources = ['bin', 'lib'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(repository, folder, name), 'utf8')),
  );
  const imported = new Set(sources.flatMap(packagesOf));
  const text = section(readPage('CONTRIBUTING.md'), 'What is bundled');
  const links = [...text.matchAll(/\[([^\]]+)\]\(https:/g)].map(([, name = '']) => name);
  const named = [...links, ...codeIn(text).filter((code) => code.startsWith('@'))];
  expect(imported.size).toBeGreaterThan(10);
  expect(named.toSorted()).toEqual([...imported].toSorted());
});
