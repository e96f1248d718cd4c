import { safeText } from './safe-text.ts';
import type { MessageParts } from './user-error.ts';

const maxLineLength = 2000;
const indent = '  ';

/**
 * A message as lines: `cdkx: ` and what happened, then why and what to do next, indented by two. A line that begins with a space is a
 * command to paste: indented by four and kept whole. The others are wrapped to `columns` characters.
 */
export function formatMessage(parts: MessageParts | string, columns?: number): string[] {
  const { what, why, next } = typeof parts === 'string' ? { what: parts, why: undefined, next: undefined } : parts;
  return [
    ...wrap(`cdkx: ${asSentence(safeText(what, maxLineLength))}`, columns),
    ...[...lines(why), ...lines(next)].flatMap((line) => formatLine(safeText(line, maxLineLength), columns)),
  ];
}

function formatLine(line: string, columns: number | undefined): string[] {
  return line.startsWith(' ') ? [indent + indent + line.trimStart()] : wrap(indent + line, columns);
}

function lines(value: readonly string[] | string | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** After the prefix a sentence goes on in lower case, names excepted, and ends with its mark. */
function asSentence(text: string): string {
  const started = /^[A-Z][a-z]* [^A-Z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
  return /[.:?!…]$/.test(started) ? started : `${started}.`;
}

/** Breaks a line between words. */
function wrap(line: string, columns: number | undefined): string[] {
  if (columns === undefined || line.length <= columns || columns < 40) return [line];
  const room = line.lastIndexOf(' ', columns);
  if (room <= indent.length) return [line];
  return [line.slice(0, room), ...wrap(indent + line.slice(room + 1), columns)];
}
