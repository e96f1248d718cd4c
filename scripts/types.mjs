// Writes the type declarations of the programmatic API into dist/: lib/index.ts and the files whose types it shows, nothing else.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const emitted = join(root, 'build/types');

await rm(emitted, { recursive: true, force: true });
const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', emitted, '--rootDir', root];
run('types', 'node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, ...options]);

const source = join(emitted, 'lib');
const index = await readFile(join(source, 'index.d.ts'), 'utf8');
const shown = [...index.matchAll(/^export .* from '(.+)\.ts'/gm)].map(([, name]) => resolve(source, `${name}.d.ts`));
const documented = new Set([join(source, 'index.d.ts'), ...shown]);
const waiting = [join(source, 'index.d.ts')];
const written = new Set();
while (waiting.length > 0) {
  const path = waiting.pop();
  if (written.has(path)) continue;
  written.add(path);
  const text = await readFile(path, 'utf8');
  const imports = [...text.matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g)];
  waiting.push(...imports.map(([, name]) => resolve(dirname(path), `${name}.d.ts`)));
  const target = join(root, 'dist', path.slice(source.length));
  await mkdir(dirname(target), { recursive: true });
  // Declarations import by the name that the file has at run time.
  const declarations = documented.has(path) ? text : text.replace(/^ *\/\*\*[^]*?\*\/\n/gm, '');
  await writeFile(target, declarations.replace(/((?:from |import\()'\.[^']+)\.ts'/g, "$1.js'"));
}

await writeFile(
  join(root, 'dist/plugin.d.cts'),
  `/** The version of the plugin contract. */
export declare const version: '1';
/** Called by cdk with itself as the host. */
export declare function init(host: { registerCredentialProviderSource(source: object): void }): void;
`,
);
