// Puts generated Markdown between the markers of a document.
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

const [start, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];

/** Replaces what stands between the markers, in the repository's format. Rejects where the document has no markers. */
export async function writeBetweenMarkers(path, markdown) {
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no ${start} … ${end}`);
  const filled = `${text.slice(0, from + start.length)}\n\n${markdown}\n\n${text.slice(to)}`;
  writeFileSync(path, await format(filled, { parser: 'markdown', printWidth: 120, singleQuote: true }));
}
