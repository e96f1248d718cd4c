// The main rows and what became of the targets, as Markdown: the summary of docs/performance.md.
import { rowOfId } from './figures.mjs';
import { measuredOn } from './measured-on.mjs';
import { judgeTargets } from './targets.mjs';
import { amount, distance, table, withQuartiles } from './text.mjs';

const mainRows = [
  ...['--version', 'ls', 'synth', 'deploy'].map((command) => ({
    id: `commands/${command}/cdk`,
    figure: 'ratio',
    what: `\`cdkx ${command}\` / \`cdk ${command}\`${command === 'deploy' ? ', nothing to change' : ''}`,
  })),
  { id: 'commands/ls/npx', figure: 'ratio', what: '`npx cdkx ls` / `npx cdk ls`' },
  { id: 'commands/ls/habit', figure: 'ratio', what: '`cdkx ls` / `aws sts … \\|\\| aws sso login …; cdk ls`' },
  { id: 'before-cdk/profiles-10', figure: 'difference', what: 'cdkx’s own time before `cdk` starts, ten profiles' },
  { id: 'before-cdk/large', figure: 'difference', what: '… with 10,000 profiles and 1,000 cached tokens' },
  { id: 'memory/wrapper', figure: 'ours', what: 'resident memory while `cdk` runs' },
  { id: 'sign-in/refresh-cdk', figure: 'difference', what: 'what a silent refresh adds' },
  { id: 'sign-in/browser-cdk', figure: 'ours', what: 'from the click in the browser to the start of `cdk`' },
];

/** A column for each Node; below, the targets that are missed, and why, and those that were not measured. */
export function mainTable(figures) {
  const { nodes } = figures;
  const rows = mainRows
    .filter(({ id }) => nodes.some((group) => rowOfId(group, id) !== undefined))
    .map(({ id, figure, what }) => [what, ...nodes.map((group) => mainCell(rowOfId(group, id), figure))]);
  const head = ['median (quartiles)', ...nodes.map(({ node }) => `Node ${node.slice(1)}`)];
  return [...table(head, rows), '', ...measuredOn(figures), '', ...targetsInShort(figures)].join('\n');
}

function mainCell(row, figure) {
  return row === undefined ? '–' : withQuartiles(row[figure], figure === 'ratio' ? '' : row.unit);
}

function targetsInShort(figures) {
  const judged = judgeTargets(figures);
  const others = judged.filter(({ state }) => state !== 'met');
  const met = `${judged.length - others.length} of ${judged.length}`;
  const intro = `The [targets](#targets) are met in ${met} cases`;
  return others.length === 0 ? [`${intro}.`] : [`${intro}. The others:`, '', ...others.map(otherLine)];
}

function otherLine({ state, promise, node, limit, unit, by, why }) {
  const about = `- ${promise}, Node ${node.slice(1)}:`;
  if (state === 'not measured') return `${about} not measured.`;
  return `${about} the target is at most ${amount(limit, unit)}, missed by ${distance(by, unit)}: ${why}.`;
}
