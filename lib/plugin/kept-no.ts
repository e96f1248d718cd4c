import type { Clock } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** Runs a task that may ask the person; its failure is that of the last task of that key where the person has just said no to it. */
export type KeptNo = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** How long a no holds, milliseconds: long enough for what `cdk` does on its way out, and `cdk watch` asks anew at a later change. */
const holdsMs = 60_000;

/**
 * Keeps a no (exit code 130) for a while. Where the session ends while a stack is being changed, `cdk` fails, and asks at once for
 * credentials again to read the last events: the person has answered that.
 */
export function createKeptNo(clock: Pick<Clock, 'now'>): KeptNo {
  const kept = new Map<string, { readonly error: UserError; readonly at: number }>();
  return async (key, task) => {
    const no = kept.get(key);
    if (no !== undefined && clock.now() - no.at < holdsMs) throw no.error;
    try {
      return await task();
    } catch (error) {
      const isNo = error instanceof UserError && error.exitCode === exitCode.cancelled;
      if (isNo) kept.set(key, { error, at: clock.now() });
      throw error;
    }
  };
}
