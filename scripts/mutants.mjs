// `npm run test:mutants [-- FOLDER]`: changes lib, one small change at a time, and looks whether the tests notice.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { replaceBetween, writeDocument } from './markers.mjs';
import { mutantsOf } from './mutants/mutate.mjs';
import { build, runPhase } from './mutants/phase.mjs';
import { readReasons, staleReasons } from './mutants/reasons.mjs';
import { documentPart, reportOf, scoreLine, summarize } from './mutants/report.mjs';
import { createRunner } from './mutants/runner.mjs';
import { findTests } from './mutants/tests.mjs';
import { copyTree } from './mutants/tree.mjs';
import { root } from './run.mjs';

const usage = `npm run test:mutants [-- [FOLDER …] [options]]

Changes the code of lib, or of the files and folders named, one small change at a time in a copy of the checkout, and runs
the unit tests that reach it. Writes build/mutants/report.md and report.json. Without arguments it judges the fixed sample,
and writes its score into docs/reliability.md.

  --size N      how many mutants (150)
  --all         all of them: hours for the whole of lib
  --programs    then runs test/e2e and other tests of the built program against what no unit test noticed: slow
  --tests PATH  runs no other tests than these, as test/e2e/hints; can be repeated
  --jobs N      how many tests run at the same time (the cores, at most 4)
  --seed TEXT   another sample (cdkx)
  --list        shows the mutants and runs nothing`;

const options = readArguments();
const folder = join(root, 'build/mutants');
const trees = join(folder, 'trees');
const started = Date.now();
const say = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

const sources = new Map(
  readdirSync(join(root, 'lib'), { recursive: true })
    .map((file) => `lib/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const everything = [...sources].flatMap(([file, source]) => mutantsOf(file, source));
const reasons = readReasons(join(root, 'scripts/mutants/reasons.json'));
const isAsked = ({ file }) =>
  options.paths.length === 0 || options.paths.some((path) => `${file}/`.startsWith(`${path}/`));
const chosen = pick(everything.filter(isAsked));

if (chosen.length === 0) fail(64, `no code in ${options.paths.join(', ')}. Name files or folders of lib.`);
if (options.list) {
  for (const { id, file, line, kind, before, after } of chosen) {
    process.stdout.write(`${id} ${file}:${line} ${kind}: ${before.replace(/\s+/g, ' ')} → ${after}\n`);
  }
} else {
  process.exitCode = await judgeAll();
}

async function judgeAll() {
  ensureInstalled();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(trees, { recursive: true });
  const places = Array.from({ length: options.jobs }, (_, number) => {
    const tree = join(trees, String(number));
    return { tree, runner: createRunner(tree) };
  });
  const stop = () => {
    for (const { runner } of places) runner.close();
    rmSync(trees, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => {
      stop();
      process.exit(code);
    });
  }
  try {
    for (const { tree } of places) copyTree(root, tree);
    await Promise.all(places.map(({ tree }) => build(tree)));
    return await judgeIn(places);
  } finally {
    stop();
  }
}

async function judgeIn(places) {
  const tests = findTests(places[0].tree);
  const files = new Set(chosen.map(({ file }) => file));
  const related = ({ imports }) => [...imports].some((file) => files.has(file));
  const isWanted = ({ file }) => options.tests.length === 0 || options.tests.some((path) => file.startsWith(path));
  const unit = tests.unit.filter((test) => related(test) && isWanted(test)).map(({ file }) => file);
  say(`${chosen.length} of ${everything.length} mutants, ${unit.length} unit test files, ${options.jobs} at a time`);
  const common = { places, sources, say, onResult };
  const first = await runPhase({
    ...common,
    mutants: chosen,
    tests: unit,
    builds: false,
    most: 180_000,
    budget: options.budget,
  });
  let { results } = first;
  const broken = [...first.broken];
  const left = results.filter(({ status }) => status === 'survived' || status === 'unreached').map(({ id }) => id);
  if (options.programs && left.length > 0) {
    const open = chosen.filter(({ id }) => left.includes(id));
    const programs = tests.program.filter(isWanted).map(({ file }) => file);
    say(`${open.length} of them against ${programs.length} test files of programs`);
    const second = await runPhase({
      ...common,
      mutants: open,
      tests: programs,
      builds: true,
      most: 900_000,
      budget: Infinity,
    });
    broken.push(...second.broken);
    // Survived in unit tests and reached by no program: it stays a survivor.
    const later = new Map(
      second.results.filter(({ status }) => status !== 'unreached').map((result) => [result.id, result]),
    );
    results = results.map((result) => later.get(result.id) ?? result);
  }
  return await conclude(results, broken);
}

async function conclude(found, broken) {
  const results = found.map((result) => {
    const isOpen = result.status === 'survived' || result.status === 'unreached';
    return isOpen && reasons.has(result.id)
      ? { ...result, status: 'accepted', reason: reasons.get(result.id).reason }
      : result;
  });
  const stale = staleReasons(reasons, everything, results);
  const summary = { ...summarize(results), seconds: Math.round((Date.now() - started) / 1000) };
  const what = options.paths.length === 0 ? 'lib' : options.paths.join(', ');
  const about = `${options.all ? 'All mutants' : `A sample (seed ${options.seed})`} of ${what}, in ${summary.seconds} s.`;
  const notes = broken.map(({ test, name }) => `Not used, since it fails without a mutant: \`${test}\` ${name}`);
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify({ summary, broken, stale, results }, undefined, 2)}\n`);
  await writeDocument(join(folder, 'report.md'), reportOf(results, about, notes));
  for (const note of notes) say(note);
  say(`${scoreLine(summary)}; ${summary.seconds} s`);
  say(`build/mutants/report.md lists them${options.isFixed ? '; the score is in docs/reliability.md' : ''}`);
  if (options.isFixed) {
    await replaceBetween(join(root, 'docs/reliability.md'), 'mutants', documentPart(results, options.seed));
  }
  for (const entry of stale) process.stderr.write(`scripts/mutants/reasons.json: ${entry}\n`);
  return stale.length > 0 ? 1 : 0;
}

function onResult({ status, file, line, kind, before, after, milliseconds, by }, number) {
  const change = `${before.replace(/\s+/g, ' ').slice(0, 60)} → ${after.slice(0, 40)}`;
  const seconds = (milliseconds / 1000).toFixed(1);
  say(`${number} ${status} ${file}:${line} ${kind}: ${change}${by === undefined ? '' : ` (${by})`} ${seconds} s`);
}

/** The same mutants each time, whatever else changes: those whose hash is smallest. */
function pick(mutants) {
  if (options.all) return mutants;
  const rank = ({ id }) => createHash('sha256').update(`${options.seed}\0${id}`).digest('hex');
  const ranked = mutants.map((mutant) => ({ mutant, rank: rank(mutant) }));
  const first = ranked.toSorted((one, other) => (one.rank < other.rank ? -1 : 1)).slice(0, options.size);
  const ids = new Set(first.map(({ mutant }) => mutant.id));
  return mutants.filter(({ id }) => ids.has(id));
}

function readArguments() {
  const number = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  const tests = { type: 'string', multiple: true };
  const config = { size: number, jobs: number, seed: number, tests, all: flag, programs: flag, list: flag, help: flag };
  let parsed;
  try {
    parsed = parseArgs({ options: config, allowPositionals: true });
  } catch (error) {
    fail(64, error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const paths = positionals.map((path) => relative(root, resolve(path)).replaceAll('\\', '/'));
  for (const path of paths) {
    if (!/^lib(?:\/|$)/.test(path) || !existsSync(join(root, path)))
      fail(64, `${path} is not a file or folder of lib.`);
  }
  const isFixed =
    Object.entries(values).every(([name, value]) => name === 'jobs' || value === false) && paths.length === 0;
  return {
    ...values,
    paths,
    isFixed,
    tests: values.tests ?? [],
    seed: values.seed ?? 'cdkx',
    size: count('size', values.size, 150),
    jobs: count('jobs', values.jobs, Math.min(4, availableParallelism())),
    // A sample is to end in minutes: what survives the nearest minute of tests counts as survived, and the report shows it.
    budget: values.all ? Infinity : 60_000,
  };
}

function count(name, value, otherwise) {
  if (value === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(value)) fail(64, `--${name} needs a number, not ${JSON.stringify(value)}.`);
  return Number(value);
}

function fail(code, message) {
  process.stderr.write(`${message}\n\n${usage}\n`);
  process.exit(code);
}
