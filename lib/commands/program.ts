import { type Command, CommanderError } from 'commander';
import { exitCode } from '../messages/errors.ts';
import type { ChildEnd } from '../run/child/spawn.ts';
import { addCommand, createRootCommand, type CommandContext } from './command.ts';
import { profileCommands } from './profile/index.ts';
import { ssoCommands } from './sso/index.ts';

/** Parses a command line of cdkx's own words and runs its verb. Returns its end: code 0 for `--help`, 64 for a word without its verb. */
export async function runProgram(given: Omit<CommandContext, 'end'>, argv: readonly string[]): Promise<ChildEnd> {
  let end: ChildEnd = { code: 0 };
  const run: CommandContext = { ...given, end: (how) => void (end = typeof how === 'number' ? { code: how } : how) };
  const program = await createProgram(run, argv[1]);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for (0), or shown on stderr since a verb is missing.
    return { code: error.exitCode === 0 ? 0 : exitCode.usage };
  }
  return end;
}

/** cdkx's own words with their verbs; where `verb` is one of a word's, with that one alone, since loading the others costs. */
export async function createProgram(run: CommandContext, verb?: string): Promise<Command> {
  const root = createRootCommand(run.ctx);
  for (const { text, subcommands } of [ssoCommands, profileCommands]) {
    const word = addCommand(root, text);
    const only = verb !== undefined && Object.hasOwn(subcommands, verb) ? subcommands[verb] : undefined;
    for (const load of only === undefined ? Object.values(subcommands) : [only]) (await load())(word, run);
  }
  (await import('./completion/completion.ts')).addCompletion(root, run);
  return root;
}
