import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { takeCdkxFlags } from '../../lib/cdkx-flags.ts';
import { createProgram } from '../../lib/commands/program.ts';
import { isCdkxCommand } from '../../lib/commands/names.ts';
import { UserError } from '../../lib/messages/errors.ts';
import { splitShellWords } from '../../lib/messages/text.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { repository, runCdkx, type RunOptions, type RunResult } from './cli.ts';
import { createTestContext } from './context.ts';

interface CdkOption {
  readonly type: string;
  readonly alias?: string | readonly string[];
}
type CdkOptions = Readonly<Record<string, CdkOption>>;
interface Registry {
  readonly globalOptions: CdkOptions;
  readonly commands: Readonly<Record<string, { readonly aliases?: readonly string[]; readonly options?: CdkOptions }>>;
}
const registry = JSON.parse(
  readFileSync(join(repository, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json'), 'utf8'),
) as Registry;

/** Programs of others that messages suggest. */
const otherPrograms = /^(aws|cd|chmod|df|export|iconv|kill|ls|npm|pnpm|tail|unset|yarn)$/;

/** The commands that messages show in a terminal's text: the lines that are indented by four below a message. */
export function suggestedCommands(screen: string): string[] {
  const commands: string[] = [];
  let isMessage = false;
  for (const line of screen.split(/\r?\n/)) {
    isMessage = line.startsWith('cdkx: ') || (isMessage && line.startsWith('  '));
    if (isMessage && line.startsWith('    ')) commands.push(line.trim());
  }
  return commands;
}

/**
 * What is wrong with a command that a message suggests; undefined if it works when it is pasted. cdkx's own commands are read by their
 * own parser, those of `cdk` by its table of options. What cannot be known is NAME. What the user typed (`typed`) is the user's.
 */
export async function findMistake(command: string, typed: readonly string[] = []): Promise<string | undefined> {
  if (command === 'cd "$PWD"') return undefined;
  const words = splitShellWords(command.replace(/^(npx|pnpm exec|yarn|bunx) (?=cdkx )/, ''));
  if (words === undefined) return 'is no line of plain and quoted words';
  const [program = '', ...args] = words;
  const placeholder = args.find((word) => /^[A-Z]{4,}$/.test(word) && word !== 'NAME');
  if (placeholder !== undefined) return `has the placeholder ${placeholder}`;
  if (program !== 'cdkx') return otherPrograms.test(program) && args.length > 0 ? undefined : `starts with ${program}`;
  try {
    const { flags, forwarded } = takeCdkxFlags(args);
    if (isCdkxCommand(forwarded[0])) return await mistakeOfCdkxCommand(forwarded);
    if (forwarded.length === 0 && !flags.help) return 'runs nothing';
    const unknown = unknownToCdk(forwarded).filter((word) => !typed.includes(word));
    return unknown.length === 0 ? undefined : `cdk does not know ${unknown.join(' ')}`;
  } catch (error) {
    if (error instanceof UserError) return error.parts.what;
    throw error;
  }
}

/** The suggested commands of a terminal's text that do not work when pasted, each with what is wrong. */
export async function mistakesIn(screen: string, typed: readonly string[] = []): Promise<string[]> {
  const mistakes: string[] = [];
  for (const command of suggestedCommands(screen)) {
    const mistake = await findMistake(command, typed);
    if (mistake !== undefined) mistakes.push(`${command}: ${mistake}`);
  }
  return mistakes;
}

/** Has the commands read the words, without running one. */
async function mistakeOfCdkxCommand(words: readonly string[]): Promise<string | undefined> {
  const ctx = createTestContext();
  const { flags } = takeCdkxFlags([]);
  const program = await createProgram({ ctx, reporter: createReporter(ctx, 'quiet'), flags, end: () => undefined });
  const leaves = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
  for (const leaf of leaves) leaf.action(() => undefined);
  if (words.at(-1) === '--help')
    return [...program.commands, ...leaves].some((each) => each.name() === words.at(-2)) ? undefined : 'has no help';
  await program.parseAsync(words, { from: 'user' });
  return undefined;
}

/** The command and the options in the arguments of `cdk` that the installed one does not know. */
export function unknownToCdk(words: readonly string[]): string[] {
  const global = namesOf(registry.globalOptions);
  const plain = words.filter((word, index) => !word.startsWith('-') && !takesValue(global.get(words[index - 1] ?? '')));
  const named = Object.entries(registry.commands).find(([name, { aliases = [] }]) =>
    [name, ...aliases].includes(plain[0] ?? ''),
  );
  const known = new Map([...global, ...namesOf(named?.[1].options ?? {})]);
  const options = words.filter((word) => /^--?\w/.test(word) && !word.startsWith('--cdkx-'));
  return [
    ...(plain[0] === undefined || named !== undefined ? [] : [plain[0]]),
    // `--help` and `--version` are of every yargs program, and so not in its registry.
    ...options.filter((word) => !/^(--help|-h|--version)$/.test(word) && !known.has(word.replace(/=.*/, ''))),
  ];
}

function namesOf(options: CdkOptions): Map<string, CdkOption> {
  return new Map(
    Object.entries(options).flatMap(([name, option]) =>
      [`--${name}`, `--no-${name}`, ...[option.alias ?? []].flat().map((letter) => `-${letter}`)].map(
        (written) => [written, option] as const,
      ),
    ),
  );
}

function takesValue(option: CdkOption | undefined): boolean {
  return option !== undefined && ['string', 'array', 'number'].includes(option.type);
}

/** Runs cdkx, and checks the commands that it suggests. */
export async function runCdkxChecked(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const result = await runCdkx(args, options);
  expect(await mistakesIn(result.stderr, args)).toEqual([]);
  return result;
}
