import { describe, expect, it } from '@jest/globals';
import { createProgram } from '../../lib/commands/program.ts';
import { helpFooter } from '../../lib/commands/help-footer.ts';
import type { OwnRun } from '../../lib/commands/own-command.ts';
import { createTestContext } from '../helpers/context.ts';

describe('what stands below the options of a verb', () => {
  it('puts examples in two columns where they fit', () => {
    const examples = [
      ['cdkx a', 'does a'],
      ['cdkx a --b', 'does b'],
    ] as const;
    expect(helpFooter(examples, [], 30)).toBe('\nExamples:\n  cdkx a      does a\n  cdkx a --b  does b');
    expect(helpFooter(examples, [], 19)).toBe('\nExamples:\n  cdkx a\n      does a\n  cdkx a --b\n      does b');
  });

  it('wraps notes, but not lines to copy', () => {
    expect(
      helpFooter([['x', 'y']], ['one two three', '', '  four five six seven'], 10)
        .split('\n')
        .slice(4),
    ).toEqual(['one two', '  three', '', '  four five six seven']);
  });
});

it('every verb explains itself in 80 columns', async () => {
  const ctx = createTestContext();
  const program = await createProgram({ ctx } as unknown as OwnRun);
  const verbs = program.commands.flatMap((word) => (word.commands.length === 0 ? [word] : word.commands));
  expect(verbs.length).toBeGreaterThan(9);
  for (const command of new Set([...program.commands, ...verbs])) command.outputHelp();
  const lines = ctx.written.stdout().split('\n');
  // Those of the two words, besides.
  expect(lines.filter((line) => line.startsWith('Usage: '))).toHaveLength(verbs.length + 2);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
