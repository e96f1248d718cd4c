import type { MessageParts } from './errors.ts';
import { safeText } from './text.ts';

const maxLineLength = 2000;
const indent = '  ';

/**
 * A message as lines: `cdkx: ` and what happened, then why and what to do next, indented by two and wrapped to `columns` characters.
 * A command is kept whole, indented by four, and goes through `showCommand`. A line of `why` that begins with a space is kept whole too.
 */
export function formatMessage(
  parts: MessageParts | string,
  columns?: number,
  showCommand: (command: string) => string = (command) => command,
): string[] {
  const { what, why = [], next = [] } = typeof parts === 'string' ? { what: parts } : parts;
  const sentence = (text: string) => wrap(indent + safeText(text, maxLineLength), columns);
  const whole = (text: string) => indent + indent + safeText(text, maxLineLength);
  return [
    ...wrap(`cdkx: ${asSentence(safeText(what, maxLineLength))}`, columns),
    ...[why].flat().flatMap((line) => (line.startsWith(' ') ? [whole(line.trimStart())] : sentence(line))),
    ...next.flatMap((step) =>
      'run' in step ? [indent + indent + showCommand(safeText(step.run, maxLineLength))] : sentence(step.say),
    ),
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

/** Breaks a line between facts that a dot parts, else between words; the last line is more than one word. */
function wrap(line: string, columns: number | undefined): string[] {
  if (columns === undefined || line.length <= columns || columns < 40) return [line];
  const text = line.trimStart();
  const margin = line.slice(0, line.length - text.length);
  const facts = text.split(/(?<= ·) /);
  const isListOfFacts = facts.length > 1 && facts.every((fact) => fact.length <= columns - indent.length);
  const rows = fillRows(isListOfFacts ? facts : text.split(' '), columns, margin.length);
  const [before, last] = rows.slice(-2);
  if (!isListOfFacts && before !== undefined && before.length > 2 && last?.length === 1) {
    last.unshift(...before.splice(-1));
  }
  return rows.map((words, at) => (at === 0 ? margin : indent) + words.join(' '));
}

/** As many words in each row as it has room for, after the margin of the first and the indentation of the others. */
function fillRows(words: readonly string[], columns: number, margin: number): string[][] {
  const rows: string[][] = [];
  let length = Infinity;
  for (const word of words) {
    length += 1 + word.length;
    if (length > columns) {
      length = (rows.length === 0 ? margin : indent.length) + word.length;
      rows.push([]);
    }
    rows.at(-1)?.push(word);
  }
  return rows;
}
