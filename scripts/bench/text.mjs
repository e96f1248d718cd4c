// Figures as text and tables.

/** `43.2 ms`, `1,077 ms`, `52.1 MB`; without a unit a ratio, `0.87`. */
export function amount(value, unit = '') {
  return `${number(value, digitsFor(value, unit))}${unit === '' ? '' : ` ${unit}`}`;
}

/** Median and quartiles: `0.87 (0.85–0.90)`, `43.2 ms (41.0–44.8)`, `−94 ms (−121 to −76)`. */
export function withQuartiles({ low, median, high }, unit = '') {
  const digits = digitsFor(median, unit);
  const quartiles = [low, high].map((value) => number(value, digits)).join(low < 0 ? ' to ' : '–');
  return `${amount(median, unit)} (${quartiles})`;
}

/** How far a value is from its limit: of a ratio with one more digit than the ratio itself. */
export function distance(by, unit) {
  return unit === '' ? by.toFixed(3) : amount(by, unit);
}

/** A Markdown table as lines. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function digitsFor(value, unit) {
  if (unit === '') return 2;
  return Math.abs(value) < 100 ? 1 : 0;
}

function number(value, digits) {
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return value < 0 && Number(text.replaceAll(',', '')) !== 0 ? `−${text}` : text;
}
