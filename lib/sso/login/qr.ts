import { renderUnicodeCompact } from 'uqr';

// The only file that loads the QR encoder. Import it lazily.

/** Codes for longer URLs are larger than any terminal; from 2953 on there are none. */
const longestAddress = 1000;

/** A QR code as lines, two modules high; `undefined` if it doesn't fit. `color` is for light terminals. */
export function renderQr(
  address: string,
  options: { readonly columns: number; readonly color: boolean },
): string[] | undefined {
  if (address.length > longestAddress) return undefined;
  const lines = renderUnicodeCompact(address, { ecc: 'L', border: 2 })
    .split('\n')
    // With an odd number of rows, the last line has only an upper half, and would end in a black strip.
    .map((line) => (/^▀+$/.test(line) ? '█'.repeat(line.length) : line));
  const indent = '  ';
  if (Math.max(...lines.map((line) => line.length)) + indent.length > options.columns) return undefined;
  return lines.map((line) => indent + (options.color ? `\u001B[97;40m${line}\u001B[0m` : line));
}
