// `npm run bench`: what cdkx adds to cdk, or takes away, as ratios of interleaved runs with a valid session.
//   npm run bench -- [--runs 15] [--node PATH]… [--write]   (--write puts the table into README.md)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, run } from './run.mjs';
import { startStandIn } from './stand-in.mjs';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    write: { type: 'boolean', default: false },
  },
});

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);

const folder = mkdtempSync(join(tmpdir(), 'cdkx-bench-'));
const standIn = await startStandIn();
try {
  const token = await standIn.control('issueToken', { expiresIn: 8 * 3600 });
  const rows = options.node.flatMap((node) => measureAll(node, token));
  const table = asMarkdown(rows);
  process.stdout.write(table);
  if (options.write) writeIntoReadme(table);
} finally {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Every pair, interleaved: cdkx X beside cdk X, in a project with a valid session. */
function measureAll(node, token) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const home = join(folder, version);
  const project = join(home, 'project');
  const env = prepare(home, project, token);
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const cdkx = join(root, 'dist/cdkx.cjs');
  const command = (program, args) => () => wallMs(node, [program, ...args], { cwd: project, env });
  const pair = (name, cdkxArgs, cdkArgs) => ({
    node: version,
    name,
    ...interleave(command(cdkx, cdkxArgs), command(cdk, cdkArgs)),
  });
  return [
    pair('--version', ['--version'], ['--version']),
    pair('ls', ['ls'], ['ls', '--profile', 'dev']),
    pair('synth', ['synth', '-q'], ['synth', '-q', '--profile', 'dev']),
    {
      node: version,
      name: 'ls --cdkx-dry-run',
      beside: 'node -e 0',
      ...interleave(command(cdkx, ['ls', '--cdkx-dry-run']), () => wallMs(node, ['-e', '0'], { cwd: project, env })),
    },
  ];
}

/** A home with one SSO profile and a session of eight hours, and a project that is synthesized already. */
function prepare(home, project, token) {
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  mkdirSync(join(project, 'assembly'), { recursive: true });
  writeFileSync(
    join(home, '.aws/config'),
    `[profile dev]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Developer\nregion = eu-west-1\n\n[sso-session acme]\nsso_start_url = ${standIn.startUrl}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`,
  );
  const name = `${createHash('sha1').update('acme').digest('hex')}.json`;
  writeFileSync(join(home, '.aws/sso/cache', name), JSON.stringify(token), { mode: 0o600 });
  writeFileSync(
    join(project, 'cdk.json'),
    JSON.stringify({ app: 'node app.mjs', versionReporting: false, context: { cdkx: 'dev' } }, null, 2),
  );
  writeFileSync(
    join(project, 'app.mjs'),
    `import { createRequire } from 'node:module';\nconst require = createRequire(${JSON.stringify(join(root, 'package.json'))});\nconst { App, Stack } = require('aws-cdk-lib');\nnew Stack(new App(), 'Bench');\n`,
  );
  return {
    PATH: process.env.PATH,
    HOME: home,
    CDK_HOME: join(home, '.cdk'),
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    NODE_NO_WARNINGS: '1',
    CDKX_CDK: join(root, 'node_modules/aws-cdk/bin/cdk'),
    ...standIn.env,
  };
}

/** Runs both in turn, A B A B …, after one of each that does not count; medians, and the ratio's median and quartiles. */
function interleave(a, b) {
  a();
  b();
  const pairs = Array.from({ length: Number(options.runs) }, () => [a(), b()]);
  const ratios = pairs.map(([left, right]) => left / right);
  return {
    a: quantile(
      pairs.map(([left]) => left),
      0.5,
    ),
    b: quantile(
      pairs.map(([, right]) => right),
      0.5,
    ),
    difference: quantile(
      pairs.map(([left, right]) => left - right),
      0.5,
    ),
    ratio: quantile(ratios, 0.5),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
  };
}

function quantile(values, share) {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.round((sorted.length - 1) * share)];
}

function wallMs(command, args, settings) {
  const start = performance.now();
  const result = spawnSync(command, args, { ...settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const elapsed = performance.now() - start;
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return elapsed;
}

function asMarkdown(rows) {
  return [
    '| Node | command | cdkx | beside | ratio (quartiles) | difference |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.node} | \`${row.name}\` | ${ms(row.a)} | ${ms(row.b)} \`${row.beside ?? 'cdk'}\` | ${row.ratio.toFixed(2)} (${row.low.toFixed(2)}–${row.high.toFixed(2)}) | ${ms(row.difference)} |`,
    ),
    '',
  ].join('\n');
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}

function writeIntoReadme(table) {
  const path = join(root, 'README.md');
  const text = readFileSync(path, 'utf8');
  const start = '<!-- bench:start -->\n';
  const end = '<!-- bench:end -->';
  writeFileSync(path, text.slice(0, text.indexOf(start) + start.length) + table + text.slice(text.indexOf(end)));
}
