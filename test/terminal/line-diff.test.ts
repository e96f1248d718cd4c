import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { lineDiff } from '../../lib/terminal/output.ts';

describe('lineDiff', () => {
  it.each([
    ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\r\nb\r\n', 'a\nb\n', [' a', ' b']],
    ['a\na\n', 'a\n', [' a', '-a']],
  ])('%j to %j', (before, after, lines) => {
    expect(lineDiff(before, after).map(({ sign, text }) => sign + text)).toEqual(lines);
  });

  it('gives back both texts, and a line that both begin or end with only once', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 8 })
      .map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        const side = (without: string) =>
          diff
            .filter(({ sign }) => sign !== without)
            .map((line) => `${line.text}\n`)
            .join('');
        expect(side('+')).toBe(before);
        expect(side('-')).toBe(after);
      }),
    );
  });
});
