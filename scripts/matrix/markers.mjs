// The parts of docs/compatibility.md that the scripts write: between `<!-- NAME:start -->` and `<!-- NAME:end -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../run.mjs';

const path = join(root, 'docs/compatibility.md');

/** Puts the text between the markers of that name, and aligns its tables. */
export async function replaceBetween(name, text) {
  const whole = readFileSync(path, 'utf8');
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [whole.indexOf(start), whole.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/compatibility.md has no ${start} … ${end}`);
  const filled = `${whole.slice(0, from + start.length)}\n\n${text.trim()}\n\n${whole.slice(to)}`;
  writeFileSync(path, await format(filled, { parser: 'markdown', printWidth: 120 }));
}
