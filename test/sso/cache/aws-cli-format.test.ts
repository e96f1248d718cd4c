import { describe, expect, it } from '@jest/globals';
import { toPythonJson, toPythonTime } from '../../../lib/sso/cache/aws-cli-format.ts';

describe('JSON as Python writes it', () => {
  // Expected texts: `python3 -c 'import json; print(json.dumps(...))'`.
  it.each([
    [{ a: 1, b: [true, null, 'x'] }, '{"a": 1, "b": [true, null, "x"]}'],
    [{}, '{}'],
    [[], '[]'],
    [{ nested: { c: 1.5 } }, '{"nested": {"c": 1.5}}'],
    ['é\u007f€😀', '"\\u00e9\\u007f\\u20ac\\ud83d\\ude00"'],
    ['"\\/\n\r\t\b\f\u0001', '"\\"\\\\/\\n\\r\\t\\b\\f\\u0001"'],
    [{ left: undefined, kept: 1 }, '{"kept": 1}'],
  ])('writes %j', (value, text) => {
    expect(toPythonJson(value)).toBe(text);
  });

  it('writes times in whole seconds', () => {
    expect(toPythonTime(new Date('2026-11-23T23:35:19.999Z'))).toBe('2026-11-23T23:35:19Z');
  });
});
