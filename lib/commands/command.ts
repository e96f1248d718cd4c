import { Command, type CommanderError } from 'commander';
import type { CdkxFlags } from '../cdk/command-line/command-line.ts';
import type { Context } from '../context.ts';
import { type Reporter, UserError, type NextStep } from '../messages/errors.ts';
import type { ChildEnd } from '../run/child/spawn.ts';
import { createStyle, hasColor } from '../terminal/style.ts';
import { cdkxFlagNames } from './command-list.ts';

/** What every verb of cdkx works with. */
export interface CommandContext {
  readonly ctx: Context;
  readonly reporter: Reporter;
  /** The `--cdkx-*` flags of the command line. */
  readonly flags: CdkxFlags;
  /** Takes the verb's exit code, or how the command ended that it ran. */
  end(how: number | ChildEnd): void;
}

/** What a verb is called and does, for its `--help`. */
export interface CommandText {
  /** Name and arguments as commander reads them: `exec <command...>`. */
  readonly usage: string;
  readonly description: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** More for `--help`, below the examples: formats, exit codes. */
  readonly notes?: readonly string[];
}

/** A command group such as `cdkx sso`. Each subcommand is loaded only when it is needed. */
export interface CommandGroup {
  readonly text: CommandText;
  readonly subcommands: Readonly<Record<string, () => Promise<(parent: Command, run: CommandContext) => void>>>;
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
    getOutHasColors: () => hasColor(env, stdout),
    getErrHasColors: () => hasColor(env, stderr),
  });
  const style = createStyle({ ...env, FORCE_COLOR: '1' }, stdout);
  // commander takes these escapes out again where the stream has no colour.
  root.configureHelp({ styleTitle: style.strong, styleCommandText: style.accent, styleSubcommandTerm: style.accent });
  root.enablePositionalOptions().helpCommand(false);
  return throwingUsageErrors(root);
}

/** Adds a verb, or a group of verbs, below `parent`. */
export function addCommand(parent: Command, { usage, description, examples, notes = [] }: CommandText): Command {
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
    'InvalidCommand',
    {
      what: `${given} (${path}).`,
      ...(verbs.length > 0 ? { why: `${path} has: ${verbs.join(', ')}.` } : {}),
      next: [
        ...(nearest === undefined ? likelyMeant(command, error) : [{ say: `Did you mean ${nearest}?` }]),
        { say: 'See what it takes:' },
        { run: `${path} --help` },
      ],
    },
    { cause: error },
  );
}

/** Two likely mistakes: a profile as a bare word, and a flag of cdkx without its prefix. */
function likelyMeant(command: Command, { code, message }: CommanderError): NextStep[] {
  if (code === 'commander.excessArguments' && command.options.some(({ long }) => long === '--profile'))
    return [{ say: `To choose a profile, use ${commandPath(command)} --profile NAME.` }];
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

/**
 * What stands below the options in a verb's `--help`: examples, each with what it does, and notes. Pure.
 * Examples stand in two columns where `width` characters are enough for the longest of them, else the meaning goes below.
 */
export function helpFooter(
  examples: readonly (readonly [command: string, meaning: string])[],
  notes: readonly string[],
  width: number,
): string {
  return [
    '',
    'Examples:',
    ...exampleLines(examples, width),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => wrapNote(note, width))] : []),
  ].join('\n');
}

function exampleLines(examples: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(column)}  ${meaning}`);
  if (lines.every((line) => line.length <= width)) return lines;
  return examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]);
}

/** Breaks a note between words, its further lines indented by two. A line that is indented already is one to copy: it stays whole. */
function wrapNote(note: string, width: number): string[] {
  if (note.startsWith(' ')) return [note];
  const lines: string[] = [];
  let line = '';
  for (const word of note.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
