// `npm run bench:plugin`: what the credential plugin adds to a `cdk` that loads it and asks it nothing, as whole processes in interleaved pairs.
//   npm run bench:plugin -- [--pairs 25] [--node PATH]   (exit code 1 where it adds 15 ms of processor time or more)
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { root, run as runStep } from '../run.mjs';

/** The promise, in milliseconds of processor time: more is a failure. */
const limit = 15;
const plugin = join(root, 'dist/plugin.cjs');
const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');

/** Each process leaves its processor time behind: on a machine that is busy with other things it says more than the clock. */
const recorder = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeFileSync(process.env.CPU_TIME_FILE, String((user + system) / 1000));
});`;

/**
 * Measures, with the built plugin: `cdk context`, which reads the settings and loads the plugins and calls nobody, and a bare Node.
 * Gives plain rows `{ name, medians: { with, without }, difference, quartiles }`, all in milliseconds; `difference` is the median of the
 * differences of the pairs, `quartiles` are those differences' first and third.
 */
export function measurePluginLoad({ pairs = 25, node = process.execPath } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cdkx-plugin-load-'));
  try {
    const run = createRun(folder, node);
    const project = (name, settings) => {
      const cwd = join(folder, name);
      mkdirSync(cwd);
      writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { accounts: 'auto' } }, ...settings }));
      return () => run([cdk, 'context', '--json'], cwd);
    };
    const bare = (code) => () => run(['-e', code], folder);
    return [
      ...rowsOf('`cdk context`', pairs, project('with', { plugin: [plugin] }), project('without', {})),
      ...rowsOf('`require` in `node`', pairs, bare(`require(${JSON.stringify(plugin)})`), bare('0')),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs both in turn, each of them first in every other pair, after one of each that does not count. */
function rowsOf(name, pairs, withIt, withoutIt) {
  withIt();
  withoutIt();
  const runs = Array.from({ length: pairs }, (_, index) => {
    if (index % 2 === 0) return { with: withIt(), without: withoutIt() };
    const without = withoutIt();
    return { with: withIt(), without };
  });
  const row = (suffix, measure) => {
    const differences = runs.map((pair) => measure(pair.with) - measure(pair.without));
    return {
      name: name + suffix,
      medians: {
        with: quantile(runs.map((pair) => measure(pair.with))),
        without: quantile(runs.map((pair) => measure(pair.without))),
      },
      difference: quantile(differences),
      quartiles: [quantile(differences, 0.25), quantile(differences, 0.75)],
    };
  };
  return [row('', ({ wall }) => wall), row(', processor time', ({ cpu }) => cpu)];
}

function quantile(values, share = 0.5) {
  const sorted = values.toSorted((x, y) => x - y);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** A run of Node with these arguments: how long it took by the clock, and its processor time, in milliseconds. */
function createRun(folder, node) {
  const [preload, times] = ['recorder.cjs', 'cpu-time'].map((name) => join(folder, name));
  writeFileSync(preload, recorder);
  const env = { ...environment(folder), CPU_TIME_FILE: times };
  return (args, cwd) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(node, ['--require', preload, ...args], { cwd, env, encoding: 'utf8' });
    const wall = performance.now() - start;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return { wall, cpu: Number(readFileSync(times, 'utf8')) };
  };
}

function environment(home) {
  return {
    PATH: process.env.PATH,
    HOME: home,
    CDK_HOME: join(home, '.cdk'),
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_NO_WARNINGS: '1',
  };
}

/** The rows as a table in Markdown. */
export function asMarkdown(rows) {
  const ms = (value) => `${value.toFixed(1)} ms`;
  return [
    '| what | with the plugin | without | difference (quartiles) |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ name, medians, difference, quartiles: [low, high] }) =>
        `| ${name} | ${ms(medians.with)} | ${ms(medians.without)} | ${ms(difference)} (${low.toFixed(1)} to ${high.toFixed(1)}) |`,
    ),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { pairs: { type: 'string', default: '25' }, node: { type: 'string', default: process.execPath } },
  });
  runStep('build', 'node', ['scripts/build.mjs']);
  const rows = measurePluginLoad({ pairs: Number(values.pairs), node: values.node });
  process.stdout.write(asMarkdown(rows));
  const isTooMuch = rows.some(({ name, difference }) => name.endsWith('processor time') && difference >= limit);
  process.exitCode = isTooMuch ? 1 : 0;
}
