/** Where a text stops being JSON: line and column count from one, `found` is what stands there. */
export interface JsonPosition {
  readonly line: number;
  readonly column: number;
  readonly found: string;
}

const token =
  // oxlint-disable-next-line no-control-regex
  /(?<open>[[{])|(?<close>[\]}])|(?<comma>,)|(?<colon>:)|(?<string>")|(?<atom>true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]))/y;

/** A string's characters up to its end or to an escape: taken in steps, since one expression for a whole string needs room for each of its characters. */
const stringPart =
  // oxlint-disable-next-line no-control-regex
  /[^"\\\u0000-\u001F]*(?:"|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * The first place at which a text stops being JSON: Node's own message does not always say it.
 * Undefined if the text is JSON after all.
 */
export function findJsonError(text: string): JsonPosition | undefined {
  const nesting: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = skipBlank(text, at);
    token.lastIndex = at;
    const groups = token.exec(text)?.groups;
    const end = groups?.['string'] === undefined ? token.lastIndex : endOfString(text, at + 1);
    const next: Expected | undefined = groups && end !== undefined ? follow(expected, groups, nesting) : undefined;
    if (next === undefined) return at === text.length && expected === 'nothing' ? undefined : describe(text, at);
    expected = next;
    at = end ?? at;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? '-')) at += 1;
  return at;
}

/** Where the string ends whose first character stands at `from`; undefined if it does not. */
function endOfString(text: string, from: number): number | undefined {
  stringPart.lastIndex = from;
  for (;;) {
    const part = stringPart.exec(text)?.[0];
    if (part === undefined) return undefined;
    if (part.endsWith('"') && !part.endsWith('\\"')) return stringPart.lastIndex;
  }
}

/** What may follow a token, given what was expected; undefined if the token may not stand there. */
function follow(
  expected: Expected,
  groups: Record<string, string | undefined>,
  nesting: string[],
): Expected | undefined {
  const after = () => (nesting.length === 0 ? 'nothing' : 'comma or end');
  const mayClose = expected === 'comma or end' || expected === 'value or end' || expected === 'key or end';
  if (groups['close'] !== undefined) {
    return mayClose && nesting.pop() === (groups['close'] === '}' ? '{' : '[') ? after() : undefined;
  }
  if (groups['comma'] !== undefined) {
    if (expected !== 'comma or end') return undefined;
    return nesting.at(-1) === '{' ? 'key' : 'value';
  }
  if (groups['colon'] !== undefined) return expected === 'colon' ? 'value' : undefined;
  if (expected === 'key' || expected === 'key or end') return groups['string'] === undefined ? undefined : 'colon';
  if (expected !== 'value' && expected !== 'value or end') return undefined;
  if (groups['open'] === undefined) return after();
  nesting.push(groups['open']);
  return groups['open'] === '{' ? 'key or end' : 'value or end';
}

function describe(text: string, at: number): JsonPosition {
  const before = text.slice(0, at).split('\n');
  const rest = /^\S{1,20}/.exec(text.slice(at))?.[0];
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, found: rest ?? 'the end of the file' };
}
