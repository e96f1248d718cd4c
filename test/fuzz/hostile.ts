import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { UserError } from '../../lib/messages/errors.ts';
import { formatMessage } from '../../lib/messages/format-message.ts';

/** Pieces of texts that have led programs astray: escapes, line ends, paths, options, names of JavaScript's own, shell and URL syntax. */
const piece = fc.constantFrom(
  '\u001B]0;owned\u0007',
  '\u001B[2J',
  '\u001B[31m',
  '\u009B31m',
  '\u0000',
  '\u0007',
  '\b',
  '\u007F',
  '\u202E',
  '\u2066',
  '\u2028',
  '\n',
  '\r',
  '\r\n',
  '\t',
  ' ',
  '  ',
  '\u00A0',
  '\uFEFF',
  '\uD800',
  '\u{1F512}',
  'é',
  '日',
  '../',
  '..\\',
  '/',
  '//',
  '\\',
  '~',
  '-',
  '--',
  '--profile',
  '-c',
  '--cdkx-',
  '--cdkx-login=',
  '--cdkx-stage',
  '=',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '1e999',
  '-0',
  '$(touch x)',
  '`touch x`',
  ';',
  '|',
  '&',
  '>',
  '*',
  '?',
  '!',
  '$HOME',
  '%s',
  '%00',
  '%1B',
  '${',
  '{',
  '}',
  '{}',
  '"',
  "'",
  '[',
  ']',
  '[profile a]',
  '[sso-session s]',
  '#',
  ' #',
  ';',
  ':',
  ',',
  '@',
  '.',
  '+',
  '"a":',
  '[[',
  ']]',
  '//x',
  '/*',
  'http://',
  'https://',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://a@b/',
  'arn:aws:iam::111111111111:role/x',
  '111111111111',
  '0',
  'acme-dev',
  'prod',
  'deploy',
  'true',
  'eu-west-1',
  'x'.repeat(300),
);

/** Texts of hostile pieces and of any characters at all. */
export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);

/** Any JSON value, hostile texts among its names and texts. */
export const hostileJson = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, 0, -1, 1e308, '', [], {}),
);

/** A text with some of its parts cut out, repeated or replaced by hostile ones. */
export function spoiled(original: string): fc.Arbitrary<string> {
  const change = fc.record({ at: fc.nat(original.length), cut: fc.nat(12), put: hostileText });
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), original),
    );
}

/** What a terminal would take for more than text. Line ends are looked at where lines are counted. */
// oxlint-disable-next-line no-control-regex
export const rawControl = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

/** The result, or `undefined` for a UserError whose message is harmless. Anything else that is thrown is a defect and is thrown on. */
export function orRefusal<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    expectRefusal(error);
    return undefined;
  }
}

/** Checks that this is a UserError with a message that steers no terminal, and that nothing of `secrets` is in it, however deep. */
export function expectRefusal(error: unknown, secrets: readonly string[] = []): void {
  if (!(error instanceof UserError)) throw error;
  const lines = formatMessage(error.parts);
  expect(lines.filter((line) => rawControl.test(line) || line.includes('\n'))).toEqual([]);
  const everything = inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
}

/** Nothing was added to what all objects share. */
export function expectCleanPrototypes(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}
