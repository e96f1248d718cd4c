// One CommonJS file in place of the many small modules that every start of cdkx loads: opening a file costs more than reading it, and
// Node's loader of ES modules costs 5 to 10 ms by itself (it also sets up all of each built-in module that is imported).
import { build } from 'esbuild';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

/**
 * Merges `entry` and the chunks that it imports statically into `chunks/start-up.cjs`, and points every other output at it.
 * `outputs` is the bundler's own list (esbuild's `metafile.outputs`); returned is the list as it is afterwards.
 */
export async function mergeStartUp(root, outputs, entry) {
  const chunks = [...staticImports(outputs, entry)];
  const merged = [entry, ...chunks];
  const folder = dirname(chunks[0]);
  const target = posix.join(folder, 'start-up.cjs');
  const renamed = new Map(chunks.map((path, index) => [basename(path), (name) => `${name}_${index}`]));

  // 1. The exports of the entry under their own names, and those of the chunks each under a name of its own.
  const contents = chunks
    .map((path) => {
      const rename = renamed.get(basename(path));
      const names = outputs[path].exports.map((name) => `${name} as ${rename(name)}`);
      return names.length === 0 ? `import './${basename(path)}';` : `export { ${names} } from './${basename(path)}';`;
    })
    .concat(`export * from '${posix.relative(folder, entry)}';`)
    .join('\n');
  await build({
    stdin: { contents, resolveDir: join(root, folder) },
    outfile: join(root, target),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    minify: true,
    plugins: [
      {
        name: 'leave-lazy-imports',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\./ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path: `./${basename(path)}`, external: true } : undefined,
          ),
      },
    ],
  });

  // 2. Who imported one of them imports it from there.
  const kept = Object.keys(outputs).filter((path) => path.endsWith('.js') && !merged.includes(path));
  for (const path of kept) {
    const text = await readFile(join(root, path), 'utf8');
    await writeFile(join(root, path), redirect(text, renamed));
  }
  await Promise.all(merged.map((path) => rm(join(root, path))));
  return {
    ...Object.fromEntries(kept.map((path) => [path, outputs[path]])),
    [target]: { inputs: Object.assign({}, ...merged.map((path) => outputs[path].inputs)) },
  };
}

function staticImports(outputs, path, found = new Set()) {
  for (const { path: target, kind } of outputs[path].imports) {
    if (kind !== 'import-statement' || outputs[target] === undefined || found.has(target)) continue;
    found.add(target);
    staticImports(outputs, target, found);
  }
  return found;
}

/**
 * Rewrites `import{a as b}from"./chunks/x.js"` and `import"./x.js"`, as esbuild prints them, for the files that are merged. Throws where
 * one of them is still named afterwards: it would be missing only when a user comes to that import.
 */
function redirect(text, renamed) {
  const redirected = text.replace(
    /import(?:\{([^{}]*)\}from)?"(\.\/(?:[\w-]+\/)*)([\w.-]+\.js)"/g,
    (whole, names, folder, file) => {
      const rename = renamed.get(file);
      if (rename === undefined) return whole;
      if (names === undefined) return `import"${folder}start-up.cjs"`;
      const list = names.split(',').map((each) => {
        const [name, local = name] = each.split(' as ');
        return `${rename(name)} as ${local}`;
      });
      return `import{${list}}from"${folder}start-up.cjs"`;
    },
  );
  const left = [...renamed.keys()].find((file) => redirected.includes(`/${file}"`));
  if (left !== undefined) throw new Error(`an import of ${left} that is not understood: the file was merged`);
  return redirected;
}
