import { UserError } from '../messages/errors.ts';
import { readBounded } from './files.ts';

/** A member that must be a text with something in it; anything else, null included, counts as absent. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member that must be a finite number. */
export function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A moment in RFC 3339, also with the `UTC` of ancient AWS CLIs. A time without a zone is UTC, as the AWS CLI reads it. */
export function readMoment(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined;
  const text = value.replace(/UTC$/, 'Z');
  const moment = new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** A member that must be a list of texts; anything else counts as absent. */
export function readTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a JSON object; of anything else, none. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** A value for a message: scalars as JSON, cut when long; objects and lists by kind only. */
export function describeJson(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') {
    return value === '' ? 'empty' : JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return value === undefined ? 'not set' : 'an object';
}

const largestBytes = 10_000_000;

/** The bytes of a settings file of `cdk`; `undefined` if there is none. Throws a UserError (78) if it can't be read. */
export function readSettingsBytes(path: string, shownPath: string): Buffer | undefined {
  try {
    return readBounded(path, largestBytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(
      'SettingsFileUnreadable',
      {
        what: `${shownPath} cannot be read`,
        why: code === 'EISDIR' ? 'It is a directory.' : code === 'EACCES' ? 'Permission denied.' : message,
        next: [{ say: 'To check it, run:' }, { run: `ls -ld ${shownPath}` }],
      },
      { cause: error },
    );
  }
}

/** Parses a settings file of `cdk` as strict JSON. Throws a UserError (78) that shows where the text stops being a JSON object. */
export function parseJsonObject(text: string, shownPath: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const position = findJsonError(text);
    const where = position && ` at line ${position.line}, column ${position.column}`;
    throw new UserError(
      'SettingsFileInvalid',
      {
        what: `${shownPath} is not valid JSON: unexpected ${position?.found ?? 'text'}${where ?? ''}`,
        why: 'cdk reads strict JSON: no comments, no trailing commas.',
        next: [{ say: `Correct ${shownPath}, then run the command again.` }],
      },
      { cause: error },
    );
  }
  if (isRecord(json)) return json;
  throw new UserError('SettingsFileInvalid', {
    what: `${shownPath} contains ${typeof json === 'string' ? 'a string' : describeJson(json)}, not an object`,
    why: 'cdk reads its settings from the keys of an object.',
    next: [{ say: 'Write it as an object, for example { "app": "npx tsx bin/app.ts" }.' }],
  });
}

const atom = String.raw`true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])`;

/** The tokens that can follow, by what was read before; of a string, the first character. */
const expected = {
  value: new RegExp(`["[{]|${atom}`, 'y'),
  'value or end': new RegExp(`["[{\\]]|${atom}`, 'y'),
  key: /"/y,
  'key or end': /["}]/y,
  colon: /:/y,
  'in list': /[,\]]/y,
  'in object': /[,}]/y,
  nothing: /(?!)/y,
};

/** A string's characters up to its end or to an escape. A single expression for the whole string would overflow the stack on long strings. */
const stringPart =
  // oxlint-disable-next-line no-control-regex
  /[^"\\\u0000-\u001F]*(?:"|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))/y;

/** The first place at which a text stops being JSON, line and column from one: Node's own message doesn't always contain it. */
export function findJsonError(
  text: string,
): { readonly line: number; readonly column: number; readonly found: string } | undefined {
  const nesting: string[] = [];
  let state: keyof typeof expected = 'value';
  for (let at = 0; ;) {
    while (' \t\r\n'.includes(text[at] ?? '-')) at += 1;
    const pattern = expected[state];
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    const end = token === '"' ? endOfString(text, at + 1) : pattern.lastIndex;
    if (token === undefined || end === undefined) {
      if (at === text.length && state === 'nothing') return undefined;
      const before = text.slice(0, at).split('\n');
      // Not the whole word: a cdk.json that links to another file would show what is in there.
      const found = /^(?:[^\s\w]{1,2}|\S)/.exec(text.slice(at))?.[0] ?? 'end of file';
      return { line: before.length, column: (before.at(-1) ?? '').length + 1, found };
    }
    state = nextState(state, token, nesting);
    at = end;
  }
}

function endOfString(text: string, from: number): number | undefined {
  stringPart.lastIndex = from;
  for (;;) {
    const part = stringPart.exec(text)?.[0];
    if (part === undefined) return undefined;
    if (part.endsWith('"') && !part.endsWith('\\"')) return stringPart.lastIndex;
  }
}

function nextState(state: keyof typeof expected, token: string, nesting: string[]): keyof typeof expected {
  if (token === '{' || token === '[') {
    nesting.push(token);
    return token === '{' ? 'key or end' : 'value or end';
  }
  if (token === ':') return 'value';
  if (token === ',') return nesting.at(-1) === '{' ? 'key' : 'value';
  if (token === '"' && state.startsWith('key')) return 'colon';
  if (token === '}' || token === ']') nesting.pop();
  const inner = nesting.at(-1);
  return inner === undefined ? 'nothing' : inner === '{' ? 'in object' : 'in list';
}
