import type { Reporter } from '../terminal/reporter.ts';
import { safeText } from '../terminal/safe-text.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { goneFileMessage, isGoneFile } from './gone-files.ts';

/** Tells a failure on stderr and gives the error to throw to `cdk`, which shows its message and ends. */
export type FailureTeller = (error: unknown) => unknown;

/** Tells each failure once, however many stacks waited for the same credentials. A defect of ours is passed on as it is. */
export function createFailureTeller(reporter: Reporter): FailureTeller {
  const told = new WeakSet<Error>();
  return (thrown) => {
    const error = isGoneFile(thrown) ? new UserError(exitCode.internal, goneFileMessage(thrown)) : thrown;
    if (!(error instanceof UserError)) return error;
    if (!told.has(thrown as Error)) reporter.error(error.parts);
    told.add(thrown as Error);
    // Without a cause: `cdk` would print it a third time.
    return new Error(`cdkx: ${safeText(error.message, 2000)}`);
  };
}
