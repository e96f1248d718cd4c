// `npm run test:cdks`: one deploy into several accounts (test/plugin/one-deploy.test.ts, and the deployment that outlives its credentials),
// two roles in a project (test/e2e/two-roles.test.ts) and a stage that the app is told (test/e2e/stage-context.test.ts), with other versions
// of aws-cdk, each with an aws-cdk-lib of its time.
//   npm run test:cdks -- [--only VERSION]…
// Needs the npm registry and openssl. Writes docs/figures/cdks.json and its table in docs/compatibility.md.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { jest } from './jest.mjs';
import { replaceBetween } from './markers.mjs';
import { accountsTable, failures, versions } from './matrix/accounts-table.mjs';
import { install, runCommand } from './matrix/run-command.mjs';
import { quietNpm } from './matrix/tools.mjs';
import { readOptions } from './read-options.mjs';
import { root, run } from './run.mjs';

const tests = ['one-deploy.test.ts', 'long-deployment.long.test.ts'];
/** Those that reach the stand-in by AWS_ENDPOINT_URL, which older versions don't know. */
const newerTests = ['two-roles.test.ts', 'stage-context.test.ts'];
const resultsPath = join(root, 'docs/figures/cdks.json');

const options = readOptions(
  { only: { type: 'string', multiple: true, default: [] } },
  'npm run test:cdks -- [--only VERSION]…',
);
const wanted = versions.filter(({ cdk }) => options.only.length === 0 || options.only.includes(cdk));

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
const results = readResults();
for (const version of wanted) {
  const result = await testWith(version).catch(({ message }) => ({
    cdk: version.cdk,
    lib: version.lib,
    tests: [],
    note: message,
  }));
  results[version.cdk] = { ...result, date: new Date().toISOString().slice(0, 10) };
  const word = passed(result) ? 'pass' : 'fail';
  process.stdout.write(`${word.padEnd(6)} aws-cdk ${result.cdk} with aws-cdk-lib ${result.lib} ${result.note ?? ''}\n`);
  for (const { title, status } of result.tests) process.stdout.write(`       ${status.padEnd(8)} ${title}\n`);
}
mkdirSync(dirname(resultsPath), { recursive: true });
writeFileSync(resultsPath, `${JSON.stringify(results, null, 2)}\n`);
await replaceBetween(join(root, 'docs/compatibility.md'), 'accounts', accountsTable(results));
process.exitCode = wanted.every(({ cdk }) => passed(results[cdk]) || isExplained(cdk)) ? 0 : 1;

/** Installs both into a folder of their own and runs the tests with them: `{ cdk, lib, tests: [{ title, status }] }`. */
async function testWith({ cdk, lib }) {
  const folder = mkdtempSync(join(tmpdir(), 'cdkx-cdks-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const packages = [`aws-cdk@${cdk}`, `aws-cdk-lib@${lib}`, 'constructs@10'];
    await install('npm', ['install', ...quietNpm, ...packages], { cwd: folder });
    const report = join(folder, 'report.json');
    const names = /^2(?:\.1\d{3}\.|$)/.test(cdk) ? [...tests, ...newerTests] : tests;
    const files = ['--testMatch', ...names.map((name) => `**/${name}`), '--testPathIgnorePatterns', '/node_modules/'];
    const args = [...jest, ...files, '--maxWorkers=1', '--json', `--outputFile=${report}`];
    const dependencies = join(folder, 'node_modules');
    const env = { ...process.env, CDKX_TEST_DEPENDENCIES: dependencies };
    const { stderr } = await runCommand(process.execPath, args, { cwd: root, env, timeout: 600_000, endAtExit: true });
    const versionOf = (name) => JSON.parse(readFileSync(join(dependencies, name, 'package.json'), 'utf8')).version;
    return { cdk: versionOf('aws-cdk'), lib: versionOf('aws-cdk-lib'), tests: readReport(report, stderr) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function readReport(path, stderr) {
  const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (assertions.some(({ status }) => status === 'failed')) process.stderr.write(stderr);
  return assertions.map(({ title, status }) => ({ title, status })).sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** Whether all that did not pass is known to fail, and is told with its reason on the page. */
function isExplained(cdk) {
  const { tests } = results[cdk];
  const isDone = tests.length > 0 && tests.every(({ status }) => status === 'passed' || status === 'failed');
  return isDone && failures({ [cdk]: results[cdk] }).every(({ reason }) => reason !== undefined);
}

/** A test that was skipped has shown nothing. */
function passed({ tests }) {
  return tests.length > 0 && tests.every(({ status }) => status === 'passed');
}

function readResults() {
  try {
    return JSON.parse(readFileSync(resultsPath, 'utf8'));
  } catch {
    return {};
  }
}
