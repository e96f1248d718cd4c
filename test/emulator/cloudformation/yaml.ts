import { ApiError } from '../http.ts';

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/** A reader's place among the lines. */
interface Cursor {
  readonly lines: readonly Line[];
  at: number;
}

/**
 * Parses the YAML that `cdk` writes (bootstrap sends its template so): block mappings and lists, quoted and plain scalars, `|` and `>` blocks,
 * and flow values that are also JSON. Anything else is refused, never guessed.
 */
export function parseYaml(text: string): unknown {
  const lines = text
    .split('\n')
    .map((raw, index) => ({ indent: raw.search(/\S|$/), text: raw.trim(), number: index + 1 }));
  const cursor: Cursor = { lines, at: 0 };
  const first = peek(cursor);
  if (first === undefined) return null;
  const value = parseBlock(cursor, first.indent);
  const rest = peek(cursor);
  if (rest !== undefined) throw notYaml(rest);
  return value;
}

/** The next line that says something. */
function peek(cursor: Cursor): Line | undefined {
  for (; cursor.at < cursor.lines.length; cursor.at += 1) {
    const line = cursor.lines[cursor.at];
    if (line !== undefined && line.text !== '' && !line.text.startsWith('#') && line.text !== '---') return line;
  }
  return undefined;
}

function parseBlock(cursor: Cursor, indent: number): unknown {
  const line = peek(cursor);
  if (line === undefined || line.indent !== indent) throw notYaml(line);
  return isEntry(line) ? parseList(cursor, indent) : parseMapping(cursor, indent);
}

function isEntry({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ');
}

function parseList(cursor: Cursor, indent: number): unknown[] {
  const list: unknown[] = [];
  for (let line = peek(cursor); line?.indent === indent && isEntry(line); line = peek(cursor)) {
    const rest = line.text.slice(1).trimStart();
    if (rest === '') {
      cursor.at += 1;
      list.push(parseNested(cursor, indent + 1));
    } else if (splitKey(rest) !== undefined || rest.startsWith('- ')) {
      // `- key: value`: the entry's mapping goes on below, aligned with its first key.
      const inner = line.indent + line.text.length - rest.length;
      (cursor.lines as Line[])[cursor.at] = { indent: inner, text: rest, number: line.number };
      list.push(parseBlock(cursor, inner));
    } else {
      cursor.at += 1;
      list.push(parseValue(cursor, rest, line));
    }
  }
  return list;
}

function parseMapping(cursor: Cursor, indent: number): Record<string, unknown> {
  const mapping: Record<string, unknown> = {};
  for (let line = peek(cursor); line?.indent === indent && !isEntry(line); line = peek(cursor)) {
    const pair = splitKey(line.text);
    if (pair === undefined) throw notYaml(line);
    cursor.at += 1;
    // A list may stand at its key's own indentation.
    mapping[pair.key] = pair.rest === '' ? parseNested(cursor, indent) : parseValue(cursor, pair.rest, line);
  }
  return mapping;
}

function parseNested(cursor: Cursor, atLeast: number): unknown {
  const next = peek(cursor);
  if (next === undefined || next.indent < atLeast || (next.indent === atLeast && !isEntry(next))) return null;
  return parseBlock(cursor, next.indent);
}

function splitKey(text: string): { key: string; rest: string } | undefined {
  const match = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*!|>%@`{[][^#]*?):(?:\s+(.*))?$/.exec(text);
  return match === null ? undefined : { key: String(scalar(match[1] ?? '')), rest: match[2] ?? '' };
}

function parseValue(cursor: Cursor, text: string, line: Line): unknown {
  const block = /^([|>])([+-]?)(\d?)$/.exec(text);
  if (block !== null) return blockScalar(cursor, line.indent, block[1] === '>', block[2] === '-');
  if (/^[&*!%@`]/.test(text)) throw notYaml(line);
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      throw notYaml(line);
    }
  }
  return scalar(text);
}

function blockScalar(cursor: Cursor, parentIndent: number, isFolded: boolean, isStripped: boolean): string {
  const taken: Line[] = [];
  for (; cursor.at < cursor.lines.length; cursor.at += 1) {
    const line = cursor.lines[cursor.at];
    if (line === undefined || (line.text !== '' && line.indent <= parentIndent)) break;
    taken.push(line);
  }
  while (taken.at(-1)?.text === '') taken.pop();
  const base = Math.min(...taken.filter(({ text }) => text !== '').map(({ indent }) => indent));
  const rows = taken.map(({ indent, text }) => ' '.repeat(Math.max(indent - base, 0)) + text);
  return rows.join(isFolded ? ' ' : '\n') + (isStripped ? '' : '\n');
}

function scalar(text: string): string | number | boolean | null {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || text === '~') return null;
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}

function notYaml(line: Line | undefined): ApiError {
  return new ApiError(
    400,
    'ValidationError',
    `Template format error: YAML not understood (line ${line?.number ?? '?'})`,
  );
}
