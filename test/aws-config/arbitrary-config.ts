import * as fc from 'fast-check';

const word = fc.constantFrom('a', 'b', 'default', 'x.y', 'my prof', "o'b", 'é', 'a/b@c+%:', '', '1', 'two words more');
const space = fc.constantFrom('', ' ', '  ', '\t', '\u00A0', '\r');
const prefix = fc.constantFrom('profile', 'profile', 'sso-session', 'services', 'plugins', 'Profile', '');
const quote = fc.constantFrom('', '', '"', "'");
const after = fc.constantFrom('', '', ' # c', ';c', ' ;c', '#', ' x');
const header = fc
  .tuple(space, space, prefix, fc.constantFrom(' ', ' ', '  ', '\t', '.', ''), quote, word, quote, space, after)
  .map(
    ([outer, inner, kind, gap, open, name, close, end, rest]) =>
      `${outer}[${inner}${kind}${gap}${open}${name}${close}${end}]${rest}`,
  );
const plainHeader = fc.tuple(prefix, word).map(([kind, name]) => `[${kind} ${name}]`);
const key = fc.constantFrom('region', 'sso_session', 'REGION', 's3', 'a.b', 'two words', '');
const value = fc.constantFrom('x', 'x y', '', 'https://a/start/#/', 'v # c', 'v;c', 'v ;c', '"q"', 'a=b', '[z]', ' ');
const keyLine = fc
  .tuple(space, key, space, fc.constantFrom('=', '=', '=', ':', ''), space, value)
  .map((parts) => parts.join(''));
const oddLine = fc.constantFrom(
  '',
  '[',
  ']',
  '[]',
  '#',
  '; [profile a]',
  '[default]',
  '[[a]]',
  '[profile __proto_]',
  'junk',
  '=',
);
const line = fc.oneof({ weight: 3, arbitrary: plainHeader }, header, { weight: 5, arbitrary: keyLine }, oddLine);
/** Config texts full of what people and tools get wrong. */
export const fileText = fc
  .tuple(
    fc.constantFrom('', '\uFEFF', '\n'),
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r\r\n')), { maxLength: 20 }),
    fc.constantFrom('', '', '', '[profile __proto__]\n', 'a = 1', 'a = 1\r'),
  )
  .map(([start, lines, end]) => start + lines.map((pair) => pair.join('')).join('') + end);
