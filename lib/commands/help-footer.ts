/**
 * What stands below the options in a verb's `--help`: examples, each with what it does, and notes. Pure.
 * Examples stand in two columns where `width` characters are enough for the longest of them, else the meaning goes below.
 */
export function helpFooter(
  examples: readonly (readonly [command: string, meaning: string])[],
  notes: readonly string[],
  width: number,
): string {
  return [
    '',
    'Examples:',
    ...exampleLines(examples, width),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => wrapNote(note, width))] : []),
  ].join('\n');
}

function exampleLines(examples: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(column)}  ${meaning}`);
  if (lines.every((line) => line.length <= width)) return lines;
  return examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]);
}

/** Breaks a note between words, its further lines indented by two. A line that is indented already is one to copy: it stays whole. */
function wrapNote(note: string, width: number): string[] {
  if (note.startsWith(' ')) return [note];
  const lines: string[] = [];
  let line = '';
  for (const word of note.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
