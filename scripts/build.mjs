// Builds the published package into dist/, and the development tools (the stand-in for AWS) into build/.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { mergeStartUp } from './merge-start-up.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));

/** CommonJS packages inside an ESM bundle call `require` for Node's own modules. */
const requireBanner = `import { createRequire as cdkxCreateRequire } from 'node:module'; const require = cdkxCreateRequire(import.meta.url);`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // The UMD entry of jsonc-parser finds its own files at run time, which a bundle has no more.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  define: { __CDKX_VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

await rm(`${root}/dist`, { recursive: true, force: true });

const program = await build({
  ...common,
  entryPoints: {
    cdkx: 'bin/cdkx.ts',
    ...(existsSync(`${root}/lib/index.ts`) ? { index: 'lib/index.ts' } : {}),
    'plugin-answers': 'lib/plugin/process-answers.ts',
  },
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  minify: true,
  chunkNames: 'chunks/[name]-[hash]',
});
const outputs = await mergeStartUp(root, program.metafile.outputs, 'dist/cdkx.js');
await addRequireWhereNeeded(outputs);
await chmod(`${root}/dist/cdkx.js`, 0o755);
await writeInputs(outputs);

// `cdk` loads the plugin with `require`, for every command: this file is tiny, and imports the rest when it is asked for credentials.
const plugin = await build({
  ...common,
  entryPoints: { plugin: 'lib/plugin/index.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [
    {
      name: 'answers-beside',
      setup: (plugin) =>
        plugin.onResolve({ filter: /\/process-answers\.ts$/ }, () => ({ path: './plugin-answers.js', external: true })),
    },
  ],
});
const inputs = [program.metafile, plugin.metafile];

await writeFile(`${root}/THIRD_PARTY_LICENSES`, await thirdPartyLicenses(root, inputs));

if (existsSync(`${root}/test/emulator/main.ts`)) {
  await build({
    ...common,
    entryPoints: { emulator: 'test/emulator/main.ts' },
    outdir: 'build',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    banner: { js: requireBanner },
  });
}

/** Which files went into which output: the tests read it to tell what a run has loaded. */
async function writeInputs(outputs) {
  const inputs = Object.entries(outputs).map(([output, { inputs }]) => [output, Object.keys(inputs)]);
  await mkdir(`${root}/build`, { recursive: true });
  await writeFile(`${root}/build/inputs.json`, JSON.stringify(Object.fromEntries(inputs)));
}

/** Prepends the banner to each output that calls `require`: bundled CommonJS packages do. On the start-up path it would cost. */
async function addRequireWhereNeeded(outputs) {
  for (const output of Object.keys(outputs)) {
    if (!output.endsWith('.js')) continue;
    const path = `${root}/${output}`;
    const text = await readFile(path, 'utf8');
    if (!/\brequire\b/.test(text)) continue;
    const [first, ...rest] = text.split('\n');
    await writeFile(
      path,
      first.startsWith('#!') ? [first, requireBanner, ...rest].join('\n') : `${requireBanner}\n${text}`,
    );
  }
}
