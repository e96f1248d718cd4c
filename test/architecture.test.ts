import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');

/** Imports go only from a line to itself or to a later one. */
const layers: readonly RegExp[] = [
  /^bin\//,
  /^lib\/main\.ts$/,
  /^lib\/commands\//,
  /^lib\/index\.ts$|^lib\/plugin\//,
  /^lib\/process-context\.ts$/,
  /^lib\/cdk\//,
  /^lib\/project\//,
  /^lib\/profile\//,
  /^lib\/sso\//,
  /^lib\/terminal\//,
  /^lib\/home\.ts$/,
  /^lib\/context\.ts$/,
];

/** The real request handler is made where the SDK lives; the edge loads it on first use. */
const longestFile = 200;

describe('the structure of the source', () => {
  const files = ['bin', 'lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name).replaceAll('\\', '/')),
  );

  it('has a layer for every file', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it('imports only downward', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => layerOf(target) < layerOf(file))
        .map((target) => `${file} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('lets the plugin import only what it may: profiles, sessions, the project block and the terminal', () => {
    const allowed = /^lib\/(plugin|profile|project|sso|terminal)\/|^lib\/(context|process-context)\.ts$/;
    const others = files
      .filter((file) => file.startsWith('lib/plugin/'))
      .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
      .filter(([, target]) => !allowed.test(target));
    expect(others).toEqual([]);
  });

  it('builds the context of the process only at the edges: the program, the plugin, the programmatic API', () => {
    const builders = files.filter((file) => importsOf(file).includes('lib/process-context.ts'));
    const edges = ['bin/start-up.ts', 'lib/index.ts', 'lib/plugin/process-answers.ts'];
    expect(builders.filter((file) => !edges.includes(file))).toEqual([]);
  });

  it(`keeps every file under ${longestFile} lines`, () => {
    const long = files
      .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
      .filter(([file, lines]) => lines > longestFile && !file.endsWith('built-in-options.ts'));
    expect(long).toEqual([]);
  });
});

function layerOf(file: string): number {
  return layers.findIndex((layer) => layer.test(file));
}

/** The project files that a file imports, statically or lazily. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target = '']) =>
    relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/'),
  );
}
