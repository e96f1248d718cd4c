// The chart of docs/performance.md: whole commands with cdkx and with bare cdk, as SVG for light and dark pages.
import { chartStyle } from './chart-style.mjs';
import { majorOf } from './node-version.mjs';
import { rowOfId } from './figures.mjs';
import { amount, withQuartiles } from './text.mjs';

const commands = { '--version': '--version', ls: 'ls', synth: 'synth', deploy: 'deploy, nothing to change' };
const width = 760;
const plot = { left: 96, right: 570 };
const bar = { height: 9, gap: 1 };
const line = 26;
const headline = 30;
const top = 78;

/** Every command that was measured beside bare `cdk`, with each Node; undefined where there is none. */
export function drawChart({ nodes }) {
  const groups = Object.entries(commands)
    .map(([command, title]) => ({ command, title, rows: rowsOf(nodes, command) }))
    .filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return undefined;
  const highest = Math.max(
    ...groups.flatMap(({ rows }) => rows.flatMap(({ row }) => [row.ours.high, row.theirs.high])),
  );
  const scale = createScale(highest / 1000);
  let y = top;
  const drawn = groups.map(({ title, rows }) => {
    const parts = [`<text class="b" x="16" y="${y + 14}">${title}</text>`];
    y += headline;
    parts.push(...gridLines(scale, y - 11, rows.length * line - 4));
    for (const each of rows) {
      parts.push(drawRow(each, y - 8, scale));
      y += line;
    }
    return parts.join('\n');
  });
  const height = y + 52;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="title">How long cdkx takes compared with cdk</title>`,
    `<desc id="desc">${describe(groups)}</desc>`,
    `<style>\n${chartStyle()}\n</style>`,
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    heading(),
    axis(scale, y),
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function rowsOf(nodes, command) {
  return nodes
    .map((group) => ({ node: group.node, row: rowOfId(group, `commands/${command}/cdk`) }))
    .filter(({ row }) => row !== undefined);
}

/** Seconds to pixels, from 0; ticks at a round distance. */
function createScale(seconds) {
  const step = [0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20].find((size) => seconds / size <= 6) ?? seconds;
  const end = Math.ceil(seconds / step) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { ticks, at: (value) => round(plot.left + (value / end) * (plot.right - plot.left)) };
}

function drawRow({ node, row }, y, scale) {
  const { low, median, high } = row.ratio;
  return [
    `<text class="soft" x="${plot.left - 10}" y="${y + 14}" text-anchor="end">Node ${majorOf(node)}</text>`,
    drawBar('cdk', row.theirs, y, scale),
    drawBar('cdkx', row.ours, y + bar.height + bar.gap, scale),
    `<text x="${plot.right + 22}" y="${y + 14}"><tspan class="b">${amount(median)}</tspan><tspan class="soft" dx="8">${amount(low)}–${amount(high)}</tspan></text>`,
  ].join('\n');
}

/** A bar from 0 to the median, with a line from quartile to quartile. */
function drawBar(name, { low, median, high }, y, { at }) {
  const [start, end, middle] = [at(0), at(median / 1000), y + bar.height / 2];
  const [from, to] = [at(low / 1000), at(high / 1000)];
  return [
    `<rect class="${name}" x="${start}" y="${y}" width="${round(end - start)}" height="${bar.height}" rx="1.5"/>`,
    `<path class="spread" d="M${from} ${middle}H${to}M${from} ${middle - 3}v6M${to} ${middle - 3}v6"/>`,
  ].join('');
}

function heading() {
  return [
    '<text class="b big" x="16" y="31">How long a command takes</text>',
    '<rect class="cdk" x="16" y="46" width="12" height="12" rx="2"/><text class="soft" x="34" y="56">cdk</text>',
    '<rect class="cdkx" x="74" y="46" width="12" height="12" rx="2"/><text class="soft" x="92" y="56">cdkx</text>',
    '<path class="spread" d="M140 52h22M140 49v6M162 49v6"/><text class="soft" x="169" y="56">middle half of the runs</text>',
    `<text class="soft" x="${plot.right + 22}" y="56">cdkx / cdk</text>`,
  ].join('\n');
}

function gridLines({ ticks, at }, y, length) {
  return ticks.map((tick) => `<path class="grid" d="M${at(tick)} ${y}v${length}"/>`);
}

function axis({ ticks, at }, y) {
  const labels = ticks.map(
    (tick) =>
      `<text class="soft" x="${at(tick)}" y="${y + 12}" text-anchor="middle">${Number(tick.toFixed(2))} s</text>`,
  );
  const note = `<text class="soft small" x="16" y="${y + 36}">Medians of interleaved runs with a valid session. Numbers: the median ratio and its quartiles; below 1, cdkx is faster.</text>`;
  return [...labels, note].join('\n');
}

function describe(groups) {
  const sentences = groups.flatMap(({ command, rows }) =>
    rows.map(
      ({ node, row }) =>
        `Node ${majorOf(node)}, ${command}: cdk ${amount(row.theirs.median / 1000)} s, cdkx ${amount(row.ours.median / 1000)} s, ratio ${withQuartiles(row.ratio)}.`,
    ),
  );
  return `Bars from zero for each command and Node. ${sentences.join(' ')}`;
}

function round(value) {
  return Number(value.toFixed(1));
}
