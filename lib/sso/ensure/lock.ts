import type { Context } from '../../context.ts';
import { type Reporter, UserError } from '../../messages/errors.ts';
import { createProgress } from '../../terminal/style.ts';
import { prepareCacheFolder } from '../cache/cache-file.ts';
import { tokenPath } from '../cache/token-cache.ts';
import { sessionName, type SsoSession } from '../session.ts';
import {
  isThisMachine,
  type LockOwner,
  type LockRecord,
  ownerLife,
  readLockRecord,
  removeLockRecord,
  thisOwner,
  tryLock,
} from './lock-folder.ts';

/** Pause between two looks at a lock that another holds, milliseconds. */
const lookEveryMs = 150;
/** Waits shorter than this are not worth a word, milliseconds. */
const silentMs = 1_000;
/** A lock whose holder cannot be seen from here and has not touched it for so long is broken, milliseconds. */
const unseenHolderMs = 10_000;
/** A living holder that has not touched its lock for so long is stopped or stuck, milliseconds: load alone does not do that. */
const stuckHolderMs = 60_000;
/** A lock that is taken but has no holder, for this many checks in a row, isn't ours. */
const oddLooks = 20;
/** A look may come late (a machine that slept), and the clock may jump: one pause counts for no more than this. */
const longestCountedMs = 1_000;

/** How long another holder is waited for, milliseconds. */
export const lockWaitMs = {
  /** By a process that can sign in: another's sign-in can take ten minutes. */
  ifLoginPossible: 11 * 60_000,
  /** By a process that can only refresh. */
  toRefresh: 2 * 60_000,
  /** With a token that `cdk` still accepts. */
  ifUsable: 3_000,
  /** While `cdk` runs: there is time for another attempt. */
  whileCdkRuns: 10_000,
  toSignOut: 30_000,
} as const;

export interface LockOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly maxWaitMs: number;
}

/**
 * Runs `action` while holding the one lock for this session. A killed holder's lock is broken at once; where the file
 * system can't lock, `action` runs without. Rejects with the signal's reason, or with a {@link LockBusy} (77).
 */
export async function withSessionLock<Result>(
  ctx: Context,
  session: SsoSession,
  options: LockOptions,
  action: () => Promise<Result>,
): Promise<Result> {
  const release = await acquire(ctx, session, options);
  // A process that gets a signal to end releases the lock first, so others don't have to detect that. Whoever passes a signal of
  // their own decides what these do.
  const signals = options.signal === undefined ? (['SIGTERM', 'SIGHUP'] as const) : [];
  const stopListening = signals.map((signal) => {
    const stop = ctx.onSignal(signal, () => {
      release();
      stop();
      ctx.kill(ctx.pid, signal);
    });
    return stop;
  });
  try {
    return await action();
  } finally {
    for (const stop of stopListening) stop();
    release();
  }
}

async function acquire(ctx: Context, session: SsoSession, options: LockOptions): Promise<() => void> {
  const path = `${tokenPath(ctx, session)}.lock`;
  const owner = thisOwner(ctx);
  const waiting = createWait(ctx, session, options);
  const onLost = () => options.reporter.verbose(`the lock ${path} was lost to another process`);
  let heldByNobody = 0;
  try {
    while (heldByNobody < oddLooks) {
      options.signal?.throwIfAborted();
      const release = attempt(ctx, options, () => tryLock(ctx, path, owner, onLost));
      if (release !== undefined) return release;
      const record = readLockRecord(path);
      if (record !== undefined && waiting.isAbandoned(record)) {
        options.reporter.verbose(
          `broke the lock of process ${record.owner?.pid ?? '(unknown)'}, which is gone: ${path}`,
        );
        removeLockRecord(path, record.file);
      } else {
        heldByNobody = record === undefined ? heldByNobody + 1 : 0;
        await waiting.pause(record);
      }
    }
    options.reporter.verbose(`continuing without a lock: ${path} is locked, but has no owner`);
    return () => undefined;
  } finally {
    waiting.end();
  }
}

/** If the file system can't lock, continue: the worst case is a second sign-in. */
function attempt(ctx: Context, options: LockOptions, lock: () => (() => void) | undefined): (() => void) | undefined {
  try {
    prepareCacheFolder(ctx);
    return lock();
  } catch (error) {
    const { code = 'unknown error' } = (error instanceof UserError ? error.cause : error) as NodeJS.ErrnoException;
    options.reporter.verbose(`continuing without a lock: it can't be created next to the SSO tokens (${code})`);
    return () => undefined;
  }
}

/** Waiting for a holder: how long it has shown no life, what is said, and when it ends. */
function createWait(ctx: Context, session: SsoSession, options: LockOptions) {
  let waitedMs = 0;
  let progress: ReturnType<typeof createProgress> | undefined;
  let seen: { file: string; mtimeMs: number; unchangedMs: number } | undefined;
  return {
    /** Whether the holder no longer exists: by its process if that is visible, otherwise if it gave no sign of life. */
    isAbandoned: (record: LockRecord): boolean => {
      if (seen?.file !== record.file || seen.mtimeMs !== record.mtimeMs) {
        seen = { file: record.file, mtimeMs: record.mtimeMs, unchangedMs: 0 };
      }
      const life = record.owner === undefined ? 'unknown' : ownerLife(ctx, record.owner, record.mtimeMs);
      // After a wait, a time long past means that the machine slept: the holder woke up just now too.
      if (life === 'dead' || (life === 'stale' && waitedMs === 0)) return true;
      return seen.unchangedMs >= (life === 'alive' ? stuckHolderMs : unseenHolderMs);
    },
    pause: async (record: LockRecord | undefined): Promise<void> => {
      if (waitedMs > options.maxWaitMs) throw busyError(session, record?.owner);
      if (waitedMs >= silentMs) {
        const text = `waiting for another cdkx${processOf(record?.owner)} to finish signing in`;
        if (progress === undefined) progress = createProgress(ctx, options.reporter, text);
        else progress.update(text);
      }
      const before = ctx.clock.now();
      await ctx.clock.sleep(lookEveryMs, options.signal);
      const passedMs = Math.min(Math.max(ctx.clock.now() - before, 0), longestCountedMs);
      waitedMs += passedMs;
      if (seen !== undefined) seen.unchangedMs += passedMs;
    },
    end: () => progress?.stop(),
  };
}

export class LockBusy extends UserError {}

function processOf(owner: LockOwner | undefined): string {
  return owner === undefined ? '' : ` (process ${owner.pid})`;
}

/** The way out is to end the other process: any other command would wait for the same lock. */
function busyError(session: SsoSession, owner: LockOwner | undefined): LockBusy {
  return new LockBusy('SessionLocked', {
    what: `another cdkx${processOf(owner)} has not finished signing in to ${sessionName({ session })}`,
    why: 'Only one process signs in to a session at a time.',
    next:
      owner !== undefined && isThisMachine(owner)
        ? [{ say: 'Finish the sign-in that it waits for, or end it:' }, { run: `kill ${owner.pid}` }]
        : [{ say: 'Finish the sign-in that it waits for, on the machine or in the container where it runs.' }],
  });
}
