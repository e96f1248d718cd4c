import type { Reporter } from '../terminal/reporter.ts';
import { safeText } from '../terminal/safe-text.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import { goneFileMessage, isGoneFile } from './gone-files.ts';

/** Tells failures on stderr, each once. */
export interface FailureTeller {
  /** Tells a failure, of that account where it is of one, and gives the error to throw to `cdk`, which shows its message and ends. */
  tell(error: unknown, account?: string): unknown;
  /** The account's credentials could be had: what fails after this is told even if it was told before. */
  succeeded(account: string): void;
}

/**
 * Tells each failure once, however many stacks waited for the same credentials, and the same one of an account once until it has worked
 * again: where the session ends while a stack is being changed, `cdk` asks once more for the last events. A defect of ours is passed on as
 * it is.
 */
export function createFailureTeller(reporter: Reporter): FailureTeller {
  const told = new WeakSet<Error>();
  const lastOf = new Map<string, string>();
  return {
    tell: (thrown, account) => {
      const error = isGoneFile(thrown) ? new UserError(exitCode.internal, goneFileMessage(thrown)) : thrown;
      if (!(error instanceof UserError)) return error;
      const text = inOneText(error.parts);
      const isRepeated = told.has(thrown as Error) || (account !== undefined && lastOf.get(account) === text);
      if (!isRepeated) reporter.error(error.parts);
      told.add(thrown as Error);
      if (account !== undefined) lastOf.set(account, text);
      // Without a cause: `cdk` would print it a third time.
      return new Error(`cdkx: ${safeText(error.message, 2000)}`);
    },
    succeeded: (account) => void lastOf.delete(account),
  };
}

function inOneText({ what, why, next }: MessageParts): string {
  return JSON.stringify([what, why, next]);
}
