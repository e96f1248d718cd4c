// The installed `cdk` as a judge, for `node cdk-oracle.cjs PATH_OF_AWS_CDK` with an IPC channel. Each message is one run: its arguments,
// environment and directory. The CLI's own `exec` runs in this process, up to where it has selected its stacks or environments; only the app
// is replaced by assemblies that were made before. So that a run costs a millisecond, not the second that the program takes to load.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const [packageFolder] = process.argv.slice(2);
const internals = [
  'exec',
  'require_yargs2',
  'init_exec2',
  'createAssembly',
  'StackAssembly',
  'CdkToolkit',
  'matcherFor',
  'resolveStackAndConstructPaths',
  'parseCommandLineArguments',
];

/** Loads the bundle with a door to what it does not export: its text is the real one, and the lines of the door follow it. */
function loadCdk() {
  const path = join(packageFolder, 'lib/index.js');
  const door = `
    module.exports.oracle = {
      ${internals.map((name) => `get ${name}() { return ${name}; }`).join(',\n')},
      set yargs(fresh) { yargs = fresh; },
      set paths(wrapped) { resolveStackAndConstructPaths = wrapped; },
    };`;
  const loaded = new Module(path, null);
  loaded.filename = path;
  // oxlint-disable-next-line no-underscore-dangle
  loaded._compile(`${readFileSync(path, 'utf8')}\n${door}`, path);
  return loaded.exports;
}

const { oracle } = loadCdk();
oracle.init_exec2();
const missing = internals.filter((name) => oracle[name] === undefined);
if (missing.length > 0)
  throw new Error(`this aws-cdk has no ${missing.join(', ')}: the oracle must be taught its names`);

/** Thrown where the run has shown what it would do. */
class Stop extends Error {}

/** What the run at hand has shown so far. */
let seen = {};

const { selectStacksWithSuggestions } = oracle.StackAssembly.prototype;
let isRecording = true;
oracle.StackAssembly.prototype.selectStacksWithSuggestions = async function (...args) {
  const result = await selectStacksWithSuggestions.apply(this, args);
  if (!isRecording) return result;
  seen.stacks = result.stacks.stackArtifacts.map(({ hierarchicalId }) => hierarchicalId);
  throw new Stop();
};

async function unrecorded(action) {
  isRecording = false;
  try {
    return await action();
  } finally {
    isRecording = true;
  }
}

const { defineEnvironments, orphan, watch } = oracle.CdkToolkit.prototype;
oracle.CdkToolkit.prototype.defineEnvironments = async function (...args) {
  const environments = await unrecorded(() => defineEnvironments.apply(this, args));
  seen.environments = environments.map(({ account, region }) => `${account}/${region}`);
  throw new Stop();
};

const resolvePaths = oracle.resolveStackAndConstructPaths;
oracle.paths = (...args) => {
  const result = resolvePaths(...args);
  seen.stacks = [result.stackId];
  throw new Stop();
};
oracle.CdkToolkit.prototype.orphan = function (...args) {
  return unrecorded(() => orphan.apply(this, args));
};

// It would wait for changes of files: the selection is that of the deployment that it begins with.
oracle.CdkToolkit.prototype.watch = async function (options) {
  if (watch === undefined) throw new Error('there is no watch');
  await (await this.assembly()).selectStacks(options.selector);
};

const untouched = { ...process.env };
const output = [];
process.stdout.write = process.stderr.write = (text) => output.push(String(text)) > 0;
process.exit = () => {
  throw new Stop();
};

/** `assemblies`: the directory of the app's assembly, by the value of the context key `stageKey`; `''` without one of these values. */
async function judge({ args, env, cwd, assemblies, stageKey }) {
  seen = {};
  output.length = 0;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { PATH: untouched.PATH }, env);
  process.chdir(cwd);
  const forget = () => (oracle.yargs = oracle.require_yargs2()([], undefined, require));
  const synthesize = async (_aws, configuration) => {
    seen.context = configuration.context.all;
    seen.settings = configuration.settings.all;
    const stage = String(configuration.context.get(stageKey) ?? '');
    const app = configuration.settings.get(['app']);
    const folder = Object.hasOwn(assemblies, app) ? assemblies[app] : (assemblies[stage] ?? assemblies['']);
    return oracle.createAssembly(folder);
  };
  try {
    // The CLI has one parser for its one run.
    forget();
    seen.argv = { ...(await oracle.parseCommandLineArguments(args)) };
    forget();
    await oracle.exec(args, synthesize);
  } catch (error) {
    if (!(error instanceof Stop)) seen.error = String(error?.message ?? error);
  }
  return { ...seen, output: output.join('').slice(-2000) };
}

process.on('message', async ({ id, run, match }) => {
  try {
    process.send({ id, result: run ? await judge(run) : oracle.matcherFor(match.patterns)(match.name) });
  } catch (error) {
    process.send({ id, failure: String(error.stack) });
  }
});
process.send('ready');
