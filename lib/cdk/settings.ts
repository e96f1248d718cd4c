import { join } from 'node:path';
import type { Context, Environment } from '../context.ts';
import type { CdkCommandLine } from './command-line/command-line.ts';
import { UserError } from '../messages/errors.ts';
import { describe } from '../project/block/schema.ts';
import { readBoundedText } from '../system/files.ts';

/** One settings file of `cdk`. */
export interface SettingsFile {
  readonly path: string;
  /** The path as messages show it: `cdk.json`, `~/.cdk.json`. */
  readonly shownPath: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The settings files that `cdk` reads; absent if there is no such file. */
export interface CdkSettings {
  /** `./cdk.json`: of the current directory only, as in `cdk`. */
  readonly project?: SettingsFile;
  /** `~/.cdk.json`. */
  readonly user?: SettingsFile;
  /** `./cdk.context.json`, which is all context. Read only when needed, because it can be large. */
  readonly storedContext?: () => SettingsFile | undefined;
}

/**
 * Reads `./cdk.json` and `~/.cdk.json`, once each. Accepts a byte order mark, but no comments and trailing commas, as `cdk`. Throws a UserError (78) for a file that cannot be read or is not a JSON object.
 */
export function readSettings(ctx: Pick<Context, 'cwd' | 'home'>): CdkSettings {
  const project = readSettingsFile(join(ctx.cwd, 'cdk.json'), 'cdk.json');
  let stored: { readonly file: SettingsFile | undefined } | undefined;
  const storedContext = () =>
    (stored ??= { file: readSettingsFile(join(ctx.cwd, 'cdk.context.json'), 'cdk.context.json') }).file;
  return { ...readUserSettings(ctx), ...(project && { project }), storedContext };
}

/** Reads only `~/.cdk.json`, for settings that the project must not change. */
export function readUserSettings(ctx: Pick<Context, 'home'>): CdkSettings {
  const user = readSettingsFile(join(ctx.home, '.cdk.json'), '~/.cdk.json');
  return user === undefined ? {} : { user };
}

/** The value of an option of `cdk` by its long name: `ca-bundle-path`. */
export type OptionOf = (name: string) => unknown;

/** The options of a run as `cdk` merges them. */
export function optionsOf(line: Pick<CdkCommandLine, 'option' | 'variable'>, settings: CdkSettings): OptionOf {
  return (name) => optionSources(line, settings, name).find(({ value }) => value !== undefined)?.value;
}

/** The values of an option in each source, in the order of `cdk`: command line or `CDK_*` variable, cdk.json, `~/.cdk.json`. */
export function optionSources(
  line: Pick<CdkCommandLine, 'option' | 'variable'>,
  { project, user }: Pick<CdkSettings, 'project' | 'user'>,
  name: string,
): readonly { readonly value: unknown; readonly from: string }[] {
  const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return [
    { value: line.option(name), from: line.variable(name) ?? `--${name}` },
    ...[project, user].flatMap((file) =>
      file ? [{ value: file.json[key], from: `${key} in ${file.shownPath}` }] : [],
    ),
  ];
}

/** A value of the context that the app sees, and where it is set: `-c stage`, `context.stage in cdk.json`. */
export interface ContextValue {
  readonly value: unknown;
  readonly where: string;
}

/** The value of a context key as `cdk` merges it: `-c` or `CDK_CONTEXT`, cdk.json, cdk.context.json, `~/.cdk.json`. */
export function contextValue(
  line: Pick<CdkCommandLine, 'context' | 'variable'>,
  settings: CdkSettings,
  key: string,
): ContextValue | undefined {
  if (Object.hasOwn(line.context, key)) {
    const variable = line.variable('context');
    return { value: line.context[key], where: variable === undefined ? `-c ${key}` : `${key} in ${variable}` };
  }
  const stored = () => settings.storedContext?.();
  const sources = [
    () => ({ context: contextOf(settings.project), where: `context.${key} in cdk.json` }),
    () => ({ context: stored()?.json ?? {}, where: `${key} in cdk.context.json` }),
    () => ({ context: contextOf(settings.user), where: `context.${key} in ~/.cdk.json` }),
  ];
  for (const read of sources) {
    const { context, where } = read();
    if (Object.hasOwn(context, key)) return { value: context[key], where };
  }
  return undefined;
}

/**
 * The arguments that give the app one more value of context. One `--context` on the command line makes `cdk` ignore the variables that set
 * it, so theirs is passed along.
 */
export function contextArguments(line: Pick<CdkCommandLine, 'variable'>, env: Environment, assignment: string) {
  const variable = line.variable('context');
  const ofVariable = variable === undefined ? undefined : env[variable];
  return [...(ofVariable ? [`--context=${ofVariable}`] : []), '--context', assignment];
}

/** The `context` of a settings file; `{}` if it has none. */
export function contextOf(file: SettingsFile | undefined): Readonly<Record<string, unknown>> {
  const context = file?.json['context'];
  return isRecord(context) ? context : {};
}

/** No settings file is larger. */
const largestBytes = 10_000_000;

function readSettingsFile(path: string, shownPath: string): SettingsFile | undefined {
  const text = readText(path, shownPath);
  return text === undefined
    ? undefined
    : { path, shownPath, json: parseObject(text.replace(/^\uFEFF/, ''), shownPath) };
}

function readText(path: string, shownPath: string): string | undefined {
  try {
    return readBoundedText(path, largestBytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(
      'SettingsFileUnreadable',
      {
        what: `${shownPath} cannot be read`,
        why: code === 'EISDIR' ? 'It is a directory.' : code === 'EACCES' ? 'Permission denied.' : message,
        next: [{ say: 'To check it, run:' }, { run: `ls -ld ${shownPath}` }],
      },
      { cause: error },
    );
  }
}

function parseObject(text: string, shownPath: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const position = findJsonError(text);
    const where = position && ` at line ${position.line}, column ${position.column}`;
    throw new UserError(
      'SettingsFileInvalid',
      {
        what: `${shownPath} is not valid JSON: unexpected ${position?.found ?? 'text'}${where ?? ''}`,
        why: 'cdk reads strict JSON: no comments, no trailing commas.',
        next: [{ say: `Correct ${shownPath}, then run the command again.` }],
      },
      { cause: error },
    );
  }
  if (isRecord(json)) return json;
  throw new UserError('SettingsFileInvalid', {
    what: `${shownPath} contains ${describe(json)}, not an object`,
    why: 'cdk reads its settings from the keys of an object.',
    next: [{ say: 'Write it as an object, for example { "app": "npx tsx bin/app.ts" }.' }],
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a text stops being JSON: `found` at a line and column, both from one. */
export interface JsonPosition {
  readonly line: number;
  readonly column: number;
  readonly found: string;
}

const token =
  // oxlint-disable-next-line no-control-regex
  /(?<open>[[{])|(?<close>[\]}])|(?<comma>,)|(?<colon>:)|(?<string>")|(?<atom>true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]))/y;

/** A string's characters up to its end or to an escape. A single expression for the whole string would overflow the stack on long strings. */
const stringPart =
  // oxlint-disable-next-line no-control-regex
  /[^"\\\u0000-\u001F]*(?:"|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Finds the first place at which a text stops being JSON, because Node's own message doesn't always contain it.
 * Undefined if the text is JSON after all.
 */
export function findJsonError(text: string): JsonPosition | undefined {
  const nesting: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = skipBlank(text, at);
    token.lastIndex = at;
    const groups = token.exec(text)?.groups;
    const end = groups?.['string'] === undefined ? token.lastIndex : endOfString(text, at + 1);
    const next: Expected | undefined = groups && end !== undefined ? follow(expected, groups, nesting) : undefined;
    if (next === undefined)
      return at === text.length && expected === 'nothing' ? undefined : describeCharacter(text, at);
    expected = next;
    at = end ?? at;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? '-')) at += 1;
  return at;
}

/** The end of the string whose first character is at `from`; undefined if it doesn't end. */
function endOfString(text: string, from: number): number | undefined {
  stringPart.lastIndex = from;
  for (;;) {
    const part = stringPart.exec(text)?.[0];
    if (part === undefined) return undefined;
    if (part.endsWith('"') && !part.endsWith('\\"')) return stringPart.lastIndex;
  }
}

/** What may follow a token, given what was expected; undefined if the token isn't allowed there. */
function follow(
  expected: Expected,
  groups: Record<string, string | undefined>,
  nesting: string[],
): Expected | undefined {
  const after = () => (nesting.length === 0 ? 'nothing' : 'comma or end');
  const mayClose = expected === 'comma or end' || expected === 'value or end' || expected === 'key or end';
  if (groups['close'] !== undefined) {
    return mayClose && nesting.pop() === (groups['close'] === '}' ? '{' : '[') ? after() : undefined;
  }
  if (groups['comma'] !== undefined) {
    if (expected !== 'comma or end') return undefined;
    return nesting.at(-1) === '{' ? 'key' : 'value';
  }
  if (groups['colon'] !== undefined) return expected === 'colon' ? 'value' : undefined;
  if (expected === 'key' || expected === 'key or end') return groups['string'] === undefined ? undefined : 'colon';
  if (expected !== 'value' && expected !== 'value or end') return undefined;
  if (groups['open'] === undefined) return after();
  nesting.push(groups['open']);
  return groups['open'] === '{' ? 'key or end' : 'value or end';
}

function describeCharacter(text: string, at: number): JsonPosition {
  const before = text.slice(0, at).split('\n');
  const rest = /^\S{1,20}/.exec(text.slice(at))?.[0];
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, found: rest ?? 'end of file' };
}
