import { describe, expect, it } from '@jest/globals';
import { formatTable } from '../../lib/terminal/output.ts';

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
