import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { safeJson, safeText } from '../../lib/messages/text.ts';

describe('text from outside', () => {
  it.each([
    ['plain ünïcödé 日本', 'plain ünïcödé 日本'],
    ['\u001B]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
    ['\u009B31m', '\\u009b31m'],
    ['\u202Egnp.exe', '\\u202egnp.exe'],
    ['a\u2028b\u061C', 'a\\u2028b\\u061c'],
  ])('%j is shown as %j', (text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  it('is cut with an ellipsis', () => {
    expect(safeText('abcdef', 4)).toBe('abc…');
  });

  it('never brings a control character to the terminal', () => {
    const isControl = (char: string) => char < ' ' || (char >= '\u007F' && char <= '\u009F');
    const isHarmless = (text: string) => !safeText(text, 10_000).split('').some(isControl);
    expect(() => assert(property(string({ unit: 'binary' }), isHarmless))).not.toThrow();
  });

  it('stands in JSON as the same value, without a character that steers a terminal', () => {
    const value = { name: 'a\u009B31m\u202Eb\n\u007F', list: [1] };
    const json = safeJson(value, 2);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toBe('{\n  "name": "a\\u009b31m\\u202eb\\n\\u007f",\n  "list": [\n    1\n  ]\n}');
  });
});
