import { beforeAll, describe, expect, it } from '@jest/globals';
import { commandsIn, createCommandCheck, type FoundCommand } from './messages/commands.ts';
import { readProgramTexts } from './messages/program-texts.ts';
import { expand, type Text } from './messages/text.ts';

let check: (command: FoundCommand) => string | undefined;
beforeAll(async () => {
  check = await createCommandCheck();
});

/** What is wrong with the commands of some texts, by place. */
function problems(texts: readonly { readonly file: string; readonly text: string }[]): string[] {
  return texts.flatMap(({ file, text }) =>
    commandsIn(text).flatMap((command) => {
      const problem = check(command);
      return problem === undefined ? [] : [`${file}: ${command.words.join(' ')}: ${problem}`];
    }),
  );
}

describe('the commands that messages tell a person to run', () => {
  it('exist, with their verbs and options', () => {
    const texts = readProgramTexts()
      // What the shells run for completion is no command for people.
      .written.filter(({ file }) => file !== 'lib/commands/completion-scripts.ts')
      .filter(({ text }) => text.some((part) => typeof part === 'string' && part.includes('cdkx ')))
      .flatMap(({ file, text }) => expand(text).map((form) => ({ file, text: filled(form) })));
    expect(texts.flatMap(({ text }) => commandsIn(text)).length).toBeGreaterThan(100);
    expect(problems(texts)).toEqual([]);
  });
});

/** A name in each hole; dots where whatever was typed is repeated. */
function filled(text: Text): string {
  return text
    .map((part) => (typeof part === 'string' ? part : 'x'))
    .join('')
    .replace(/cdkx x\b/, 'cdkx …');
}
