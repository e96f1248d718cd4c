// `npm run reliability`: fills the figures of docs/reliability.md from the last `npm run test:faults` and `npm run test:fuzz` that passed.
// With `--check` it changes nothing and looks whether each row names a test that exists and each figure is recorded by a test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDocument } from './markers.mjs';
import { root } from './run.mjs';

// The variables are for the tests of this script.
const path = process.env.CDKX_RELIABILITY_FILE ?? join(root, 'docs/reliability.md');
const folder = process.env.CDKX_RELIABILITY_FIGURES ?? join(root, 'build/figures');
const text = readFileSync(path, 'utf8');
const marker = /<!-- figure:([\w.-]+) -->(.*?)<!-- \/figure -->/g;
const names = [...new Set([...text.matchAll(marker)].map(([, name]) => name))];

const problems = process.argv.includes('--check') ? check() : await fill();
for (const problem of problems) process.stderr.write(`docs/reliability.md: ${problem}\n`);
if (problems.length > 0) process.exit(1);

/** Every row of a table that has a column "test". */
function rows() {
  const lines = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const isHead = (cells) => cells[2] === 'test';
  return lines.filter((cells, index) => {
    if (cells.length < 5 || isHead(cells) || /^-+$/.test(cells[1])) return false;
    const head = lines.slice(0, index).findLast((each) => each[2] === 'test' || each.length < 5);
    return head !== undefined && isHead(head);
  });
}

function check() {
  const tests = readdirSync(join(root, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'test', file), 'utf8'));
  const isRecorded = (name) =>
    tests.some((test) => ['recordFigure', 'recordLongest'].some((record) => test.includes(`${record}('${name}'`)));
  const found = rows();
  return [
    ...(found.length === 0 || names.length === 0 ? ['has no table of promises'] : []),
    ...found.flatMap(([, promise, test, figures]) => {
      const files = [...test.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file]) => file);
      const missing = files.filter((file) => !existsSync(join(root, file)));
      return [
        ...(files.length === 0 ? [`no test is named for "${promise}"`] : []),
        ...missing.map((file) => `${file} does not exist`),
        ...(figures.match(marker) === null ? [`no figure stands beside "${promise}"`] : []),
      ];
    }),
    ...names.filter((name) => !isRecorded(name)).map((name) => `no test records the figure "${name}"`),
  ];
}

async function fill() {
  const { figures, problems } = readFigures();
  const missing = names.filter((name) => !figures.has(name)).map((name) => `no run gave the figure "${name}"`);
  if (problems.length + missing.length > 0) {
    return [...problems, ...missing, 'Run npm run test:faults and npm run test:fuzz, to the end, first.'];
  }
  const filled = text.replace(marker, (_, name) => `<!-- figure:${name} -->${show(figures.get(name))}<!-- /figure -->`);
  await writeDocument(path, filled);
  process.stderr.write(`docs/reliability.md: ${names.length} figures\n`);
  return [];
}

function readFigures() {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  const lines = files
    .filter((file) => file.endsWith('.jsonl') && !file.includes('.partial'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const figures = new Map();
  const problems = [];
  for (const { name, value, longest } of lines) {
    const before = figures.get(name);
    if (longest !== undefined) figures.set(name, Math.max(before ?? 0, longest));
    else if (typeof value === 'number') figures.set(name, (before ?? 0) + value);
    else if (before === undefined || before === value) figures.set(name, value);
    else problems.push(`two values of "${name}": ${before} and ${value}`);
  }
  return { figures, problems };
}

function show(value) {
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : value;
}
