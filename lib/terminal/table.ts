import measure from 'fast-string-truncated-width';
import { safeText } from './safe-text.ts';

const gap = '  ';

/**
 * Rows as aligned columns under a heading. Columns are cut, the widest first, until a line fits `columns` characters;
 * `paint` may colour a finished cell (padding included), since escapes must not count as width.
 */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: {
    readonly columns?: number | undefined;
    readonly paintHeading?: (cell: string) => string;
    readonly paint?: (cell: string, column: number, row: number) => string;
  } = {},
): string[] {
  const cells = rows.map((row) => row.map((cell) => safeText(cell, 1000)));
  const widths = headings.map((heading, column) =>
    Math.max(width(heading), ...cells.map((row) => width(row[column] ?? ''))),
  );
  shrink(widths, options.columns);
  const line = (row: readonly string[], paint: (cell: string, column: number) => string) =>
    row
      .map((cell, column) => paint(fit(cell, widths[column] ?? 0, column === row.length - 1), column))
      .join(gap)
      .trimEnd();
  return [
    line(headings, (cell) => options.paintHeading?.(cell) ?? cell),
    ...cells.map((row, index) => line(row, (cell, column) => options.paint?.(cell, column, index) ?? cell)),
  ];
}

/** Takes characters from the widest column until the line fits; no column becomes narrower than eight. */
function shrink(widths: number[], columns: number | undefined): void {
  if (columns === undefined) return;
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1);
  while (total() > columns) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 8) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function fit(cell: string, room: number, isLast: boolean): string {
  const { index, truncated } = measure(cell, { limit: Math.max(1, room), ellipsis: '…', ellipsisWidth: 1 });
  const cut = truncated ? `${cell.slice(0, index)}…` : cell;
  return isLast ? cut : cut + ' '.repeat(Math.max(0, room - width(cut)));
}

/** Columns on a terminal: wide characters count two, combining ones none. */
function width(text: string): number {
  return measure(text).width;
}
