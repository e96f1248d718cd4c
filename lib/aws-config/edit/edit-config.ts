import { statSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { withTilde } from '../../home.ts';
import { UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { followLinks, readIfThere, replaceFile } from '../../system/files.ts';
import { configPath, parseSharedConfig } from '../shared-config.ts';
import { editConfig } from './config-editor.ts';
import type { ConfigEdit, EditedConfig } from './types.ts';

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/** A planned change to the AWS config file. */
export interface ConfigChange extends EditedConfig {
  readonly path: string;
  /** The path as messages show it: `~/.aws/config`. */
  readonly shownPath: string;
  /** The old contents; `undefined` if there is no file. */
  readonly before: Buffer | undefined;
  readonly after: Buffer;
}

/**
 * Plans the edits of the AWS config file, to be shown and then written. Changes nothing.
 *
 * @throws UserError 78 as `editConfig`, and if the file can't be read.
 */
export function planConfigChange(ctx: Where, edits: readonly ConfigEdit[]): ConfigChange {
  const path = configPath(ctx);
  const shownPath = withTilde(ctx.home, path);
  const before = attempt('read', shownPath, path, () => readIfThere(path));
  const text = before?.toString('utf8') ?? '';
  // Also of UTF-16, half of whose bytes are zeros: what is added would be in another encoding than the rest.
  if (before !== undefined && (text.includes('\0') || !Buffer.from(text).equals(before)))
    throw notUtf8(shownPath, path);
  const edited = editConfig(text, edits, shownPath);
  checkOutcome(text, edited.text, edits, { path, shownPath });
  return { ...edited, path, shownPath, before, after: Buffer.from(edited.text) };
}

/**
 * Reads the new text as `cdk` will, and compares: the sections that were meant have what was meant, and nothing else has changed. Whatever a
 * name or value may contain, no line of it can become a section or a key of its own.
 */
function checkOutcome(
  before: string,
  after: string,
  edits: readonly ConfigEdit[],
  { path, shownPath }: Pick<ConfigChange, 'path' | 'shownPath'>,
): void {
  const [old, now] = [parseSharedConfig(before, 'config'), parseSharedConfig(after, 'config')];
  const isAsMeant = (['profile', 'sso-session'] as const).every((kind) => {
    const key = kind === 'profile' ? 'profiles' : 'ssoSessions';
    const own = edits.filter((edit) => edit.kind === kind);
    const names = new Set([...old[key].keys(), ...now[key].keys()]);
    return [...names].every((name) => {
      const values = now[key].get(name);
      const wishes = own.filter((edit) => edit.name === name);
      if (wishes.length === 0) return JSON.stringify(values) === JSON.stringify(old[key].get(name));
      return wishes.every((wish) =>
        wish.action === 'remove' ? values === undefined : holds(kind, values, wish.values),
      );
    });
  });
  if (isAsMeant) return;
  throw new UserError('ConfigNotEditable', {
    what: `the AWS config file ${shownPath} cannot be changed safely: other settings in it would change too`,
    why: 'What was to be written reads differently there. Nothing was changed.',
    next: [
      {
        say: 'Look at the names and values that are to be written, and at the end of the file; or write them by hand:',
      },
      { run: `tail ${shellWord(path)}` },
    ],
  });
}

/** Of a session that is there, start URL and region stay as they are written. */
function holds(
  kind: string,
  values: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(
    ([key, value]) =>
      values?.[key] === value || (kind === 'sso-session' && key === 'sso_start_url' && values?.[key] !== undefined),
  );
}

function notUtf8(shownPath: string, path: string): UserError {
  return new UserError('ConfigNotEditable', {
    what: `the AWS config file ${shownPath} is not UTF-8 text, so cdkx does not change it`,
    why: 'Not every program would read what is added to it in the same way. Nothing was changed.',
    next: [
      { say: 'Convert it, here from Latin-1, then run the command again:' },
      { run: `iconv -f LATIN1 -t UTF-8 ${shellWord(path)}` },
    ],
  });
}

/**
 * Writes a planned change atomically. Returns whether there was anything to change.
 *
 * @throws UserError 78 if the file is read-only, was changed in the meantime or can't be written; the file is then unchanged.
 */
export function writeConfigChange(ctx: Pick<Context, 'pid' | 'platform' | 'uid'>, change: ConfigChange): boolean {
  if (!change.isChanged) return false;
  const { path, shownPath, before, after } = change;
  const outcome = attempt('write', shownPath, path, () => {
    // A rename doesn't need write permission on the file itself, so check it.
    const stats = statSync(followLinks(path, ctx.uid), { throwIfNoEntry: false });
    if (stats !== undefined && (stats.mode & ownerMayWrite) === 0) return 'read-only';
    return replaceFile(ctx, path, { bytes: after, before: { bytes: before }, keepsMode: true });
  });
  if (outcome === 'read-only') {
    throw new UserError('ConfigFileNotWritable', {
      what: `the AWS config file ${shownPath} is read-only`,
      why: 'Nothing was changed.',
      next: [
        { say: 'Make it writable, or add the lines shown above yourself:' },
        { run: `chmod u+w ${shellWord(path)}` },
      ],
    });
  }
  if (outcome === 'changed') {
    throw new UserError('FileChanged', {
      what: `another program changed the AWS config file ${shownPath} in the meantime`,
      why: 'cdkx did not write its change.',
      next: [{ say: 'Run the same command again.' }],
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
      verb === 'read' ? 'ConfigFileUnreadable' : 'ConfigFileNotWritable',
      {
        what: `cannot ${verb} the AWS config file ${shownPath} (${code})`,
        why: code === 'ENOSPC' ? 'The disk is full; nothing was changed.' : 'Nothing was changed.',
        next: [
          { say: 'Fix the permissions of the file or its directory, or set AWS_CONFIG_FILE to another file:' },
          { run: `ls -ld ${shellWord(path)}` },
        ],
      },
      { cause: error },
    );
  }
}

const ownerMayWrite = 0o200;
