// The recorded figures, from which tables, targets and chart are made: docs/figures/bench.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { majorOf } from './node-version.mjs';

/** `{ nodes: [{ node, date, cdkx, cdk, npx, aws, system, runs, rows }] }`, empty where nothing was recorded. */
export function readFigures(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { nodes: [] };
}

/** One row on a line: a new run is then read as a difference of figures. */
export function writeFigures(path, { nodes }) {
  const groups = nodes.map(({ rows, ...about }) => {
    const lines = rows.map((row) => `\n${JSON.stringify(row)}`).join(',');
    return `${JSON.stringify(about).slice(0, -1)},"rows":[${lines}\n]}`;
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{"nodes":[\n${groups.join(',\n')}\n]}\n`);
}

/** Puts the figures of a Node in place of those of the same major version, in the order of versions. */
export function withNode({ nodes }, group) {
  const others = nodes.filter(({ node }) => majorOf(node) !== majorOf(group.node));
  return { nodes: [...others, group].toSorted((a, b) => majorOf(a.node) - majorOf(b.node)) };
}

/** The row of an id; undefined where it was not measured. */
export function rowOfId({ rows }, id) {
  return rows.find((row) => row.id === id);
}
