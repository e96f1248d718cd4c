import { randomBytes } from 'node:crypto';
import { sep } from 'node:path';
import type { Context } from '../context.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { editConfig } from './config-editor.ts';
import type { ConfigEdit, EditedConfig } from './config-edit-types.ts';
import { readBytes, replaceFile } from './config-file.ts';
import { configPath } from './shared-config.ts';

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/** A change of the AWS config file that was worked out but not made. */
export interface ConfigChange extends EditedConfig {
  readonly path: string;
  /** The path as messages show it: `~/.aws/config`. */
  readonly shownPath: string;
  /** The file as it was; `undefined` if there was none. */
  readonly before: Buffer | undefined;
  readonly after: Buffer;
}

/**
 * Works out what the edits would make of the AWS config file, and changes nothing: to be shown (`formatConfigDiff`), then written.
 *
 * @throws UserError 78 as `editConfig`, and where the file cannot be read.
 */
export function planConfigChange(ctx: Where, edits: readonly ConfigEdit[]): ConfigChange {
  const path = configPath(ctx);
  const shownPath = path.startsWith(ctx.home + sep) ? `~${path.slice(ctx.home.length)}` : path;
  const before = attempt('read', shownPath, path, () => readBytes(path));
  // Bytes that are no UTF-8 must survive: as Latin-1 each byte is a character, and what is added is ASCII.
  const encoding = before !== undefined && !Buffer.from(before.toString('utf8')).equals(before) ? 'latin1' : 'utf8';
  const edited = editConfig(before?.toString(encoding) ?? '', edits, shownPath);
  return { ...edited, path, shownPath, before, after: Buffer.from(edited.text, encoding) };
}

/**
 * Makes a planned change, in one step. Returns whether there was anything to change.
 *
 * @throws UserError 78 where the file is read-only, was changed in the meantime or cannot be written; it is then whole as it was.
 */
export function writeConfigChange(ctx: Pick<Context, 'pid'>, change: ConfigChange): boolean {
  if (!change.isChanged) return false;
  const { path, shownPath, before, after } = change;
  const suffix = `${ctx.pid}.${randomBytes(6).toString('hex')}`;
  const failure = attempt('write', shownPath, path, () => replaceFile(path, before, after, suffix));
  if (failure === 'read-only') {
    throw new UserError(exitCode.configuration, {
      what: `the AWS config file ${shownPath} is read-only.`,
      why: 'Nothing was changed.',
      next: ['Make it writable, or add the lines that were shown by other means:', `    chmod u+w ${shellWord(path)}`],
    });
  }
  if (failure === 'changed') {
    throw new UserError(exitCode.configuration, {
      what: `the AWS config file ${shownPath} was changed by another program in the meantime.`,
      why: 'Its change is kept, and ours was not made.',
      next: ['Run the same command again.'],
    });
  }
  return true;
}

function attempt<T>(verb: 'read' | 'write', shownPath: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UserError(
      exitCode.configuration,
      {
        what: `the AWS config file ${shownPath} cannot be ${verb === 'read' ? 'read' : 'written'} (${code}).`,
        why: code === 'ENOSPC' ? 'The disk is full; nothing was changed.' : 'Nothing was changed.',
        next: [
          'See to the file and its folder, or name another file in AWS_CONFIG_FILE:',
          `    ls -ld ${shellWord(path)}`,
        ],
      },
      { cause: error },
    );
  }
}
