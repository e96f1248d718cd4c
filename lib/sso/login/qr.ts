import { renderUnicodeCompact } from 'uqr';

// The one file that loads the QR encoder: import it lazily.

/** Longer addresses make codes larger than any terminal; from 2953 on there is none. */
const longestAddress = 1000;

/**
 * An address as a QR code, one string a line, two modules a character in height. `colour` adds black and white, so that it can be read on
 * light terminals too. `undefined` where it does not fit into `columns`, or is too long for a code.
 */
export function renderQr(
  address: string,
  options: { readonly columns: number; readonly colour: boolean },
): string[] | undefined {
  if (address.length > longestAddress) return undefined;
  const lines = renderUnicodeCompact(address, { ecc: 'L', border: 2 }).split('\n');
  const indent = '  ';
  if (Math.max(...lines.map((line) => line.length)) + indent.length > options.columns) return undefined;
  return lines.map((line) => indent + (options.colour ? `\u001B[97;40m${line}\u001B[0m` : line));
}
