// Answers questions with the code of the installed aws-cdk: its methods are taken out of its bundle, which exports none of them, and run
// with the real SDK's reader of the shared config files. Cases come on stdin as JSON, the answers go to stdout.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';

const require = createRequire(import.meta.url);
const source = readFileSync(join(dirname(require.resolve('aws-cdk/package.json')), 'lib/index.js'), 'utf8');

/** The text of a method or module of the bundle: from its first line to the brace that closes it. */
function textOf(firstLine) {
  const start = source.indexOf(`${firstLine}\n`);
  if (start === -1) throw new Error(`aws-cdk has no "${firstLine}" any more`);
  const indent = /[ ]*$/.exec(source.slice(0, start))[0];
  const end = source.indexOf(`\n${indent}}`, start);
  return source.slice(start, end + indent.length + 2);
}

const methods = [
  'async region(maybeProfile) {',
  'async getRegionFromIni(profile) {',
  'getRegionFromIniFile(profile, data) {',
  'async caBundlePathFromEnvironment(profile) {',
  'async caBundlePathFromProfile(profile) {',
].map(textOf);
const loader = require('@smithy/core/config');
const Cdk = compileFunction(
  `return class {
    ioHelper = { defaults: { debug() {} } };
    regionFromMetadataService() {}
    ${methods.join('\n')}
  }`,
  ['import_shared_ini_file_loader', 'import_shared_ini_file_loader2'],
)(loader, loader);
const proxyModule = '"../../node_modules/proxy-agent/node_modules/proxy-from-env/index.js"(exports2) {';
const proxyFromEnv = compileFunction(
  `const exports2 = {}; Object.values({ ${textOf(proxyModule)} })[0](exports2); return exports2;`,
  ['require', '__name'],
)(require, () => undefined);

const cases = JSON.parse(readFileSync(0, 'utf8'));
const answers = [];
for (const { env, profile, urls } of cases) {
  process.env = env;
  const cdk = new Cdk();
  answers.push({
    region: await cdk.region(profile),
    caBundle: (await cdk.caBundlePathFromEnvironment(profile))?.path ?? null,
    proxies: urls.map((url) => proxyFromEnv.getProxyForUrl(url)),
  });
}
process.stdout.write(JSON.stringify(answers));
