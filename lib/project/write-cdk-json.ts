import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exitCode, UserError } from '../terminal/user-error.ts';

/**
 * Rewrites a file of the project: reads it, has `edit` make the new text, and puts that in place in one step
 * (temporary file beside it, fsync, rename). Mode and symbolic links are kept. Returns whether anything changed.
 * Throws a `UserError` (78) when the file is missing, cannot be written, or was changed by somebody else meanwhile;
 * the old file is whole in each case. Errors that `edit` throws come through.
 */
export function rewriteFile(path: string, shownPath: string, edit: (text: string) => string): boolean {
  const target = attempt(shownPath, () => realpathSync(path));
  const before = attempt(shownPath, () => readFileSync(target));
  const after = Buffer.from(edit(before.toString('utf8')));
  if (after.equals(before)) return false;
  attempt(shownPath, () => replaceWhole(target, shownPath, before, after));
  return true;
}

function replaceWhole(target: string, shownPath: string, before: Buffer, after: Buffer): void {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, after);
      fchmodSync(file, statSync(target).mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (!readFileSync(target).equals(before)) throw changedMeanwhile(shownPath);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function attempt<Result>(shownPath: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      exitCode.configuration,
      code === 'ENOENT' ? missing(shownPath) : failed(shownPath, code, message),
      {
        cause: error,
      },
    );
  }
}

function missing(shownPath: string) {
  return {
    what: `No ${shownPath} here`,
    why: 'The project block stands in the cdk.json of a CDK project, in the folder that cdk is run in.',
    next: ['Run the command in that folder, or begin a project:', '    cdkx init app --language typescript'],
  };
}

function failed(shownPath: string, code: string | undefined, message: string) {
  return {
    what: `Cannot write ${shownPath} (${code ?? message})`,
    why: 'The file is as it was.',
    next: 'Make the file and its folder writable, and run the command again.',
  };
}

function changedMeanwhile(shownPath: string): UserError {
  return new UserError(exitCode.configuration, {
    what: `${shownPath} was changed by another program meanwhile`,
    why: 'The other change is kept; nothing of ours was written.',
    next: 'Run the command again.',
  });
}
