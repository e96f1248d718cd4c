import { describe, expect, it } from '@jest/globals';
import { createStyle, hasColor, hasLinks } from '../../lib/terminal/style.ts';

it.each([
  [{}, false],
  [{ TERM: 'xterm-256color' }, false],
  [{ TERM_PROGRAM: 'vscode' }, true],
  [{ TERM_PROGRAM: 'Apple_Terminal' }, false],
  [{ TERM: 'xterm-kitty' }, true],
  [{ WT_SESSION: '1' }, true],
  [{ VTE_VERSION: '7600' }, true],
  [{ VTE_VERSION: '4600' }, false],
  [{ TERM_PROGRAM: 'iTerm.app', TERM: 'screen-256color' }, false],
  [{ TERM_PROGRAM: 'iTerm.app', NO_COLOR: '1' }, false],
  [{ FORCE_HYPERLINK: '1' }, true],
  [{ FORCE_HYPERLINK: '0', TERM_PROGRAM: 'vscode' }, false],
])('a terminal with %j shows links: %s; what is no terminal, none', (env, expected) => {
  expect(hasLinks(env, { isTTY: true })).toBe(expected);
  expect(hasLinks(env, {})).toBe(false);
});

describe('colour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: 'true' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '3', NO_COLOR: '1' }, false, true],
  ])('with %j on a terminal (%s): %s', (env, isTTY, expected) => {
    expect(hasColor(env, { isTTY })).toBe(expected);
  });

  it('leaves text as it is where there is none', () => {
    const style = createStyle({}, { isTTY: false });
    expect(Object.values(style).map((paint) => paint('text'))).toEqual(Array.from({ length: 6 }, () => 'text'));
  });

  it('opens and closes each look by itself, so that looks nest', () => {
    const style = createStyle({ FORCE_COLOR: '1' }, {});
    expect(style.strong(style.good('ok'))).toBe('\u001B[1m\u001B[32mok\u001B[39m\u001B[22m');
  });
});
