// Builds the published package into dist/, and the development tools (the stand-in for AWS) into build/.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { mergeStartUp } from './merge-start-up.mjs';
import { root } from './run.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));

/** CommonJS packages inside an ESM bundle call `require` for Node's own modules. */
const requireBanner = `import { createRequire as cdkxCreateRequire } from 'node:module'; const require = cdkxCreateRequire(import.meta.url);`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // The UMD entry of jsonc-parser finds its own files at run time, which a bundle has no more.
  // PAC files are refused (lib/sso/check-proxies.ts): their interpreter would be a fifth of the package.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js', 'pac-proxy-agent': './scripts/no-pac-proxy.mjs' },
  define: { __CDKX_VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

await rm(`${root}/dist`, { recursive: true, force: true });

const program = await build({
  ...common,
  entryPoints: {
    'start-up': 'bin/start-up.ts',
    index: 'lib/index.ts',
    'plugin-answers': 'lib/plugin/process-answers.ts',
  },
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  minify: true,
  chunkNames: 'chunks/[name]-[hash]',
});
const outputs = await mergeStartUp(root, program.metafile.outputs, 'dist/start-up.js');
await addRequireWhereNeeded(outputs);

const start = await build({
  ...common,
  entryPoints: { cdkx: 'bin/cdkx.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  define: { ...common.define, 'import.meta.filename': '__filename' },
  // `import()` as `require()`: Node's loader of ES modules is what this file spares.
  supported: { 'dynamic-import': false },
  plugins: [elsewhere(/\/start-up\.ts$/, './chunks/start-up.cjs')],
});
await chmod(`${root}/dist/cdkx.cjs`, 0o755);
await writeInputs({ ...outputs, ...start.metafile.outputs });

// `cdk` loads the plugin with `require`, for every command: this file is tiny, and imports the rest when it is asked for credentials.
const plugin = await build({
  ...common,
  entryPoints: { plugin: 'lib/plugin/index.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [elsewhere(/\/process-answers\.ts$/, './plugin-answers.js')],
});
const inputs = [program.metafile, start.metafile, plugin.metafile];

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

/** Leaves an import to a file that is built on its own. */
function elsewhere(filter, path) {
  return { name: 'elsewhere', setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })) };
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
    await writeFile(path, `${requireBanner}\n${text}`);
  }
}
