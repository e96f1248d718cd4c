import { safeText } from './safe-text.ts';
import type { MessageParts } from './user-error.ts';

const maxLineLength = 2000;
const indent = '  ';

/**
 * A message as lines: `cdkx: ` and what happened, then why and what to do next, indented by two and wrapped to `columns` characters.
 * A line that begins with a space is kept whole and indented by four; what to run next is such a line, and `paintCommand` gives it its look.
 */
export function formatMessage(
  parts: MessageParts | string,
  columns?: number,
  paintCommand: (command: string) => string = (command) => command,
): string[] {
  const what = typeof parts === 'string' ? parts : parts.what;
  const { why = [], next = [] } = typeof parts === 'string' ? {} : parts;
  const format = (line: string, paint: (whole: string) => string) => {
    const text = safeText(line, maxLineLength);
    return text.startsWith(' ') ? [indent + indent + paint(text.trimStart())] : wrap(indent + text, columns);
  };
  return [
    ...wrap(`cdkx: ${asSentence(safeText(what, maxLineLength))}`, columns),
    ...[why].flat().flatMap((line) => format(line, (whole) => whole)),
    ...[next].flat().flatMap((line) => format(line, paintCommand)),
  ];
}

/** After the prefix a sentence goes on in lower case, names excepted, and ends with its mark. */
function asSentence(text: string): string {
  const started = /^[A-Z][a-z]* [^A-Z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
  return endSentence(started);
}

/** A clause or a sentence as one that stands by itself: a capital, but not for `cdk` and `cdkx`, and its mark at the end. */
export function toSentence(text: string): string {
  return endSentence(/^cdkx?\b/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
}

function endSentence(text: string): string {
  return /[.:?!…]$/.test(text) ? text : `${text}.`;
}

/** Breaks a line between words. No line begins with a dot that parts two facts, and the last is more than one word. */
function wrap(line: string, columns: number | undefined): string[] {
  if (columns === undefined || line.length <= columns || columns < 40) return [line];
  const text = line.trimStart();
  const margin = line.slice(0, line.length - text.length);
  const rows: string[][] = [[]];
  let length = margin.length - 1;
  for (const word of text.split(/ (?!· )/)) {
    length += 1 + word.length;
    if (length > columns) {
      length = indent.length + word.length;
      rows.push([]);
    }
    rows.at(-1)?.push(word);
  }
  const [before, last] = rows.slice(-2);
  const lonely = last?.length === 1 && before !== undefined && before.length > 2 ? before.pop() : undefined;
  if (lonely !== undefined) last?.unshift(lonely);
  return rows.filter((words) => words.length > 0).map((words, at) => (at === 0 ? margin : indent) + words.join(' '));
}
