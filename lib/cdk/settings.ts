import { join } from 'node:path';
import type { Context, Environment } from '../context.ts';
import type { CdkCommandLine } from './command-line/command-line.ts';
import { membersOf, parseJsonObject, readSettingsBytes } from '../system/json.ts';

/** One settings file of `cdk`. */
export interface SettingsFile {
  readonly path: string;
  readonly shownPath: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The settings files that `cdk` reads; absent if there is no such file. */
export interface CdkSettings {
  /** `./cdk.json`: of the current directory only, as in `cdk`. */
  readonly project?: SettingsFile;
  readonly user?: SettingsFile;
  /** `./cdk.context.json`, which is all context. Read only when needed, because it can be large. */
  readonly storedContext?: () => SettingsFile | undefined;
}

/** Reads `./cdk.json` and `~/.cdk.json`, once each. Throws a UserError (78) for one that can't be read or is not a JSON object. */
export function readSettings(ctx: Pick<Context, 'cwd' | 'home'>): CdkSettings {
  const project = readSettingsFile(join(ctx.cwd, 'cdk.json'), 'cdk.json');
  let stored: { readonly file: SettingsFile | undefined } | undefined;
  const storedContext = () =>
    (stored ??= { file: readSettingsFile(join(ctx.cwd, 'cdk.context.json'), 'cdk.context.json') }).file;
  return { ...readUserSettings(ctx), project, storedContext };
}

/** Reads only `~/.cdk.json`, for settings that the project must not change. */
export function readUserSettings(ctx: Pick<Context, 'home'>): CdkSettings {
  return { user: readSettingsFile(join(ctx.home, '.cdk.json'), '~/.cdk.json') };
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

/** The arguments that give the app one more value of context. One `--context` makes `cdk` ignore its variables, so theirs is passed along. */
export function contextArguments(line: Pick<CdkCommandLine, 'variable'>, env: Environment, assignment: string) {
  const variable = line.variable('context');
  const ofVariable = variable === undefined ? undefined : env[variable];
  return [...(ofVariable ? [`--context=${ofVariable}`] : []), '--context', assignment];
}

/** The `context` of a settings file; `{}` if it has none. */
export function contextOf(file: SettingsFile | undefined): Readonly<Record<string, unknown>> {
  return membersOf(file?.json['context']);
}

function readSettingsFile(path: string, shownPath: string): SettingsFile | undefined {
  const text = readSettingsBytes(path, shownPath)
    ?.toString('utf8')
    .replace(/^\uFEFF/, '');
  return text === undefined ? undefined : { path, shownPath, json: parseJsonObject(text, shownPath) };
}
