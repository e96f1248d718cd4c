import { describe, expect, it } from '@jest/globals';
import { helpFooter } from '../../lib/commands/command.ts';
import { createOwnContext, runOwnIn } from './run-cdkx.ts';

describe('what stands below the options of a command', () => {
  it('puts examples in two columns where they fit', () => {
    const examples = [
      ['cdkx a', 'does a'],
      ['cdkx a --b', 'does b'],
    ] as const;
    expect(helpFooter(examples, [], 30)).toBe('\nExamples:\n  cdkx a      does a\n  cdkx a --b  does b');
    expect(helpFooter(examples, [], 19)).toBe('\nExamples:\n  cdkx a\n      does a\n  cdkx a --b\n      does b');
  });

  it('wraps notes, but not lines to copy', () => {
    const words = 'one two three four five six seven eight nine';
    const footer = helpFooter([['x', 'y']], [words, '', `  ${words}`], 40).split('\n');
    expect(footer.slice(4)).toEqual(['one two three four five six seven', '  eight nine', '', `  ${words}`]);
  });
});

it.each([
  ['profile show', [0, 78]],
  ['sso status', [0, 77]],
  ['sso configure', [0]],
])('the help of %s tells the exit codes that a script can rely on: %j', async (words, codes) => {
  const ctx = createOwnContext({});
  await runOwnIn(ctx, [...words.split(' '), '--help']);
  const line = /Exit codes:[^.]*\./.exec(ctx.written.stdout())?.[0];
  for (const code of codes) expect(line).toMatch(new RegExp(`\\b${code}\\b`));
});
