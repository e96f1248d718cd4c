import { constants } from 'node:os';
import type { Context } from '../context.ts';
import type { ChildEnd } from './delegate.ts';

/** The exit code that stands for a child's end in a shell: its own, or 128 + n for signal n. */
export function exitCodeOf(end: ChildEnd): number {
  return 'code' in end ? end.code : 128 + constants.signals[end.signal];
}

/**
 * Ends us as the child ended. Death by a signal is passed on by dying of it, so that a shell sees what happened (and
 * stops its script on Ctrl-C); nobody may listen for it any more. The returned exit code is for where that is
 * impossible, and for an ordinary end.
 */
export function exitLikeChild(ctx: Pick<Context, 'kill' | 'pid' | 'platform'>, end: ChildEnd): number {
  if ('signal' in end && ctx.platform !== 'win32') {
    try {
      ctx.kill(ctx.pid, end.signal);
    } catch {
      // The exit code tells it then.
    }
  }
  return exitCodeOf(end);
}
