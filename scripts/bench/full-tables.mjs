// Everything that was measured, as Markdown: for docs/performance.md.
import { measuredOn } from './measured-on.mjs';
import { amount, distance, table, withQuartiles } from './text.mjs';
import { judgeTargets } from './targets.mjs';

const pairs = { head: ['cdkx', 'compared with', 'ratio', 'difference'], cells: pairCells };

/** The tables by the first part of the rows' ids; other rows are shown as pairs, with that part as the title. */
const sections = {
  commands: { ...pairs, title: 'Whole commands' },
  'before-cdk': {
    title: 'Before `cdk` starts',
    head: ['to the start of `cdk`', 'bare Node', 'cdkx’s own'],
    cells: ({ ours, theirs, difference, unit }) => [ours, theirs, difference].map((each) => withQuartiles(each, unit)),
  },
  memory: {
    title: 'Memory',
    head: ['cdkx', 'Node alone', 'difference'],
    cells: ({ ours, theirs, difference, unit }) => [ours, theirs, difference].map((each) => withQuartiles(each, unit)),
  },
  plugin: { ...pairs, title: 'The credential plugin' },
  'sign-in': { title: 'An expired session', head: ['cdkx', 'compared with', 'difference'], cells: latencyCells },
};

function pairCells({ ours, theirs, ratio, difference, beside, unit }) {
  return [
    amount(ours.median, unit),
    `${amount(theirs.median, unit)} ${beside}`,
    withQuartiles(ratio),
    withQuartiles(difference, unit),
  ];
}

function latencyCells({ ours, theirs, difference, beside, unit }) {
  if (theirs === undefined) return [withQuartiles(ours, unit), '', ''];
  return [withQuartiles(ours, unit), `${amount(theirs.median, unit)}: ${beside}`, withQuartiles(difference, unit)];
}

/** The targets, then every row. */
export function fullTables(figures) {
  const kinds = [...new Set(figures.nodes.flatMap(({ rows }) => rows.map(({ id }) => id.split('/')[0])))];
  return [
    ...measuredOn(figures),
    '',
    ...targetsTable(figures),
    ...kinds.flatMap((kind) => sectionOf(figures, kind)),
  ].join('\n');
}

function sectionOf({ nodes }, kind) {
  const { title, head, cells } = sections[kind] ?? { ...pairs, title: kind };
  const rows = nodes.flatMap(({ node, rows }) =>
    rows.filter(({ id }) => id.startsWith(`${kind}/`)).map((row) => [node.slice(1), row.what, ...cells(row)]),
  );
  return ['', `### ${title}`, '', ...table(['Node', 'measured', ...head], rows)];
}

function targetsTable(figures) {
  const rows = judgeTargets(figures).map((judged) => {
    const { promise, node, limit, unit, value } = judged;
    const measured = value === undefined ? '–' : withQuartiles(value, unit);
    return [promise, node.slice(1), amount(limit, unit), measured, resultOf(judged)];
  });
  return ['### Targets', '', ...table(['target', 'Node', 'at most', 'measured', 'result'], rows)];
}

function resultOf({ state, by, unit, why }) {
  if (state === 'met') return `met, ${distance(by, unit)} under`;
  return state === 'missed' ? `**missed** by ${distance(by, unit)}: ${why}` : state;
}
