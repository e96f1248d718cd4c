import { type CdkxFlags, takeCdkxFlags } from '../../cdkx-flags.ts';
import type { CdkOption, OptionSet, OptionTable } from './option-table.ts';

export type { CdkxFlags } from '../../cdkx-flags.ts';

/** What `cdk` will make of a command line, read without running it. */
export interface CdkCommandLine {
  /** The command, its alias resolved; as typed where `cdk` does not know it; absent without one. */
  readonly command?: string;
  /** Whether the option table knows the command. */
  readonly isKnown: boolean;
  /** The words after the command: stacks, environments, a template. */
  readonly positionals: readonly string[];
  /** `--profile` as given: text, `''`, or false for `--no-profile`; absent when it is not on the command line. */
  readonly profile?: string | false;
  /** Context given with `-c KEY=VALUE`; the last of a key wins, as in `cdk`. */
  readonly context: Readonly<Record<string, string>>;
  /** The values of `--plugin`, in order. */
  readonly plugins: readonly string[];
  /** The last value of an option by its long name; undefined when it is not given, or given without its value. */
  option(name: string): ArgValue;
  /** Every text given for an option by its long name. */
  values(name: string): readonly string[];
  /** cdkx's own flags. */
  readonly cdkxFlags: CdkxFlags;
  /** What `cdk` gets: the arguments without cdkx's own flags, unchanged and in order. */
  readonly forwarded: readonly string[];
  readonly asksHelp: boolean;
  readonly asksVersion: boolean;
  /** Why `cdk` will refuse the command line by itself, before it does anything. */
  readonly refusal?: string;
}

/**
 * Reads a command line as `cdk` does: the command is the first word when only global options are known, its own
 * options count in a second reading (yargs parses twice, so `-e x list` and `list -e x` differ).
 * Throws a UserError (64) for a bad `--cdkx-*` flag, and for nothing else.
 */
export function parseCommandLine(argv: readonly string[], table: OptionTable): CdkCommandLine {
  const { flags: cdkxFlags, forwarded } = takeCdkxFlags(argv);
  const first = scanArguments(forwarded, table.globalOptions);
  // Without a word before it, `cdk` runs the first one after `--` as a command, but reads nothing else there.
  const word = first.words[0] ?? first.rest[0];
  const known = word === undefined ? undefined : table.commands.get(word);
  const scan = first.words.length > 0 && known !== undefined ? scanArguments(forwarded, known.options()) : first;
  const command = known?.name ?? word;
  const refusal = refusalOf(scan);
  const profile = last(scan, 'profile');
  return {
    ...(command === undefined ? {} : { command }),
    isKnown: known !== undefined,
    positionals: scan.words.slice(1),
    ...(typeof profile === 'string' || profile === false ? { profile } : {}),
    context: parseContext(texts(scan, 'context')),
    plugins: texts(scan, 'plugin'),
    option: (name) => last(scan, name),
    values: (name) => texts(scan, name),
    cdkxFlags,
    forwarded,
    asksHelp: last(scan, 'help') === true,
    asksVersion: last(scan, 'version') === true,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function last(scan: Scan, name: string): ArgValue {
  return scan.assignments.findLast((assignment) => assignment.name === name)?.value;
}

function texts(scan: Scan, name: string): string[] {
  return scan.assignments.flatMap((each) => (each.name === name && typeof each.value === 'string' ? [each.value] : []));
}

function refusalOf(scan: Scan): string | undefined {
  if (scan.missingValue !== undefined) return `Not enough arguments following: ${scan.missingValue}`;
  // An error since 2.1148; before, a list that no credentials are found for.
  const profiles = scan.assignments.filter(({ name }) => name === 'profile');
  return profiles.length > 1 ? '--profile can only be specified once' : undefined;
}

/** `KEY=VALUE` as `cdk` splits it: at the first `=`; one without `=` is left out, with a warning of its own. */
function parseContext(assignments: readonly string[]): Record<string, string> {
  const pairs = assignments.flatMap((text) => {
    const equals = text.indexOf('=');
    return equals < 0 ? [] : [[text.slice(0, equals), text.slice(equals + 1)] as const];
  });
  return Object.fromEntries(pairs);
}

/** A value as the command line gives it: `true` or `false` for a switch, text else, `undefined` for an option left without one. */
export type ArgValue = string | boolean | undefined;

/** A command line taken apart as `cdk`'s parser takes it apart. */
export interface Scan {
  /** Words that are neither options nor values of options, before `--`. */
  readonly words: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
  /** Options in order, by their long name (as spelled, where `cdk` does not know them). */
  readonly assignments: readonly { readonly name: string; readonly value: ArgValue }[];
  /** The option that ends the parse with "Not enough arguments following". */
  readonly missingValue?: string;
}

interface Scanner {
  readonly args: readonly string[];
  readonly options: OptionSet;
  readonly words: string[];
  readonly assignments: { name: string; value: ArgValue }[];
  missingValue: string | undefined;
  /** The next argument to read. */
  index: number;
}

const negativeNumber = /^-([0-9]+(\.[0-9]+)?|\.[0-9]+)$/;

/**
 * Takes arguments apart by the rules of yargs-parser 18 in the configuration of `cdk` (`short-option-groups`,
 * `boolean-negation`, arrays of one value each), branch by branch, since a word is only a command or a stack if no
 * option before it takes it as its value.
 */
export function scanArguments(args: readonly string[], options: OptionSet): Scan {
  const scanner: Scanner = { args, options, words: [], assignments: [], missingValue: undefined, index: 0 };
  let rest: readonly string[] = [];
  while (scanner.index < args.length) {
    const arg = args[scanner.index++] ?? '';
    if (arg === '--') {
      rest = args.slice(scanner.index);
      break;
    }
    scanOne(scanner, arg);
  }
  const { words, assignments, missingValue } = scanner;
  return { words, rest, assignments, ...(missingValue === undefined ? {} : { missingValue }) };
}

function scanOne(scanner: Scanner, arg: string): void {
  const withEquals = /^--([^=]+)=([\s\S]*)$/.exec(arg) ?? /^-(.\.[^=]+)=([\s\S]*)$/.exec(arg);
  const negated = /^--no-(.+)/.exec(arg);
  if (withEquals) assign(scanner, withEquals[1] ?? '', withEquals[2]);
  else if (negated) assign(scanner, negated[1] ?? '', false);
  else if (/^--.+/.test(arg)) takeValue(scanner, arg.slice(2), /^-/);
  else if (/^-[^-]/.test(arg) && !negativeNumber.test(arg)) scanLetters(scanner, arg);
  else scanner.words.push(arg);
}

/** `-abc`: each letter is an option; the last may take a value, and so may one before `=`, a number or punctuation. */
function scanLetters(scanner: Scanner, arg: string): void {
  if (/^-.\../.test(arg)) {
    takeValue(scanner, arg.slice(1), /^-/);
    return;
  }
  for (let at = 1; at < arg.length - 1; at += 1) {
    const letter = arg[at] ?? '';
    const following = arg.slice(at + 1);
    if (following.startsWith('=') && at < arg.length - 2) {
      assign(scanner, letter, following.slice(1));
      return;
    }
    if (following === '-') {
      assign(scanner, letter, following);
    } else if (/[A-Za-z]/.test(letter) && /^-?\d+(\.\d*)?(e-?\d+)?$/.test(following)) {
      assign(scanner, letter, following);
      return;
    } else if (/^\W/.test(following) && following.length > 1) {
      assign(scanner, letter, following);
      return;
    } else assign(scanner, letter, defaultValue(scanner.options.get(letter)));
  }
  const last = arg.at(-1) ?? '';
  if (last !== '-') takeValue(scanner, last, /^--?[^-]/);
}

/** Gives an option its value from the next argument where its kind takes one and the argument is not an option itself. */
function takeValue(scanner: Scanner, key: string, optionLike: RegExp): void {
  const option = scanner.options.get(key);
  const next = scanner.args[scanner.index];
  const kind = option?.kind;
  const takes = (pattern: RegExp) => next !== undefined && (!pattern.test(next) || negativeNumber.test(next));
  if (kind === 'array' || (option?.requiresValue === true && kind !== 'boolean' && kind !== 'count')) {
    if (takes(kind === 'array' ? /^-/ : /^-[^0-9]/)) assign(scanner, key, scanner.args[scanner.index++]);
    else scanner.missingValue ??= option?.name;
  } else if (kind !== 'boolean' && kind !== 'count' && takes(optionLike)) {
    assign(scanner, key, scanner.args[scanner.index++]);
  } else if (next === 'true' || next === 'false') {
    assign(scanner, key, scanner.args[scanner.index++]);
  } else assign(scanner, key, defaultValue(option));
}

function defaultValue(option: CdkOption | undefined): ArgValue {
  // An option of cdk that takes text has no text of its own; one that is not known is a switch.
  return option === undefined || option.kind === 'boolean' || option.kind === 'count' ? true : undefined;
}

function assign(scanner: Scanner, key: string, value: ArgValue): void {
  const option = scanner.options.get(key);
  const isSwitch = option?.kind === 'boolean' || option?.kind === 'count';
  const plain = typeof value === 'string' ? withoutQuotes(value) : value;
  scanner.assignments.push({
    name: option?.name ?? key,
    value: isSwitch && typeof plain === 'string' ? plain === 'true' : plain,
  });
}

/** yargs takes a pair of quotes that reached it off a value. */
function withoutQuotes(value: string): string {
  const first = value[0];
  return (first === '"' || first === "'") && value.at(-1) === first ? value.slice(1, -1) : value;
}
