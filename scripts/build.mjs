// Builds the published package into dist/, and the development tools (the stand-in for AWS) into build/.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'rolldown';
import { root } from './run.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));

const common = {
  cwd: root,
  platform: 'node',
  transform: { target: 'node20.19', define: { __CDKX_VERSION__: JSON.stringify(version) } },
  resolve: {
    alias: {
      // The UMD entry of jsonc-parser finds its own files at run time, which a bundle has no more.
      'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      // PAC files are refused: their interpreter would be a fifth of the package.
      'pac-proxy-agent': `${root}/scripts/no-pac-proxy.mjs`,
      // With DEBUG set, the proxy agents print the address of the proxy, with the password in it.
      debug: `${root}/scripts/no-debug.mjs`,
    },
  },
};

/** CommonJS, lazily loaded parts too: Node's loader of ES modules costs 5 to 10 ms by itself. */
const published = {
  dir: 'dist',
  format: 'cjs',
  strict: true,
  minify: true,
  comments: false,
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
};

await rm(`${root}/dist`, { recursive: true, force: true });

const bundles = await build([
  {
    ...common,
    input: { 'start-up': 'bin/start-up.ts', index: 'lib/index.ts', 'plugin-answers': 'lib/plugin/answers.ts' },
    // What every start loads is one file, with all that it imports statically: opening a file costs more than reading it.
    preserveEntrySignatures: 'allow-extension',
    output: { ...published, codeSplitting: { groups: [{ name: 'start-up', test: /[\\/]bin[\\/]start-up\.ts$/ }] } },
  },
  // It tells Node where to keep compiled code before there is any: so it shares no file with the rest.
  alone({ cdkx: 'bin/cdkx.ts' }, /\/start-up\.ts$/, './start-up.cjs'),
  // `cdk` loads the plugin for every command: this file is tiny, and loads the rest when it is asked for credentials.
  alone({ plugin: 'lib/plugin/index.ts' }, /\/answers\.ts$/, './plugin-answers.cjs'),
]);
await chmod(`${root}/dist/cdkx.cjs`, 0o755);

/** Which files went into which output: the tests read it to tell what a run has loaded. */
const inputs = Object.fromEntries(
  bundles.flatMap(({ output }) => output.map(({ fileName, moduleIds }) => [`dist/${fileName}`, files(moduleIds)])),
);
await mkdir(`${root}/build`, { recursive: true });
await writeFile(`${root}/build/inputs.json`, JSON.stringify(inputs));
await writeFile(`${root}/THIRD_PARTY_LICENSES`, await thirdPartyLicenses(root, Object.values(inputs).flat()));

if (existsSync(`${root}/test/emulator/main.ts`)) {
  const output = { file: 'build/emulator.mjs', format: 'esm', codeSplitting: false };
  await build({ ...common, input: 'test/emulator/main.ts', output });
}

/** A file of its own, which leaves one import to an output of another. */
function alone(input, elsewhere, path) {
  const output = { ...published, codeSplitting: false, paths: (id) => (elsewhere.test(id) ? path : id) };
  return { ...common, input, external: elsewhere, output };
}

/** Relative to the repository, without the bundler's own helpers. */
function files(moduleIds) {
  return moduleIds.filter((id) => !id.startsWith('\0')).map((id) => relative(root, id).replaceAll('\\', '/'));
}
