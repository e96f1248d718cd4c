import type { Command } from 'commander';
import { parseCommandLine } from '../../../lib/cdk/command-line.ts';
import { takeOwnFlags } from '../../../lib/cdk/own-flags.ts';
import { readOptionTable } from '../../../lib/cdk/option-table.ts';
import { isOwnWord } from '../../../lib/commands/own-words.ts';
import { createProgram } from '../../../lib/commands/program.ts';
import { createReporter } from '../../../lib/terminal/create-reporter.ts';
import { installedCdk } from '../../cdk/installed-cdk.ts';
import { createTestContext } from '../../helpers/context.ts';

/** A command of cdkx in a text: its words, and whether it fills its line, so that nothing else follows it. */
export interface FoundCommand {
  readonly words: readonly string[];
  readonly isWhole: boolean;
}

/** The `cdkx` commands that a text tells to run: a line that begins with a space is one; within a sentence they are own verbs, or a flag. */
export function commandsIn(text: string): FoundCommand[] {
  const whole = /^ +(cdkx .*)$/.exec(text)?.[1];
  if (whole !== undefined) return [{ words: whole.trim().split(/ +/), isWhole: true }];
  return [...text.matchAll(/\bcdkx (?:(?:sso|profile|completion) [a-z-]|--cdkx-)[^"'`),;|[\n]*/g)].map(([command]) => ({
    words: command.replace(/[.:]$/, '').split(/ +/),
    isWhole: false,
  }));
}

/** Makes a check against the program's own parser, and against the installed `cdk` for its commands. It tells what is wrong with a command. */
export async function createCommandCheck(): Promise<(command: FoundCommand) => string | undefined> {
  const ctx = createTestContext();
  const reporter = createReporter(ctx, 'normal');
  const program = await createProgram({ ctx, reporter, own: takeOwnFlags([]).own, end: () => undefined });
  const table = readOptionTable(installedCdk);
  return ({ words: [, ...words], isWhole }) => {
    try {
      const { forwarded } = takeOwnFlags(words);
      if (isOwnWord(forwarded[0])) return checkVerb(program, forwarded, isWhole);
      const line = parseCommandLine(words, table);
      // A flag that is told within a sentence, or options before whatever command was typed.
      if (line.command === undefined || line.command === '…') return undefined;
      if (!line.isKnown) return `cdk has no command ${line.command}`;
      const options = table.commands.get(line.command)?.options();
      return forwarded
        .filter((word) => word.startsWith('--'))
        .map((word) => word.slice(2))
        .filter((name) => options?.has(name) !== true)
        .map((name) => `cdk ${line.command} has no option --${name}`)[0];
    } catch (error) {
      return (error as Error).message;
    }
  };
}

function checkVerb(program: Command, [word = '', ...rest]: readonly string[], isWhole: boolean): string | undefined {
  const parent = program.commands.find((command) => command.name() === word);
  const verb = word === 'completion' ? parent : parent?.commands.find((command) => command.name() === rest[0]);
  if (verb === undefined) return rest[0] === '--help' ? undefined : `cdkx ${word} has no verb ${rest[0]}`;
  const args = word === 'completion' ? rest : rest.slice(1);
  let operands = 0;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--help') return undefined;
    if (arg === '--') return verb.registeredArguments.length > 0 ? undefined : `${verb.name()} runs no command`;
    if (arg.startsWith('-')) {
      const option = verb.options.find(({ long, short }) => arg === long || arg === short);
      if (option === undefined) return `cdkx ${word} ${verb.name()} has no option ${arg}`;
      if (option.required && args[(at += 1)] === undefined) return `${arg} needs a value`;
    } else if (operands < verb.registeredArguments.length) operands += 1;
    // A sentence goes on behind the command.
    else return isWhole ? `cdkx ${word} ${verb.name()} does not take ${arg}` : undefined;
  }
  return undefined;
}
