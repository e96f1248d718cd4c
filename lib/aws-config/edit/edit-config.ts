import { statSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { withTilde } from '../../home.ts';
import { UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { editableText, type EditedFile, writeEdited } from '../../system/files.ts';
import {
  buildSharedConfig,
  configPath,
  parseSharedConfig,
  readSharedBytes,
  type SharedConfig,
} from '../shared-config.ts';
import { editConfig } from './config-editor.ts';
import type { ConfigEdit, EditedConfig } from './types.ts';

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/** A planned change to the AWS config file. */
export interface ConfigChange extends EditedConfig {
  readonly file: EditedFile;
  readonly shownPath: string;
  /** The old contents; `undefined` if there is no file. */
  readonly before: Buffer | undefined;
  readonly after: Buffer;
}

/** Plans the edits of the AWS config file, to be shown and then written. Throws a UserError (78) as `editConfig`, and if the file can't be read. */
export function planConfigChange(ctx: Where, edits: readonly ConfigEdit[]): ConfigChange {
  const path = configPath(ctx);
  const shownPath = withTilde(ctx.home, path);
  const before = readSharedBytes(path, shownPath, 'config');
  const shown = `the AWS config file ${shownPath}`;
  const file = { path, shown, notEditable: 'ConfigNotEditable', notWritable: 'ConfigFileNotWritable' } as const;
  const text = before === undefined ? '' : editableText(file, before);
  const edited = editConfig(text, edits, shownPath);
  checkOutcome(text, edited.text, edits, file);
  return { ...edited, file, shownPath, before, after: Buffer.from(edited.text) };
}

/** The shared config as it is once a change is written. */
export function configAfter({ files }: SharedConfig, { text }: ConfigChange): SharedConfig {
  return buildSharedConfig(
    { ...files.config, exists: true, parsed: parseSharedConfig(text, 'config') },
    files.credentials,
  );
}

/** Reads the new text as `cdk` will, so that no name or value can become a section or a key of its own. */
function checkOutcome(before: string, after: string, edits: readonly ConfigEdit[], { path, shown }: EditedFile): void {
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
    what: `${shown} cannot be changed safely: other settings in it would change too`,
    why: 'The new lines would be read differently there. Nothing was changed.',
    next: [
      { say: 'Check the names and values, and the end of the file; or write them by hand:' },
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

/** Writes a planned change atomically, and returns whether there was any. Throws a UserError (78) if it can't; the file is then unchanged. */
export function writeConfigChange(ctx: Pick<Context, 'pid' | 'platform' | 'uid'>, change: ConfigChange): boolean {
  if (!change.isChanged) return false;
  const { file, before, after } = change;
  // A rename doesn't need write permission on the file itself, so check it.
  const stats = before && statSync(file.path, { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & ownerMayWrite) === 0) {
    throw new UserError(file.notWritable, {
      what: `${file.shown} is read-only`,
      why: 'Nothing was changed.',
      next: [
        { say: 'Make it writable, or add the lines shown above yourself:' },
        { run: `chmod u+w ${shellWord(file.path)}` },
      ],
    });
  }
  writeEdited(ctx, file, before, after);
  return true;
}

const ownerMayWrite = 0o200;
