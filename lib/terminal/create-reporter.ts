import type { Context } from '../context.ts';
import { asStarted } from './as-started.ts';
import { formatMessage } from './format-message.ts';
import { isInteractive } from './interactive.ts';
import type { LogLevel, Reporter } from './reporter.ts';
import { createStyle, type Style } from './style.ts';
import type { MessageParts } from './user-error.ts';

/** cdkx's voice on stderr at that level. */
export function createReporter(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>, level: LogLevel): Reporter {
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
      return isInteractive(ctx);
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
