import type { OptionTable } from './option-table.ts';
import { takeOwnFlags, type OwnFlags } from './own-flags.ts';
import { scanArguments, type ArgValue, type Scan } from './scan.ts';

export type { ArgValue } from './scan.ts';
export type { OwnFlags } from './own-flags.ts';

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
  readonly own: OwnFlags;
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
  const { own, forwarded } = takeOwnFlags(argv);
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
    own,
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
