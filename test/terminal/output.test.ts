import { describe, expect, it } from '@jest/globals';
import { formatTable, lineDiff, showDiff } from '../../lib/terminal/output.ts';
import { createTestContext } from '../helpers/context.ts';

describe('a table', () => {
  it('aligns its columns without blanks at the end of a line', () => {
    expect(
      formatTable(
        ['session', 'state'],
        [
          ['acme', 'signed in'],
          ['a-longer-name', 'expired'],
        ],
      ),
    ).toEqual(['session        state', 'acme           signed in', 'a-longer-name  expired']);
  });

  it('cuts the widest column until it fits', () => {
    const lines = formatTable(['name', 'url'], [['acme', `https://${'x'.repeat(100)}`]], { columns: 40 });
    expect(lines.map((line) => line.length)).toEqual([9, 40]);
    expect(lines[1]).toMatch(/^acme {2}https:\/\/x+…$/);
  });

  it.each([
    ['日', 'ab'],
    ['👩‍💻', 'ab'],
    ['e\u0301e', 'ab'],
  ])('counts the columns of %s as a terminal does', (wide, other) => {
    const [heading = '', first = '', second = ''] = formatTable(
      ['x', 'y'],
      [
        [wide, '|'],
        [other, '|'],
      ],
    );
    expect(heading).toBe('x   y');
    expect(first.endsWith('|')).toBe(true);
    expect(second).toBe('ab  |');
  });

  it('shows control characters instead of sending them to the terminal', () => {
    expect(formatTable(['x'], [['a\u001B[31mb\u202Ec']])[1]).toBe('a\\u001b[31mb\\u202ec');
  });

  it('paints finished cells, so that escapes take no room', () => {
    const lines = formatTable(['a', 'b'], [['1', '2']], {
      paintHeading: (cell) => `<${cell}>`,
      paint: (cell, column, row) => `[${row}${column}${cell}]`,
    });
    expect(lines).toEqual(['<a>  <b>', '[001]  [012]']);
  });

  it('has only its heading without rows', () => {
    expect(formatTable(['a', 'b'], [])).toEqual(['a  b']);
  });
});

describe('a change that is shown', () => {
  it('is painted by its sign, whatever stands in the line', () => {
    const ctx = createTestContext({ env: { FORCE_COLOR: '1' }, interactive: true });
    showDiff(ctx, { shownPath: 'x', diff: lineDiff('same + -\nold + x\n', 'same + -\nnew - x\n') });
    const colorOf = (text: string) => {
      const line = ctx.written
        .stderr()
        .split('\n')
        .find((each) => each.includes(text));
      return line?.slice(0, line.indexOf('m') + 1);
    };
    const colors = ['same', 'old', 'new'].map(colorOf);
    expect(new Set(colors).size).toBe(3);
    expect(colors.slice(1)).toEqual(['\u001B[31m', '\u001B[32m']);
  });

  it('goes to stdout where it is the answer itself', () => {
    const ctx = createTestContext();
    showDiff(ctx, { shownPath: 'x', diff: lineDiff('a\n', 'b\n'), isData: true });
    expect([/^\s*\+ ?b$/m.test(ctx.written.stdout()), ctx.written.stderr()]).toEqual([true, '']);
  });
});
