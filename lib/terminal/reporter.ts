import type { Context } from '../context.ts';
import { exitCode, type LogLevel, type MessageParts, type Reporter, UserError } from '../messages/errors.ts';
import { formatMessage } from '../messages/format-message.ts';
import { asStarted } from '../messages/text.ts';
import { isInteractive } from '../system/environment.ts';
import { createStyle, type Style } from './style.ts';

/** Writes messages to stderr at that level. `mayPrompt`: false for what never prompts, even on a terminal. */
export function createReporter(
  ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>,
  level: LogLevel,
  mayPrompt = true,
): Reporter {
  const say = (parts: MessageParts | string, look: keyof Style) => {
    const { stderr } = ctx;
    const style = createStyle(ctx.env, stderr);
    const showCommand = (command: string) => style.strong(asStarted(command, ctx.env));
    const [first = '', ...rest] = formatMessage(parts, stderr.isTTY ? stderr.columns : undefined, showCommand);
    const prefix = 'cdkx:';
    stderr.write([style[look](prefix) + first.slice(prefix.length), ...rest, ''].join('\n'));
  };
  return {
    level,
    // Asked for when it is needed: a run with a valid session asks nothing, and looking at a stream sets it up.
    get interactive() {
      return mayPrompt && isInteractive(ctx);
    },
    info: (line) => {
      if (level === 'verbose' || (level === 'normal' && ctx.stderr.isTTY)) say(line, 'accent');
    },
    notice: (parts) => {
      if (level !== 'quiet') say(parts, 'accent');
    },
    warn: (parts) => {
      if (level !== 'quiet') say(parts, 'caution');
    },
    verbose: (line) => {
      if (level === 'verbose') say(line, 'faint');
    },
    error: (parts) => say(parts, 'bad'),
  };
}

/**
 * The one place where a failure is shown and becomes an exit code: an expected one as its three parts; anything else is a defect of
 * cdkx, shown with its stack and where to report it.
 */
export function reportFailure(
  ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>,
  error: unknown,
  level: LogLevel = 'normal',
): number {
  const reporter = createReporter(ctx, level);
  if (error instanceof UserError) {
    reporter.error(error.parts);
    reporter.verbose(`error code ${error.code}, see docs/troubleshooting.md`);
    return error.exitCode;
  }
  reporter.error({
    what: 'this should not have happened: a defect of cdkx',
    why: (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'),
    next: [{ say: 'Please report it with the lines above (look through them first):' }, { run: 'npm bugs cdkx' }],
  });
  return exitCode.internal;
}

/** 128 + SIGPIPE, as a program in C ends whose reader has gone: `cdkx sso status | head -1`. */
const readerGone = 141;

/** The exit code of a run whose data on stdout could not be written; said on stderr, unless the reader only wanted no more. */
export function reportLostOutput(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>, error: NodeJS.ErrnoException): number {
  const { code = 'unknown error' } = error;
  if (code === 'EPIPE') return readerGone;
  return reportFailure(
    ctx,
    new UserError('OutputLost', {
      what: `stdout cannot be written (${code})`,
      why:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'There is no room left where it leads to.'
          : 'What it leads to failed.',
      next: [{ say: 'Lead it elsewhere, or free some space there, and run the command again.' }],
    }),
  );
}
