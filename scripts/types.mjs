// Writes the type declarations of the programmatic API into dist/: what lib/index.ts exports and the types that this shows, nothing
// else. So no type of ours that is not meant for others gets out, and none of Node's is needed to read them.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root, run } from './run.mjs';
import { narrowImport, splitDeclarations } from './types/split-declarations.mjs';

const emitted = join(root, 'build/types');

await rm(emitted, { recursive: true, force: true });
const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', emitted, '--rootDir', root];
run('types', 'node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, ...options]);

const source = join(emitted, 'lib');
const index = join(source, 'index.d.ts');
const files = new Map();

async function read(path) {
  if (!files.has(path)) {
    files.set(path, { ...splitDeclarations(await readFile(path, 'utf8')), kept: new Set(), used: new Map() });
  }
  return files.get(path);
}

/** Keeps the declaration of a name in a file, and all that it mentions. `isAsked`: another file imports it from here. */
async function keep(path, name, isAsked = false) {
  const { declarations, imports, kept } = await read(path);
  const declaration = declarations.find(({ names }) => names.includes(name));
  if (declaration === undefined) {
    const origins = imports.filter(({ names }) => names.includes(name));
    const origin = origins.find(({ isExport }) => isExport === isAsked) ?? origins[0];
    if (origin !== undefined) await follow(path, origin, name);
  } else if (!kept.has(declaration)) {
    kept.add(declaration);
    for (const mentioned of declaration.mentions) await keep(path, mentioned);
  }
}

/** Keeps a name of an import or a re-export, and what it is where it comes from. */
async function follow(path, origin, name) {
  const { used } = await read(path);
  const names = used.get(origin) ?? new Set();
  if (names.has(name)) return;
  used.set(origin, names.add(name));
  await keep(resolve(dirname(path), origin.from), name, true);
}

const { declarations, imports } = await read(index);
for (const { names } of declarations) for (const name of names) await keep(index, name);
for (const origin of imports.filter(({ isExport }) => isExport)) {
  for (const name of origin.names) await follow(index, origin, name);
}

for (const [path, { declarations, imports, kept, used }] of files) {
  const lines = [
    ...imports.flatMap((origin) => (used.has(origin) ? [narrowImport(origin, used.get(origin))] : [])),
    ...declarations.flatMap((declaration) => (kept.has(declaration) ? [declaration.text] : [])),
  ];
  const target = join(root, 'dist', path.slice(source.length).replace(/\.d\.ts$/, '.d.cts'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, lines.join(''));
}

await writeFile(
  join(root, 'dist/plugin.d.cts'),
  `/** The version of the plugin contract. */
export declare const version: '1';
/** Called by cdk with itself as the host. */
export declare function init(host: { registerCredentialProviderSource(source: object): void }): void;
`,
);
