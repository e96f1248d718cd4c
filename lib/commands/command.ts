import { Command, type CommanderError } from 'commander';
import { cdkxFlagNames, type CdkxFlags } from '../cdkx-flags.ts';
import type { Context } from '../context.ts';
import { type Reporter, UserError, type NextStep } from '../messages/errors.ts';
import { wrap } from '../messages/format-message.ts';
import { quoteArguments } from '../messages/text.ts';
import type { ChildEnd } from '../run/child/spawn.ts';
import { createStyle, hasColor } from '../terminal/style.ts';
import { meantCommand } from './command-list.ts';

/** The context of a cdkx command. */
export interface CommandContext {
  readonly ctx: Context;
  readonly reporter: Reporter;
  readonly flags: CdkxFlags;
  /** Sets the exit code, or how the child process ended. */
  end(how: number | ChildEnd): void;
}

/** The texts for the `--help` of a command. */
export interface CommandText {
  /** Name and arguments in commander's syntax: `exec <command...>`. */
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Notes below the examples: formats, exit codes. */
  readonly notes?: readonly string[];
}

/** A command group such as `cdkx sso`. Each subcommand is loaded only when it is needed. */
export interface CommandGroup {
  readonly text: CommandText;
  readonly subcommands: Readonly<Record<string, () => Promise<(parent: Command, run: CommandContext) => void>>>;
}

/** Creates the root command. Help goes to stdout; usage errors become a {@link UserError} with exit code 64. */
export function createRootCommand({ env, stdout, stderr }: Context): Command {
  const root = new Command('cdkx');
  root.configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    // Errors are thrown, and printed in one place.
    outputError: () => undefined,
    getOutHelpWidth: () => (stdout.isTTY ? stdout.columns || 80 : 80),
    getErrHelpWidth: () => (stderr.isTTY ? stderr.columns || 80 : 80),
    getOutHasColors: () => hasColor(env, stdout),
    getErrHasColors: () => hasColor(env, stderr),
  });
  const style = createStyle({ ...env, FORCE_COLOR: '1' }, stdout);
  // commander removes these escapes if the stream has no color.
  root.configureHelp({ styleTitle: style.strong, styleCommandText: style.accent, styleSubcommandTerm: style.accent });
  root.enablePositionalOptions().helpCommand(false);
  return throwingUsageErrors(root);
}

/** Adds a command or a group to `parent`. */
export function addCommand(parent: Command, { usage, description, examples, notes = [] }: CommandText): Command {
  const command = throwingUsageErrors(parent.command(usage).description(description));
  // The list of commands shows only the first sentence.
  command.summary(description.split(/(?<=\.) /)[0] ?? description);
  const footer = ({ error }: { error: boolean }) => {
    const output = command.configureOutput();
    return helpFooter(examples, notes, (error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()) ?? 80);
  };
  return command.helpOption('-h, --help', 'show help').addHelpText('after', footer).helpCommand(false);
}

function throwingUsageErrors(command: Command): Command {
  return command.exitOverride((error) => {
    throw error.code.startsWith('commander.help') ? error : usageError(command, error);
  });
}

function usageError(command: Command, error: CommanderError): UserError {
  const path = commandPath(command);
  const [sentence = '', ...hints] = error.message.split('\n');
  const nearest = /Did you mean (?:one of )?(.*)\?\)/.exec(hints.join(' '))?.[1];
  const given = sentence.replace(/^error: /, '').replace(/\.$/, '');
  const subcommands = command.commands.map((subcommand) => subcommand.name());
  return new UserError(
    'InvalidCommand',
    {
      what: `${given} (${path})`,
      ...(subcommands.length > 0 ? { why: `Commands: ${subcommands.join(', ')}.` } : {}),
      next: [...likelyMeant(command, error, nearest), { say: 'For usage, run:' }, { run: `${path} --help` }],
    },
    { cause: error },
  );
}

/** Hints for likely mistakes: a misspelled command, a profile without `--profile`, and a cdkx flag without its prefix. */
function likelyMeant(command: Command, { code, message }: CommanderError, nearest: string | undefined): NextStep[] {
  const [, group] = commandPath(command).split(' ');
  const isCommand = code === 'commander.unknownCommand';
  if (nearest !== undefined && (!isCommand || nearest.includes(', '))) return [{ say: `Did you mean ${nearest}?` }];
  const words = nearest === undefined ? command.args : [nearest];
  const meant = isCommand ? meantCommand([group ?? '', ...words]) : undefined;
  if (meant !== undefined) return [{ say: 'Did you mean:' }, { run: quoteArguments(['cdkx', ...meant]) }];
  if (isCommand && group === 'profile' && command.args.length === 1)
    return [
      { say: 'To pin a profile of that name, run:' },
      { run: quoteArguments(['cdkx', 'profile', 'pin', ...command.args]) },
    ];
  if (code === 'commander.excessArguments' && command.options.some(({ long }) => long === '--profile'))
    return [{ say: `To choose a profile, use: ${commandPath(command)} --profile NAME` }];
  const option = /'--([\w-]+)/.exec(message)?.[1];
  const flag =
    code === 'commander.unknownOption'
      ? cdkxFlagNames.find((word) => word.replace('=', '') === `--cdkx-${option}`)
      : undefined;
  return flag === undefined ? [] : [{ say: `Did you mean ${flag}${flag.endsWith('=') ? 'NAME' : ''}?` }];
}

function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

/** Examples and notes for `--help`: in two columns if the longest example fits `width`. */
export function helpFooter(
  examples: readonly (readonly [command: string, meaning: string])[],
  notes: readonly string[],
  width: number,
): string {
  return [
    '',
    'Examples:',
    ...exampleLines(examples, width),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => (note.startsWith(' ') ? [note] : wrap(note, width)))] : []),
  ].join('\n');
}

function exampleLines(examples: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(column)}  ${meaning}`);
  if (lines.every((line) => line.length <= width)) return lines;
  return examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]);
}
