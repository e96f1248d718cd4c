import type { Context } from '../context.ts';
import { formatMessage } from './format-message.ts';
import { isInteractive } from './interactive.ts';
import type { LogLevel, Reporter } from './reporter.ts';
import { createStyle, type Style } from './style.ts';
import type { MessageParts } from './user-error.ts';

/** cdkx's voice on stderr at that level. */
export function createReporter(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>, level: LogLevel): Reporter {
  const style = createStyle(ctx.env, ctx.stderr);
  const say = (parts: MessageParts | string, paint: Style[keyof Style]) => {
    const [first = '', ...rest] = formatMessage(parts, ctx.stderr.isTTY ? ctx.stderr.columns : undefined);
    const prefix = 'cdkx:';
    ctx.stderr.write([paint(prefix) + first.slice(prefix.length), ...rest, ''].join('\n'));
  };
  return {
    level,
    interactive: isInteractive(ctx),
    info: (line) => {
      if (level === 'verbose' || (level === 'normal' && ctx.stderr.isTTY)) say(line, style.accent);
    },
    warn: (parts) => {
      if (level !== 'quiet') say(parts, style.caution);
    },
    verbose: (line) => {
      if (level === 'verbose') say(line, style.faint);
    },
    error: (parts) => say(parts, style.bad),
  };
}
