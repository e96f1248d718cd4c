// Defects of the past, put back into the built program: the smoke test must notice each.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `check` is the name of the check that must fail; in dist/start-up.cjs, the first of each of `edits` occurs, and becomes the second. */
export const defects = [
  {
    what: 'starts programs by their bare names, as Windows finds them',
    check: 'runs no program of the project',
    edits: [
      [/`[^`]*`C:\\\\Windows`\}\\\\System32\\\\\$\{(\w+)\}`/, '`${$1}`'],
      [/(function \w+\((\w+),\w+\)\{)(?=let \w+=\/\[\/\\\\\]\/\.test\(\2\)&&)/, '$1return $2;'],
    ],
  },
  {
    what: 'starts batch files as other programs',
    check: 'runs npm, a batch file on Windows, through sso exec',
    edits: [['/\\.(cmd|bat)$/i', '/\\.none$/i']],
  },
];

/** Puts a defect into the program in the folder `dist`. Throws if its place is not found. */
export function putBack({ what, edits }, dist) {
  const file = join(dist, 'start-up.cjs');
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of edits) {
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`“${what}” can't be put back: ${from} does not occur in ${file}`);
    text = edited;
  }
  writeFileSync(file, text);
}
