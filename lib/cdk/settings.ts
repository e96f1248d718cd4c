import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { describe } from '../project/schema.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { findJsonError } from './json-position.ts';

/** One settings file of `cdk`. */
export interface SettingsFile {
  readonly path: string;
  /** The path as messages show it: `cdk.json`, `~/.cdk.json`. */
  readonly shownPath: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The settings files that `cdk` reads; absent where there is no such file. */
export interface CdkSettings {
  /** `./cdk.json`: of the working folder only, as `cdk` has it. */
  readonly project?: SettingsFile;
  /** `~/.cdk.json`. */
  readonly user?: SettingsFile;
}

/**
 * Reads `./cdk.json` and `~/.cdk.json`, once each. A byte order mark is fine; comments and trailing commas are not,
 * since `cdk` refuses them too. Throws a UserError (78) for a file that cannot be read or is not a JSON object.
 */
export function readSettings(ctx: Pick<Context, 'cwd' | 'home'>): CdkSettings {
  const project = readSettingsFile(join(ctx.cwd, 'cdk.json'), 'cdk.json');
  const user = readSettingsFile(join(ctx.home, '.cdk.json'), '~/.cdk.json');
  return { ...(project && { project }), ...(user && { user }) };
}

/** The `context` of a settings file, `{}` where it has none. */
export function contextOf(file: SettingsFile | undefined): Readonly<Record<string, unknown>> {
  const context = file?.json['context'];
  return isRecord(context) ? context : {};
}

function readSettingsFile(path: string, shownPath: string): SettingsFile | undefined {
  const text = readText(path, shownPath);
  return text === undefined
    ? undefined
    : { path, shownPath, json: parseObject(text.replace(/^\uFEFF/, ''), shownPath) };
}

function readText(path: string, shownPath: string): string | undefined {
  try {
    const stats = statSync(path);
    // A link to a pipe or a device would be read for ever. Of a folder the reading itself tells.
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('It is not a file.');
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(
      exitCode.configuration,
      {
        what: `${shownPath} cannot be read.`,
        why: code === 'EISDIR' ? 'It is a folder.' : code === 'EACCES' ? 'Permission denied.' : message,
        next: ['Look at it with:', `  ls -ld ${shownPath}`],
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
      exitCode.configuration,
      {
        what: `${shownPath} is not JSON: ${position?.found ?? 'something'} is out of place${where ?? ''}.`,
        why: 'cdk reads strict JSON: no comments, no trailing commas.',
        next: `Correct ${shownPath}, then run the command again.`,
      },
      { cause: error },
    );
  }
  if (isRecord(json)) return json;
  throw new UserError(exitCode.configuration, {
    what: `${shownPath} holds ${describe(json)}, not an object.`,
    why: 'cdk reads its settings from the keys of an object.',
    next: ['It must look like this:', '  { "app": "npx tsx bin/app.ts" }'],
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
