import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import picomatch from 'picomatch';
import {
  couldMatch,
  globsOverlap,
  isPlainName,
  matchStack,
  matchesEverything,
} from '../../../lib/project/stages/patterns.ts';
import { inputs } from '../../helpers/scale.ts';

describe('a stack name and the patterns of a stage', () => {
  it.each([
    { patterns: ['Prod*'], name: 'ProdApi', is: true },
    { patterns: ['Prod*'], name: 'Prod', is: true },
    { patterns: ['Prod*'], name: 'Prod/Api', is: false },
    { patterns: ['Prod/*'], name: 'Prod/Api', is: true },
    { patterns: ['Prod/*'], name: 'Prod/Eu/Api', is: false },
    { patterns: ['Prod/**'], name: 'Prod/Eu/Api', is: true },
    { patterns: ['**'], name: 'Prod/Eu/Api', is: true },
    { patterns: ['*'], name: 'Prod/Api', is: false },
    { patterns: ['{Prod,Live}*'], name: 'LiveApi', is: true },
    { patterns: ['Prod[AB]'], name: 'ProdA', is: true },
    { patterns: ['*', '!Prod*'], name: 'DevApi', is: true },
    { patterns: ['*', '!Prod*'], name: 'ProdApi', is: false },
    { patterns: ['!Prod*'], name: 'DevApi', is: true },
    { patterns: ['Prod*'], name: './ProdApi', is: true },
    { patterns: [], name: 'ProdApi', is: false },
    { patterns: ['Prod*'], name: '', is: false },
  ])('$patterns take $name: $is', ({ patterns, name, is }) => {
    expect(matchStack(patterns, name)).toBe(is ? 'yes' : 'no');
  });
});

describe('two globs', () => {
  it.each([
    { a: 'Prod*', b: 'Prod*', overlap: true },
    { a: '*', b: 'Prod*', overlap: true },
    { a: '*', b: 'Prod/*', overlap: false },
    { a: '**', b: 'Prod/*', overlap: true },
    { a: '*/*', b: 'Prod/*', overlap: true },
    { a: '*Api', b: 'Prod*', overlap: true },
    { a: '*Api', b: 'ProdWeb', overlap: false },
    { a: 'Dev*', b: 'Prod*', overlap: false },
    { a: 'P*', b: '*d', overlap: true },
    { a: 'Prod?pi', b: 'ProdApi', overlap: true },
    { a: 'Prod?', b: 'Prod', overlap: false },
    { a: 'Prod/**', b: 'Prod', overlap: true },
    { a: '**/Api', b: 'Api', overlap: true },
    { a: '**/Api', b: 'Prod/Eu/*', overlap: true },
    { a: 'Prod/*/Api', b: 'Prod/**', overlap: true },
    { a: '{Dev,Prod}*', b: 'Prod*', overlap: true },
    { a: 'Dev{A,B}', b: 'Prod*', overlap: false },
    { a: '[PD]*', b: 'Prod*', overlap: true },
    { a: '!Dev*', b: 'Prod*', overlap: true },
    { a: '!(Dev)*', b: 'Prod*', overlap: true },
    { a: 'x?(Prod)', b: 'Prod*', overlap: false },
    { a: 'x?(Prod)', b: 'x', overlap: true },
    { a: 'x@(Prod)', b: 'xProd', overlap: true },
    { a: '?(x)Prod', b: 'Prod*', overlap: true },
    { a: '\\Prod*', b: 'Prod*', overlap: true },
    { a: './Prod*', b: 'Prod*', overlap: true },
    { a: '*'.repeat(2000), b: 'Prod', overlap: true },
    { a: '***a.', b: 'aa', overlap: true },
    { a: 'b/***a.', b: 'b/aa', overlap: true },
    { a: 'Prod***', b: 'Dev', overlap: false },
  ])('$a and $b have a name in common: $overlap', ({ a, b, overlap }) => {
    expect(globsOverlap(a, b)).toBe(overlap);
    expect(globsOverlap(b, a)).toBe(overlap);
  });

  it('never pass for apart where one name matches both', () => {
    const alphabet = fc.constantFrom(
      'a',
      'b',
      '/',
      '*',
      '**',
      '?',
      '[ab]',
      '{a,b}',
      '!(a)',
      '?(b)',
      '+(a)',
      '@(a|b)',
      '!',
      '.',
      '\\',
    );
    // picomatch itself never comes to an end with more than two backslashes at the end.
    const glob = fc
      .array(alphabet, { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''))
      .filter((word) => !/\\{3}/.test(word));
    // No stack's path ends with a slash, and picomatch lets one more slash pass at the end ("*" matches "/").
    const name = fc
      .array(fc.constantFrom('a', 'b', 'ab', '/', '.'), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''))
      .filter((word) => !word.endsWith('/'));
    fc.assert(
      fc.property(glob, glob, name, (a, b, word) => {
        fc.pre(picomatch(a)(word) && picomatch(b)(word));
        expect(globsOverlap(a, b)).toBe(true);
      }),
      inputs(300),
    );
  });

  it.each(['Dev|(Prod)', 'D|[P]rod', 'Dev|Prod', '"Prod', '"Pro"d', 'De"v|Prod'])(
    'could be alternatives, or quoted, for the whole of it: %s',
    (glob) => {
      expect(couldMatch(glob, ['Prod*'])).toBe(true);
    },
  );

  it('reach a stage that excludes some stacks, whatever it excludes', () => {
    expect(couldMatch('Prod*', ['*', '!Prod*'])).toBe(true);
    expect(couldMatch('Prod*', ['!Prod*'])).toBe(true);
    expect(couldMatch('Prod*', ['Dev*', '!DevX'])).toBe(false);
  });

  it('match any stack name without ever throwing', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ maxLength: 30 }), (pattern, name) => {
        expect(['yes', 'no', 'maybe']).toContain(matchStack([pattern], name));
        expect(typeof couldMatch(name, [pattern])).toBe('boolean');
      }),
      inputs(2000),
    );
  });
});

describe('a word on the command line', () => {
  it.each([
    { word: 'ProdApi', plain: true, everything: false },
    { word: 'Prod/Api', plain: true, everything: false },
    { word: 'Prod-Api_1.x', plain: true, everything: false },
    { word: '*', plain: false, everything: true },
    { word: '**', plain: false, everything: true },
    { word: '**/*', plain: false, everything: true },
    { word: 'Prod*', plain: false, everything: false },
    { word: 'Prod/*', plain: false, everything: false },
    { word: '{A,B}', plain: false, everything: false },
    { word: '!Prod', plain: false, everything: false },
    { word: 'Prod[A]', plain: false, everything: false },
    { word: '@(Prod)', plain: false, everything: false },
  ])('$word is a plain name: $plain; means everything: $everything', ({ word, plain, everything }) => {
    expect(isPlainName(word)).toBe(plain);
    expect(matchesEverything(word)).toBe(everything);
  });
});
