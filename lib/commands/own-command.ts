import { Command, type CommanderError } from 'commander';
import type { OwnFlags } from '../cdk/command-line.ts';
import type { ChildEnd } from '../cdk/delegate.ts';
import type { Context } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { ownFlagWords } from './own-verbs.ts';
import { helpFooter } from './help-footer.ts';
import { createStyle, hasColour } from '../terminal/style.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** What every verb of cdkx works with. */
export interface OwnRun {
  readonly ctx: Context;
  readonly reporter: Reporter;
  /** The `--cdkx-*` flags of the command line. */
  readonly own: OwnFlags;
  /** Takes the verb's exit code, or how the command ended that it ran. */
  end(how: number | ChildEnd): void;
}

/** What a verb is called and does, for its `--help`. */
export interface OwnCommandText {
  /** Name and arguments as commander reads them: `exec <command...>`. */
  readonly usage: string;
  readonly description: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** More for `--help`, below the examples: formats, exit codes. */
  readonly notes?: readonly string[];
}

/** The first command of a tree: its help goes to stdout, its mistakes become a {@link UserError} with exit code 64. */
export function createRootCommand({ env, stdout, stderr }: Context): Command {
  const root = new Command('cdkx');
  root.configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    // What went wrong is thrown, and printed in one place.
    outputError: () => undefined,
    getOutHelpWidth: () => (stdout.isTTY ? stdout.columns || 80 : 80),
    getErrHelpWidth: () => (stderr.isTTY ? stderr.columns || 80 : 80),
    getOutHasColors: () => hasColour(env, stdout),
    getErrHasColors: () => hasColour(env, stderr),
  });
  const style = createStyle({ ...env, FORCE_COLOR: '1' }, stdout);
  // commander takes these escapes out again where the stream has no colour.
  root.configureHelp({ styleTitle: style.strong, styleCommandText: style.accent, styleSubcommandTerm: style.accent });
  root.enablePositionalOptions().helpCommand(false);
  return throwingUsageErrors(root);
}

/** Adds a verb, or a group of verbs, below `parent`. */
export function addOwnCommand(parent: Command, { usage, description, examples, notes = [] }: OwnCommandText): Command {
  const command = throwingUsageErrors(parent.command(usage).description(description));
  // The list of verbs shows the first sentence only.
  command.summary(description.split(/(?<=\.) /)[0] ?? description);
  const footer = ({ error }: { error: boolean }) => {
    const output = command.configureOutput();
    return helpFooter(examples, notes, (error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()) ?? 80);
  };
  return command.helpOption('-h, --help', 'show this help').addHelpText('after', footer).helpCommand(false);
}

function throwingUsageErrors(command: Command): Command {
  return command.exitOverride((error) => {
    throw error.code.startsWith('commander.help') ? error : usageError(command, error);
  });
}

/** commander's sentence as our three parts: what, the nearest names, and where the help is. */
function usageError(command: Command, error: CommanderError): UserError {
  const path = commandPath(command);
  const [sentence = '', ...hints] = error.message.split('\n');
  const nearest = /Did you mean (?:one of )?(.*)\?\)/.exec(hints.join(' '))?.[1];
  const given = sentence.replace(/^error: /, '').replace(/\.$/, '');
  const verbs = command.commands.map((verb) => verb.name());
  return new UserError(
    exitCode.usage,
    {
      what: `${given} (${path}).`,
      ...(verbs.length > 0 ? { why: `${path} has: ${verbs.join(', ')}.` } : {}),
      next: [
        ...(nearest === undefined ? likelyMeant(command, error) : [`Did you mean ${nearest}?`]),
        'See what it takes:',
        `    ${path} --help`,
      ],
    },
    { cause: error },
  );
}

/** Two likely mistakes: a profile as a bare word, and a flag of cdkx without its prefix. */
function likelyMeant(command: Command, { code, message }: CommanderError): string[] {
  if (code === 'commander.excessArguments' && command.options.some(({ long }) => long === '--profile'))
    return ['A profile is named like this:', `    ${commandPath(command)} --profile NAME`];
  const option = /'--([\w-]+)/.exec(message)?.[1];
  const flag =
    code === 'commander.unknownOption'
      ? ownFlagWords.find((word) => word.replace('=', '') === `--cdkx-${option}`)
      : undefined;
  return flag === undefined ? [] : [`Did you mean ${flag}${flag.endsWith('=') ? 'NAME' : ''}?`];
}

function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}
