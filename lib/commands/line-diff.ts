import type { DiffLine } from '../profile/config-edit-types.ts';

/** The difference of two short texts line by line (longest common subsequence; the time is the product of their changed parts' lengths). */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, wanted] = [toLines(before), toLines(after)];
  let start = 0;
  while (start < Math.min(old.length, wanted.length) && old[start] === wanted[start]) start += 1;
  let same = 0;
  while (same < Math.min(old.length, wanted.length) - start && old.at(-1 - same) === wanted.at(-1 - same)) same += 1;
  const middle = diffMiddle(old.slice(start, old.length - same), wanted.slice(start, wanted.length - same));
  const asContext = (text: string): DiffLine => ({ sign: ' ', text });
  return [...old.slice(0, start).map(asContext), ...middle, ...old.slice(old.length - same).map(asContext)];
}

function diffMiddle(old: readonly string[], wanted: readonly string[]): DiffLine[] {
  // common[i][j]: how many lines old[i…] and wanted[j…] have in common.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(wanted.length + 1));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = wanted.length - 1; column >= 0; column -= 1) {
      const value =
        old[row] === wanted[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      common[row]?.fill(value, column, column + 1);
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < wanted.length) {
    if (row < old.length && column < wanted.length && old[row] === wanted[column]) {
      lines.push({ sign: ' ', text: old[row] ?? '' });
      [row, column] = [row + 1, column + 1];
    } else if (column >= wanted.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old[row] ?? '' });
      row += 1;
    } else {
      lines.push({ sign: '+', text: wanted[column] ?? '' });
      column += 1;
    }
  }
  return lines;
}

function toLines(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
