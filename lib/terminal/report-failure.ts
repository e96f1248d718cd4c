import type { Context } from '../context.ts';
import { createReporter } from './create-reporter.ts';
import { exitCode, UserError } from './user-error.ts';

/**
 * The one place where a failure is shown and becomes an exit code: an expected one as its three parts; anything else is a defect of
 * cdkx, shown with its stack and where to report it.
 */
export function reportFailure(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>, error: unknown): number {
  const reporter = createReporter(ctx, 'normal');
  if (error instanceof UserError) {
    reporter.error(error.parts);
    return error.exitCode;
  }
  reporter.error({
    what: 'this should not have happened: a defect of cdkx',
    why: (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'),
    next: ['Please report it with the lines above (look through them first):', '    npm bugs cdkx'],
  });
  return exitCode.internal;
}
