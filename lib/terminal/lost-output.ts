import type { Context } from '../context.ts';
import { reportFailure } from './report-failure.ts';
import { exitCode, UserError } from './user-error.ts';

/** 128 + SIGPIPE, as a program in C ends whose reader has gone: `cdkx sso status | head -1`. */
const readerGone = 141;

/** The exit code of a run whose data on stdout could not be written; said on stderr, unless the reader only wanted no more. */
export function reportLostOutput(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>, error: NodeJS.ErrnoException): number {
  const { code = 'unknown error' } = error;
  if (code === 'EPIPE') return readerGone;
  return reportFailure(
    ctx,
    new UserError(exitCode.outputLost, {
      what: `stdout cannot be written (${code})`,
      why:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'There is no room left where it leads to.'
          : 'What it leads to failed.',
      next: 'Lead it elsewhere, or free some space there, and run the command again.',
    }),
  );
}
