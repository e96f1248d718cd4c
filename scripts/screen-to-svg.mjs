// A terminal's screen as SVG: text in a monospace font, the eight colours in a light and a dark version. What has a background of its own
// (a QR code) is white on black in both.
const cell = { width: 8.4, height: 18 };
const padding = 16;
const light = ['#24292f', '#cf222e', '#116329', '#9a6700', '#0550ae', '#8250df', '#1b7c83', '#6e7781'];
const dark = ['#e6edf3', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#8b949e'];

/** How long a frame of an animation is shown, seconds: long enough to read, and the last one longest. */
const shownFor = { least: 0.5, most: 2.2, last: 5 };

/** The screen below the command that was typed. */
export function screenToSvg(screen, command) {
  const rows = [prompt(command), ...rowsOf(screen)];
  return svg(screen.cols, rows.length, rows.map(rowToSvg).join('\n'));
}

/** What the screen shows now, to be put into an animation. */
export function takeFrame(screen, at) {
  return { at, columns: screen.cols, rows: rowsOf(screen) };
}

/** The frames one after the other, again and again, without a script: each is shown for its part of the time. */
export function framesToSvg(frames, command) {
  const seconds = frames.map(({ at }, index) => {
    const next = frames[index + 1];
    if (next === undefined) return shownFor.last;
    return Math.min(shownFor.most, Math.max(shownFor.least, (next.at - at) / 1000));
  });
  const total = seconds.reduce((sum, each) => sum + each, 0);
  const height = 1 + Math.max(...frames.map(({ rows }) => rows.length));
  let begin = 0;
  const groups = frames.map(({ rows }, index) => {
    const [from, to] = [begin, begin + seconds[index]].map((each) => ((each / total) * 100).toFixed(2));
    begin += seconds[index];
    const steps = `${index === 0 ? '' : `0% { visibility: hidden } `}${from}% { visibility: visible } ${to}% { visibility: ${index === frames.length - 1 ? 'visible' : 'hidden'} }`;
    const style = `@keyframes f${index} { ${steps} } .f${index} { animation: f${index} ${total.toFixed(1)}s step-end infinite }`;
    return { style, shapes: `<g class="f${index}">${[prompt(command), ...rows].map(rowToSvg).join('\n')}</g>` };
  });
  const still = `g { visibility: hidden } .f${frames.length - 1} { visibility: visible }`;
  const styles = [still, '@media (prefers-reduced-motion: no-preference) {', ...groups.map(({ style }) => style), '}'];
  return svg(frames[0].columns, height, groups.map(({ shapes }) => shapes).join('\n'), styles.join('\n'));
}

const prompt = (command) => [{ text: `$ ${command}`, style: 'b' }];

/** The lines of the screen as runs, its last blank ones left out. */
function rowsOf(screen) {
  const buffer = screen.buffer.active;
  const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row));
  const last = lines.findLastIndex((line) => line.translateToString(true).trim() !== '');
  return lines.slice(0, last + 1).map(runsOf);
}

function rowToSvg(runs, row) {
  const spans = runs
    .map(
      ({ text, style }) => `<tspan class="${style}">${style === 'on' ? ' '.repeat(text.length) : escape(text)}</tspan>`,
    )
    .join('');
  return `${blocksOf(runs, row)}<text x="${padding}" y="${padding + row * cell.height + 13}">${spans}</text>`;
}

function svg(columns, rows, shapes, styles = '') {
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = rows * cell.height + 2 * padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>
text { font: 14px/18px ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre; fill: ${light[0]} }
rect { fill: #f6f8fa; stroke: #d0d7de } .b { font-weight: 700 } .d { opacity: .65 }
${light.map((color, index) => `.c${index} { fill: ${color} }`).join(' ')}
@media (prefers-color-scheme: dark) {
text { fill: ${dark[0]} } rect { fill: #0d1117; stroke: #30363d }
${dark.map((color, index) => `.c${index} { fill: ${color} }`).join(' ')}
}
path { shape-rendering: crispEdges } .box { fill: #000 } .on { fill: #fff }
${styles}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
${shapes}
</svg>
`;
}

/** A line as runs of one look each. */
function runsOf(line) {
  const runs = [];
  for (let column = 0; column < line.length; column += 1) {
    const at = line.getCell(column);
    if (at.getWidth() === 0) continue;
    const style = [
      ...(at.isBold() ? ['b'] : []),
      ...(at.isDim() ? ['d'] : []),
      ...(at.isBgPalette() ? ['on'] : at.isFgPalette() ? [`c${at.getFgColor() % 8 || 7}`] : []),
    ].join(' ');
    const text = at.getChars() || ' ';
    if (runs.at(-1)?.style === style) runs.at(-1).text += text;
    else runs.push({ text, style });
  }
  const end = runs.at(-1);
  if (end !== undefined) end.text = end.text.trimEnd();
  return runs;
}

/** The half blocks of runs with a background, drawn: a font leaves gaps between its lines, and a code with gaps cannot be read. */
function blocksOf(runs, row) {
  const paths = [];
  let column = 0;
  for (const { text, style } of runs) {
    const from = column;
    column += text.length;
    if (style !== 'on') continue;
    const top = padding + row * cell.height;
    paths.push(`<path class="box" d="${bar(from, text.length, top, cell.height)}"/>`);
    const halves = ['█▀', '█▄'].map((signs, half) =>
      [...text.matchAll(new RegExp(`[${signs}]+`, 'g'))]
        .map(({ 0: { length }, index }) => bar(from + index, length, top + (half * cell.height) / 2, cell.height / 2))
        .join(''),
    );
    paths.push(`<path class="on" d="${halves.join('')}"/>`);
  }
  return paths.join('');
}

function bar(column, columns, y, height) {
  const x = padding + column * cell.width;
  return `M${x.toFixed(1)} ${y}h${(columns * cell.width).toFixed(1)}v${height}h-${(columns * cell.width).toFixed(1)}z`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
