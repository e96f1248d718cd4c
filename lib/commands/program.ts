import { type Command, CommanderError } from 'commander';
import { exitCode } from '../messages/errors.ts';
import type { ChildEnd } from '../run/child/spawn.ts';
import { addCommand, createRootCommand, type CommandContext } from './command.ts';
import { profileCommands } from './profile/index.ts';
import { ssoCommands } from './sso/index.ts';

/** Parses and runs a cdkx command. Returns how it ended: code 0 for `--help`, 64 for a group without a subcommand. */
export async function runProgram(given: Omit<CommandContext, 'end'>, argv: readonly string[]): Promise<ChildEnd> {
  let end: ChildEnd = { code: 0 };
  const run: CommandContext = { ...given, end: (how) => void (end = typeof how === 'number' ? { code: how } : how) };
  const program = await createProgram(run, argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // `--help` (0), or help on stderr because the subcommand is missing.
    return { code: error.exitCode === 0 ? 0 : exitCode.usage };
  }
  return end;
}

/** Creates the cdkx commands. If `words` begin with a subcommand, loads only that one, to save time. */
export async function createProgram(run: CommandContext, words: readonly string[] = []): Promise<Command> {
  const [named = '', subcommand = ''] = words;
  const groups = [ssoCommands, profileCommands];
  const { subcommands: known = {} } = groups.find(({ text }) => text.usage === named) ?? {};
  const only = Object.hasOwn(known, subcommand) ? known[subcommand] : undefined;
  const root = createRootCommand(run.ctx);
  for (const { text, subcommands } of groups) {
    const group = addCommand(root, text);
    const all = only === undefined ? Object.values(subcommands) : text.usage === named ? [only] : [];
    for (const load of all) (await load())(group, run);
  }
  (await import('./completion/completion.ts')).addCompletion(root, run);
  return root;
}
