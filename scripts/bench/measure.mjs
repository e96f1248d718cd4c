// All wanted measurements of one Node, one after the other, with what has come out so far on stderr.
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { prepareBench } from './prepare.mjs';
import { rowOf } from './row.mjs';
import { rowSets } from './rows.mjs';
import { amount, withQuartiles } from './text.mjs';

/** Resolves with `{ figures, failed }`: the figures of one Node, and how many rows could not be measured. */
export async function measureNode(place, { runs, isFull, wants, commit }) {
  mkdirSync(place.folder, { recursive: true });
  const bench = await prepareBench({ ...place, runs, isFull });
  const wanted = rowSets.flatMap((measurements) => measurements(bench)).filter(({ id }) => wants(id));
  const rows = [];
  for (const [index, measurement] of wanted.entries()) {
    const begun = Date.now();
    const row = await measureRow(measurement);
    if (row !== undefined) rows.push(row);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    const count = `${String(index + 1).padStart(String(wanted.length).length)}/${wanted.length}`;
    const result = row === undefined ? 'FAILED' : inShort(row);
    process.stderr.write(`${bench.version} ${count} ${measurement.id}: ${result} (${seconds} s)\n`);
  }
  return { figures: { ...about(bench, commit), rows }, failed: wanted.length - rows.length };
}

async function measureRow(measurement) {
  try {
    return rowOf(measurement, await measurement.measure());
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    return undefined;
  }
}

function inShort({ id, ours, theirs, ratio, difference, unit }) {
  if (theirs === undefined) return withQuartiles(ours, unit);
  const isRatio = id.startsWith('commands/');
  return `${amount(ours.median, unit)} beside ${amount(theirs.median, unit)}, ${isRatio ? withQuartiles(ratio) : withQuartiles(difference, unit)}`;
}

function about({ version, npx, aws, runs }, commit) {
  const versionIn = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version;
  return {
    node: version,
    date: new Date().toISOString().slice(0, 10),
    cdkx: versionIn('.'),
    commit,
    cdk: versionIn('node_modules/aws-cdk'),
    npx: npx?.version,
    aws: aws?.version,
    system: `${process.platform} ${process.arch}, ${availableParallelism()} cores`,
    runs,
  };
}
