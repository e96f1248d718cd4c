import type { MessageParts } from './errors.ts';
import { safeText } from './text.ts';

const maxLineLength = 2000;
const indent = '  ';

/** Formats a message as lines: what happened, then why and what to do, indented and wrapped to `columns`. Commands are never wrapped. */
export function formatMessage(
  parts: MessageParts | string,
  columns?: number,
  showCommand: (command: string) => string = (command) => command,
): string[] {
  const { what, why = [], next = [] } = typeof parts === 'string' ? { what: parts } : parts;
  const sentence = (text: string) => wrap(indent + safeText(text, maxLineLength), columns);
  const whole = (text: string) => indent + indent + safeText(text, maxLineLength);
  return [
    ...wrap(`cdkx: ${safeText(what, maxLineLength)}`, columns),
    ...[why].flat().flatMap((line) => (line.startsWith(' ') ? [whole(line.trimStart())] : sentence(line))),
    ...next.flatMap((step) =>
      'run' in step ? [indent + indent + showCommand(safeText(step.run, maxLineLength))] : sentence(step.say),
    ),
  ];
}

/** Breaks a line at ` · ` if it has any, otherwise between words. Leaves no single word on the last line. */
export function wrap(line: string, columns: number | undefined): string[] {
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

/** Fills each row with as many words as fit after the margin (first row) or the indentation (other rows). */
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
