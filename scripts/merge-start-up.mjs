// One file in place of the many small chunks that every start of cdkx loads: opening a file costs more than reading it.
import { build } from 'esbuild';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

/**
 * Merges the chunks that `entry` imports statically into `chunks/start-up.js` beside them, and points every other output at it.
 * `outputs` is the bundler's own list (esbuild's `metafile.outputs`); returned is the list as it is afterwards.
 */
export async function mergeStartUp(root, outputs, entry) {
  const merged = [...staticImports(outputs, entry)];
  const folder = dirname(merged[0]);
  const target = posix.join(folder, 'start-up.js');
  const renamed = new Map(merged.map((path, index) => [basename(path), (name) => `${name}_${index}`]));

  // 1. All their exports from one file, each under a name of its own.
  const contents = merged
    .map((path) => {
      const rename = renamed.get(basename(path));
      const names = outputs[path].exports.map((name) => `${name} as ${rename(name)}`);
      return names.length === 0 ? `import './${basename(path)}';` : `export { ${names} } from './${basename(path)}';`;
    })
    .join('\n');
  await build({
    stdin: { contents, resolveDir: join(root, folder) },
    outfile: join(root, target),
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    plugins: [
      {
        name: 'leave-lazy-imports',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\./ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
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

/** Rewrites `import{a as b}from"./chunks/x.js"` and `import"./x.js"`, as esbuild prints them, for the files that are merged. */
function redirect(text, renamed) {
  return text.replace(
    /import(?:\{([^{}]*)\}from)?"(\.\/(?:[\w-]+\/)*)([\w.-]+\.js)"/g,
    (whole, names, folder, file) => {
      const rename = renamed.get(file);
      if (rename === undefined) return whole;
      if (names === undefined) return `import"${folder}start-up.js"`;
      const list = names.split(',').map((each) => {
        const [name, local = name] = each.split(' as ');
        return `${rename(name)} as ${local}`;
      });
      return `import{${list}}from"${folder}start-up.js"`;
    },
  );
}
