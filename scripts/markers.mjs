// The parts of documents that scripts write: between `<!-- NAME:start -->` and `<!-- NAME:end -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

/** Puts Markdown between the markers of that name in a document, in the repository's format. Rejects where it has no such markers. */
export async function replaceBetween(path, name, markdown) {
  const text = readFileSync(path, 'utf8');
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no ${start} … ${end}`);
  await writeDocument(path, `${text.slice(0, from + start.length)}\n\n${markdown.trim()}\n\n${text.slice(to)}`);
}

/** Writes a document in the repository's format. */
export async function writeDocument(path, markdown) {
  writeFileSync(path, await format(markdown, { parser: 'markdown', printWidth: 120, singleQuote: true }));
}
