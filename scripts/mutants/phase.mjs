// Runs mutants against tests: first all tests once on marked code, to see which of them run which mutant's place; then each mutant.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mutated, probed } from './mutate.mjs';
import { nearestFirst } from './tests.mjs';

const runFile = promisify(execFile);

/**
 * @param {object} options
 * @param {{ tree: string, runner: object }[]} options.places copies of the checkout, which work at the same time
 * @param {Map<string, string>} options.sources text by file
 * @param {object[]} options.mutants
 * @param {string[]} options.tests
 * @param {boolean} options.builds whether the tests run what is built
 * @param {number} options.most milliseconds that a test may take without a mutant
 * @param {number} options.budget milliseconds of tests a mutant, after which the rest of them are not run
 * @param {(result: object) => void} options.onResult
 * @param {(text: string) => void} options.say
 */
export async function runPhase({ places, sources, mutants, tests, builds, most, budget, onResult, say }) {
  const { reach, milliseconds, broken } = await findReach();
  const results = new Map();
  let done = 0;
  await inParallel(mutants, async (mutant, place) => {
    const result = await judge(mutant, place);
    done += 1;
    results.set(mutant.id, result);
    onResult(result, done);
  });
  return { results: mutants.map(({ id }) => results.get(id)), broken };

  /** Each place takes the next item when it is free. */
  async function inParallel(items, work) {
    const open = [...items];
    await Promise.all(
      places.map(async (place) => {
        while (open.length > 0) await work(open.shift(), place);
      }),
    );
  }

  async function findReach() {
    const numbered = mutants.map((mutant, number) => ({ ...mutant, number }));
    const files = [...new Set(mutants.map(({ file }) => file))];
    const logOf = ({ tree }) => `${tree}.reached`;
    const markAll = async (place) => {
      for (const file of files) {
        const own = numbered.filter((mutant) => mutant.file === file);
        writeFileSync(join(place.tree, file), probed(sources.get(file), own, logOf(place)));
      }
      if (builds) await build(place.tree);
    };
    const reach = mutants.map(() => []);
    const milliseconds = new Map();
    const broken = [];
    let seen = 0;
    await Promise.all(places.map(markAll));
    await inParallel(tests, async (test, place) => {
      rmSync(logOf(place), { force: true });
      let answer = await place.runner.run(test, most);
      // A busy machine can be the reason: a mutant is judged only by tests that pass without it.
      if (answer.outcome !== 'passed') answer = await place.runner.run(test, most);
      seen += 1;
      say(`${seen} of ${tests.length} test files run without a mutant`);
      if (answer.outcome !== 'passed') {
        broken.push({ test, name: answer.name, message: answer.message });
        return;
      }
      milliseconds.set(test, answer.milliseconds);
      const log = existsSync(logOf(place)) ? readFileSync(logOf(place), 'utf8') : '';
      const logged = log.split('\n').filter(Boolean).map(Number);
      for (const number of new Set([...answer.reached, ...logged])) reach[number]?.push(test);
    });
    for (const { tree } of places) {
      for (const file of files) writeFileSync(join(tree, file), sources.get(file));
    }
    if (builds) await Promise.all(places.map(({ tree }) => build(tree)));
    return { reach: new Map(mutants.map(({ id }, number) => [id, reach[number]])), milliseconds, broken };
  }

  async function judge(mutant, { tree, runner }) {
    const started = performance.now();
    const all = nearestFirst(mutant.file, reach.get(mutant.id), (test) => milliseconds.get(test));
    const path = join(tree, mutant.file);
    const result = (status, more) => ({
      ...mutant,
      status,
      reaching: all.length,
      milliseconds: performance.now() - started,
      ...more,
    });
    if (all.length === 0) return result('unreached', { ran: 0 });
    writeFileSync(path, mutated(sources.get(mutant.file), mutant));
    try {
      if (builds && !(await builtWith(tree)))
        return result('killed', { ran: 0, by: 'scripts/build.mjs', name: '', message: '' });
      let [ran, spent] = [0, 0];
      for (const test of all) {
        if (spent > budget) break;
        const usual = milliseconds.get(test);
        const limit = 10_000 + 4 * usual;
        let answer = await runner.run(test, limit);
        // A busy machine can be the reason: only what hangs again hangs.
        if (answer.outcome === 'timeout') answer = await runner.run(test, limit);
        const { outcome, name, message } = answer;
        ran += 1;
        spent += usual;
        if (outcome === 'passed') continue;
        return result(outcome === 'timeout' ? 'timeout' : 'killed', { ran, by: test, name, message });
      }
      return result('survived', { ran });
    } finally {
      writeFileSync(path, sources.get(mutant.file));
    }
  }
}

async function builtWith(tree) {
  try {
    await build(tree);
    return true;
  } catch {
    return false;
  }
}

/** Builds the program in a copy. */
export async function build(tree) {
  await runFile(process.execPath, ['scripts/build.mjs'], { cwd: tree, timeout: 120_000 });
}
