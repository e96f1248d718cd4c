// The results as tables of docs/compatibility.md.
import { resultOf } from './figures.mjs';
import { layouts } from './layouts.mjs';
import { cdks, nodes } from './versions.mjs';

/** The tables as Markdown. */
export function matrixTables({ cells }) {
  const notes = [];
  const all = (name) => [...new Set(Object.values(cells).map((cell) => cell[name]))].toSorted().join(', ');
  return [
    `Measured on ${all('date')} with cdkx ${all('cdkx')} from its tarball, on ${all('platform')}.`,
    '',
    ...versionRows(cells, notes),
    '',
    ...layoutRows(cells, notes),
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
  ].join('\n');
}

function versionRows(cells, notes) {
  const shownAs = (cdk) => nodes.map((node) => cells[`node${node}/aws-cdk@${cdk}`]?.cdk).find(Boolean) ?? cdk;
  return [
    `| Node | ${cdks.map((cdk) => `aws-cdk ${shownAs(cdk)}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(cdks.length)}`,
    ...nodes.map((node) => {
      const row = cdks.map((cdk) => cells[`node${node}/aws-cdk@${cdk}`]);
      const version = row.map((cell) => cell?.node).find(Boolean) ?? node;
      return `| ${version} | ${row.map((cell) => summary(cell, notes)).join(' | ')} |`;
    }),
  ];
}

function layoutRows(cells, notes) {
  return [
    '| installer and layout | installed with | run by | result |',
    '| --- | --- | --- | --- |',
    ...Object.keys(layouts).map((name) => {
      const { installers = {}, node = '–' } = cells[name] ?? {};
      const installed = Object.entries(installers).map((words) => words.join(' '));
      const runBy = node.startsWith('v') ? `Node ${node}` : node;
      return `| ${name} | ${installed.join(', ') || '–'} | ${runBy} | ${summary(cells[name], notes)} |`;
    }),
  ];
}

function summary(cell, notes) {
  if (cell === undefined) return 'not run';
  const checks = Object.entries(cell.checks);
  const passed = checks.filter(([, { result }]) => result === 'pass').length;
  const reasons = checks.filter(([, { note }]) => note !== undefined).map(([name, { note }]) => `${name}: ${note}`);
  const marks = [...new Set(reasons.map((reason) => markOf(clean(reason), notes)))].map((mark) => `[${mark}]`).join('');
  const words = { pass: 'works', fail: '**fails**', impossible: 'not possible' };
  return `${words[resultOf(cell)]}, ${passed}/${checks.length}${marks === '' ? '' : ` ${marks}`}`;
}

/** What was said, without the folders of the machine. */
function clean(text) {
  return text.replaceAll(/(\/[\w.@-]+)+\/cdkx-matrix-\w+/g, '…').replaceAll(/[|\n<>]/g, ' ');
}

function markOf(note, notes) {
  const known = notes.indexOf(note);
  return known === -1 ? notes.push(note) : known + 1;
}
