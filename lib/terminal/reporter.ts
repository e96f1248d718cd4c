import type { Context } from '../context.ts';
import { exitCode, type LogLevel, type MessageParts, type Reporter, UserError } from '../messages/errors.ts';
import { formatMessage } from '../messages/format-message.ts';
import { commandToPaste } from '../shell/shell.ts';
import { isInteractive } from '../system/environment.ts';
import { createStyle, hasLinks, linkIn, type Style } from './style.ts';

/** Writes messages to stderr at that level. `mayPrompt`: false for what never prompts, even on a terminal. */
export function createReporter(
  ctx: Pick<Context, 'env' | 'platform' | 'stdin' | 'stderr'>,
  level: LogLevel,
  mayPrompt = true,
): Reporter {
  const say = (parts: MessageParts | string, look: keyof Style) => {
    const { stderr } = ctx;
    const style = createStyle(ctx.env, stderr);
    const showCommand = (command: string) => style.strong(commandToPaste(command, ctx));
    const link = typeof parts === 'object' && hasLinks(ctx.env, stderr) ? parts.link : undefined;
    const lines = formatMessage(parts, stderr.isTTY ? stderr.columns : undefined, showCommand);
    const [first = '', ...rest] = link === undefined ? lines : lines.map((line) => linkIn(line, link));
    const prefix = 'cdkx:';
    stderr.write([style[look](prefix) + first.slice(prefix.length), ...rest, ''].join('\n'));
  };
  return {
    level,
    // A getter, because reading a stream initializes it, and a run with a valid session never prompts.
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

/** Prints an error and returns its exit code: the only place that does. Anything but a {@link UserError} is a bug in cdkx. */
export function reportFailure(
  ctx: Pick<Context, 'env' | 'platform' | 'stdin' | 'stderr'>,
  error: unknown,
  level: LogLevel = 'normal',
): number {
  const reporter = createReporter(ctx, level);
  if (error instanceof UserError) {
    reporter.error(error.parts);
    reporter.verbose(`error code ${error.code} (see docs/troubleshooting.md)`);
    return error.exitCode;
  }
  reporter.error({
    what: 'internal error (this is a bug in cdkx)',
    why: (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'),
    next: [
      { say: 'Please report it with the lines above (remove anything sensitive first):' },
      { run: 'npm bugs cdkx' },
    ],
  });
  return exitCode.internal;
}

/** 128 + SIGPIPE, the usual exit code after a broken pipe, for example in `cdkx sso status | head -1`. */
const brokenPipe = 141;

/** Reports that writing to stdout failed, except after a broken pipe. Returns the exit code. */
export function reportLostOutput(
  ctx: Pick<Context, 'env' | 'platform' | 'stdin' | 'stderr'>,
  error: NodeJS.ErrnoException,
): number {
  const { code = 'unknown error' } = error;
  if (code === 'EPIPE') return brokenPipe;
  return reportFailure(
    ctx,
    new UserError('OutputLost', {
      what: `couldn't write to stdout (${code})`,
      why:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'There is no space left on the output device.'
          : 'The output device reported an error.',
      next: [{ say: 'Redirect the output elsewhere, or free disk space, and run the command again.' }],
    }),
  );
}
