import { UserError } from '../../messages/errors.ts';
import { didYouMean } from '../../messages/nearest-names.ts';
import { describeJson, isRecord } from '../../system/json.ts';

/** The place of a value: `root` names the block for people ("context.cdkx in cdk.json"), `keys` lead to the value in it. */
export interface JsonPath {
  readonly root: string;
  readonly keys: readonly string[];
}

/** The place of `key` within `place`. */
export function childPath(place: JsonPath, key: string): JsonPath {
  return { root: place.root, keys: [...place.keys, key] };
}

/** A place for people: `stages.prod.account of context.cdkx in cdk.json`. */
export function formatJsonPath(place: JsonPath): string {
  if (place.keys.length === 0) return place.root;
  const path = place.keys.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.');
  return `${path} of ${place.root}`;
}

/** The error for a value that cannot be used: it names the value and its place. Exit code 78. */
export function wrongValue(
  place: JsonPath,
  value: unknown,
  expected: string,
  hints: readonly string[] = [],
): UserError {
  return new UserError('InvalidBlock', {
    what: `${formatJsonPath(place)} cannot be ${describeJson(value)}`,
    why: `It must be ${expected}.`,
    next: (hints.length === 0 ? ['Correct it and run the command again.'] : hints).map((say) => ({ say })),
  });
}

/** The members of a JSON object. Anything else is an error that says what belongs there. */
export function readObject(place: JsonPath, value: unknown, expected = 'an object'): Record<string, unknown> {
  if (!isRecord(value)) throw wrongValue(place, value, expected);
  return value;
}

/** Like {@link readObject}, for objects whose keys are known: another key is an error that lists them and suggests the nearest. */
export function readKnownObject(
  place: JsonPath,
  value: unknown,
  known: readonly string[],
  expected?: string,
): Record<string, unknown> {
  const object = readObject(place, value, expected);
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return object;
  throw new UserError('UnknownKey', {
    what: `unknown key ${describeKey(unknown)} of ${formatJsonPath(place)}`,
    why: [...didYouMean(unknown, known), `Known keys: ${known.join(', ')}.`],
    next: [{ say: 'Correct the key, or remove it.' }],
  });
}

/** A string that is not empty and holds no control characters, checked by `pattern` where one is given. */
export function readText(place: JsonPath, value: unknown, expected: string, pattern?: RegExp): string {
  const usable = typeof value === 'string' && value !== '' && !hasControlCharacters(value);
  if (!usable || (pattern !== undefined && !pattern.test(value))) throw wrongValue(place, value, expected);
  return value;
}

/** One of a few words; another one is an error with the nearest. */
export function readWord<Word extends string>(place: JsonPath, value: unknown, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  const near = typeof value === 'string' ? didYouMean(value, words) : [];
  throw wrongValue(place, value, `one of ${words.map((name) => JSON.stringify(name)).join(', ')}`, near);
}

/** `true` or `false`; the words in quotes are an error, since `"false"` would be taken for true. */
export function readBoolean(place: JsonPath, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrongValue(place, value, 'true or false, without quotes');
  return value;
}

/** A list of at least one text. */
export function readTexts(place: JsonPath, value: unknown, expected: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) {
    const next = typeof value === 'string' && value !== '' ? [`Write it as a list: [${JSON.stringify(value)}]`] : [];
    throw wrongValue(place, value, `a list of ${expected}, with at least one entry`, next);
  }
  return value.map((entry: unknown, index) =>
    readText(childPath(place, String(index)), entry, `one of the ${expected}`),
  );
}

function describeKey(key: string): string {
  return JSON.stringify(key.length > 80 ? `${key.slice(0, 79)}…` : key);
}

function hasControlCharacters(value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001F\u007F-\u009F]/.test(value);
}
