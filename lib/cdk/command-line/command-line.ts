import { type CdkxFlags, takeCdkxFlags } from '../../cdkx-flags.ts';
import type { Environment } from '../../context.ts';
import type { CdkCommand, CdkOption, OptionSet, OptionTable } from './option-table.ts';

/** What `cdk` will make of a command line, read without running it. */
export interface CdkCommandLine {
  /** The command, its alias resolved; as typed where `cdk` does not know it; absent without one. */
  readonly command?: string;
  readonly isKnown: boolean;
  /** Whether the option table is that of the installed `cdk`, so that it runs no command that the table doesn't list. */
  readonly isInstalledTable: boolean;
  readonly positionals: readonly string[];
  /** `--profile` as given: text, `''`, or false for `--no-profile`; absent when it is not on the command line. */
  readonly profile?: string | false;
  /** Context given with `-c KEY=VALUE` or a variable; the last of a key wins, as in `cdk`. */
  readonly context: Readonly<Record<string, string>>;
  /** The last value of an option by its long name, or that of its `CDK_*` variable; undefined when it is not given, or given without its value. */
  option(name: string): ArgValue;
  /** Every text given for an option by its long name, or the one of its `CDK_*` variable. */
  values(name: string): readonly string[];
  /** The name of the `CDK_*` variable that gives an option, if the command line doesn't. */
  variable(name: string): string | undefined;
  /** Whether this `cdk` has an option for every command: older ones ignore `--region` and `CDK_REGION`. */
  hasGlobalOption(name: string): boolean;
  /** Whether `cdk` could take a switch for on: also one that it doesn't know for this command, and reads all the same. */
  couldBeOn(name: string): boolean;
  /** The arguments that mean the same to every command: `-c stage=prod`, `--app cdk.out`. */
  readonly globalArguments: readonly string[];
  withWords(words: readonly string[]): readonly string[];
  readonly cdkxFlags: CdkxFlags;
  /** What `cdk` gets: the arguments without cdkx's own flags, unchanged and in order. */
  readonly forwarded: readonly string[];
  readonly asksHelp: boolean;
  readonly asksVersion: boolean;
  /** Why `cdk` will reject the command line before it does anything. */
  readonly refusal?: string;
}

/** Reads a command line as `cdk` does: yargs parses twice, so `-e x list` and `list -e x` differ. Throws a UserError (64) for a bad `--cdkx-*` flag. */
export function parseCommandLine(argv: readonly string[], table: OptionTable, env: Environment = {}): CdkCommandLine {
  const { flags: cdkxFlags, forwarded } = takeCdkxFlags(argv);
  const first = scanArguments(forwarded, table.globalOptions);
  // Without a word before it, `cdk` runs the first one after `--` as a command, but reads nothing else there.
  const word = first.words[0]?.text ?? first.rest[0];
  const known = word === undefined ? undefined : table.commands.get(word);
  const isSecond = first.words.length > 0 && known !== undefined;
  const options = isSecond ? known.options() : table.globalOptions;
  const scan = isSecond ? scanArguments(forwarded, options) : first;
  const command = known?.name ?? word;
  const refusal = refusalOf(scan);
  const given = (name: string): readonly Assignment[] => {
    const assignments = scan.assignments.filter((each) => each.name === name);
    return assignments.length > 0 ? assignments : assignmentsOfVariable(name, options, env);
  };
  const option = (name: string) => given(name).at(-1)?.value;
  const values = (name: string) => given(name).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const profile = scan.assignments.findLast(({ name }) => name === 'profile')?.value;
  const words = scan.words.slice(1);
  return {
    command,
    isKnown: known !== undefined,
    isInstalledTable: table.source === 'registry',
    positionals: positionalsOf(
      words.map(({ text }) => text),
      known?.positional,
      values,
    ),
    ...(typeof profile === 'string' || profile === false ? { profile } : {}),
    context: parseContext(values('context')),
    option,
    values,
    variable: (name) =>
      scan.assignments.some((each) => each.name === name) ? undefined : findVariable(name, options, env)?.from,
    hasGlobalOption: (name) => table.globalOptions.has(name),
    couldBeOn: (name) => {
      if (given(`${name}.`).length > 0) return true;
      // What isn't an option of this command is text to yargs: "false" is on.
      return options.get(name)?.kind === 'boolean'
        ? option(name) === true
        : given(name).some(({ value }) => value !== false);
    },
    globalArguments: scan.pieces
      .filter(({ names }) => names.every((name) => table.globalOptions.get(name)?.name === name && !endings.has(name)))
      .flatMap(({ args }) => args),
    withWords: (replaced) => {
      const at = scan.words[0]?.index;
      if (at === undefined) return forwarded;
      const isKept = (_: string, index: number) => !words.some((each) => each.index === index);
      return [...forwarded.slice(0, at + 1), ...replaced, ...forwarded.filter(isKept).slice(at + 1)];
    },
    cdkxFlags,
    forwarded,
    asksHelp: option('help') === true,
    asksVersion: option('version') === true,
    refusal,
  };
}

/** Global options after which `cdk` runs nothing. */
const endings: ReadonlySet<string> = new Set(['help', 'version']);

/** The words of a command as yargs reads them once more: without a pair of quotes, a lone `-`, and with the option of their name. */
function positionalsOf(
  words: readonly string[],
  positional: CdkCommand['positional'],
  values: (name: string) => readonly string[],
): readonly string[] {
  const plain = (texts: readonly string[]) => texts.map(withoutQuotes);
  if (positional === undefined) return plain(words);
  const { name, variadic } = positional;
  if (variadic && words.length > 0) return plain(words.filter((word) => word !== '-'));
  const options = name.startsWith('STACK') ? ['STACKS', 'STACK'] : [name];
  const given = (option: string) => (option === name && words.length > 0 ? plain(words.slice(0, 1)) : values(option));
  return options.map(given).find((each) => each.length > 0) ?? [];
}

function refusalOf(scan: Scan): string | undefined {
  if (scan.missingValue !== undefined) return `Not enough arguments following: ${scan.missingValue}`;
  // An error since 2.1148; before, a list that no credentials are found for.
  const profiles = scan.assignments.filter(({ name }) => name === 'profile');
  return profiles.length > 1 ? '--profile can only be specified once' : undefined;
}

/** `KEY=VALUE` as `cdk` splits it: at the first `=`, up to the end of the line; `cdk` drops one without `=`, with its own warning. */
function parseContext(assignments: readonly string[]): Record<string, string> {
  const pairs = assignments.flatMap((text) => {
    const parts = text.split(/=(.*)/, 2);
    return parts.length < 2 ? [] : [parts as [string, string]];
  });
  return Object.fromEntries(pairs);
}

/** The variable that yargs takes an option from: any that begins with `CDK`, its name in camel case; the first in the environment's order. */
function findVariable(
  name: string,
  options: OptionSet,
  env: Environment,
): { readonly from: string; readonly key: string; readonly isPart: boolean } | undefined {
  for (const from of Object.keys(env)) {
    if (!from.startsWith('CDK') || env[from] === undefined) continue;
    const [key = '', ...parts] = from.split('__').map((part, index) => camelCase(index === 0 ? part.slice(3) : part));
    const found = options.get(key)?.name ?? key;
    if (found + (parts.length > 0 ? '.' : '') === name) return { from, key, isPart: parts.length > 0 };
  }
  return undefined;
}

function assignmentsOfVariable(name: string, options: OptionSet, env: Environment): Assignment[] {
  const found = findVariable(name, options, env);
  return found === undefined ? [] : [assignment(options, found.isPart ? '' : found.key, env[found.from])];
}

/** `camelcase` 5, by which yargs names the options of variables: `_CA_BUNDLE_PATH` is `caBundlePath`. */
function camelCase(text: string): string {
  const input = text.trim();
  if (input.length < 2) return input.toLowerCase();
  return input
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/^[_.\- ]+/, '')
    .toLowerCase()
    .replace(/[_.\- ]+(\w|$)/g, (_, following: string) => following.toUpperCase())
    .replace(/\d+(\w|$)/g, (match) => match.toUpperCase());
}

/** A value as the command line gives it: `true` or `false` for a switch, text else, `undefined` for an option left without one. */
export type ArgValue = string | boolean | undefined;

/** An option by its long name (as spelled, if `cdk` does not know it; `NAME.` for a part of it), with its value. */
interface Assignment {
  readonly name: string;
  readonly value: ArgValue;
}

/** A command line taken apart as `cdk`'s parser takes it apart. */
export interface Scan {
  /** Words that are neither options nor values of options, before `--`, with their places among the arguments. */
  readonly words: readonly { readonly text: string; readonly index: number }[];
  readonly rest: readonly string[];
  /** Options in order, by their long name (as spelled, where `cdk` does not know them). */
  readonly assignments: readonly Assignment[];
  /** The arguments as they were given, each option with its value. */
  readonly pieces: readonly { readonly args: readonly string[]; readonly names: readonly string[] }[];
  /** The option that ends the parse with "Not enough arguments following". */
  readonly missingValue?: string;
}

interface Scanner {
  readonly args: readonly string[];
  readonly options: OptionSet;
  readonly words: { text: string; index: number }[];
  readonly assignments: Assignment[];
  missingValue: string | undefined;
  index: number;
}

const negativeNumber = /^-([0-9]+(\.[0-9]+)?|\.[0-9]+)$/;

/** Takes arguments apart by the rules of yargs-parser 18 in the configuration of `cdk`, branch by branch. */
export function scanArguments(args: readonly string[], options: OptionSet): Scan {
  const scanner: Scanner = { args, options, words: [], assignments: [], missingValue: undefined, index: 0 };
  const pieces: Scan['pieces'][number][] = [];
  let rest: readonly string[] = [];
  while (scanner.index < args.length) {
    const arg = args[scanner.index++] ?? '';
    if (arg === '--') {
      rest = args.slice(scanner.index);
      break;
    }
    const [start, before] = [scanner.index - 1, scanner.assignments.length];
    scanOne(scanner, arg);
    const names = scanner.assignments.slice(before).map(({ name }) => name);
    if (names.length > 0) pieces.push({ args: args.slice(start, scanner.index), names });
  }
  const { words, assignments, missingValue } = scanner;
  return { words, rest, assignments, pieces, missingValue };
}

function scanOne(scanner: Scanner, arg: string): void {
  const withEquals = /^--([^=]+)=([\s\S]*)$/.exec(arg) ?? /^-(.\.[^=]+)=([\s\S]*)$/.exec(arg);
  const negated = /^--no-(.+)/.exec(arg);
  if (withEquals) assign(scanner, withEquals[1] ?? '', withEquals[2]);
  else if (negated) assign(scanner, negated[1] ?? '', false);
  else if (/^--.+/.test(arg)) takeValue(scanner, arg.slice(2), /^-/);
  else if (/^-[^-]/.test(arg) && !negativeNumber.test(arg)) scanLetters(scanner, arg);
  else scanner.words.push({ text: arg, index: scanner.index - 1 });
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
  // An unknown option is a switch.
  return option === undefined || option.kind === 'boolean' || option.kind === 'count' ? true : undefined;
}

function assign(scanner: Scanner, key: string, value: ArgValue): void {
  scanner.assignments.push(assignment(scanner.options, key, value));
}

function assignment(options: OptionSet, key: string, value: ArgValue): Assignment {
  const option = options.get(key);
  const isSwitch = option?.kind === 'boolean' || option?.kind === 'count';
  const plain = typeof value === 'string' ? withoutQuotes(value) : value;
  // `--all.x` sets a part of `--all`, which is on then.
  const [whole = '', ...parts] = key.split('.');
  const name = parts.length > 0 ? `${options.get(whole)?.name ?? whole}.` : (option?.name ?? key);
  return { name, value: isSwitch && typeof plain === 'string' ? plain === 'true' : plain };
}

/** Removes a pair of quotes around a value, as yargs does with `substring`. */
function withoutQuotes(value: string): string {
  const first = value[0];
  return (first === '"' || first === "'") && value.at(-1) === first ? value.substring(1, value.length - 1) : value;
}
