import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { readNumber, readText } from '../../system/json.ts';

/** The owner's record in a lock. Its name is unique, so that removing it can't remove that of a later owner. */
export interface LockRecord {
  readonly file: string;
  readonly owner: LockOwner | undefined;
  /** Modification time of the lock's directory, which its owner updates. Milliseconds since the epoch. */
  readonly mtimeMs: number;
}

/** Reads the owner's record in the lock at `path`; `undefined` if the lock is free. */
export function readLockRecord(path: string): LockRecord | undefined {
  try {
    const file = readdirSync(path)[0];
    if (file === undefined) return undefined;
    return { file, owner: parseOwner(readFileSync(join(path, file), 'utf8')), mtimeMs: statSync(path).mtimeMs };
  } catch {
    // It was released in the meantime.
    return undefined;
  }
}

/** Removes one owner's record from a lock, and the directory if it is then empty. */
export function removeLockRecord(path: string, file: string): void {
  ignoringErrors(() => unlinkSync(join(path, file)));
  ignoringErrors(() => rmdirSync(path));
}

/** How often the owner updates the modification time of its lock, milliseconds. */
const touchEveryMs = 2_000;

/**
 * Tries once to take the lock at `path`: a directory with its owner's record, renamed into place, which fails while
 * another's is there. So taking, breaking and releasing are each one step that can't hit the wrong holder. Returns the
 * function that releases it; `undefined` if it is held.
 */
export function tryLock(
  ctx: Pick<Context, 'clock'>,
  path: string,
  owner: LockOwner,
  onLost: () => void,
): (() => void) | undefined {
  const file = `${owner.pid}.${randomUUID()}`;
  if (!makeLock(path, file, JSON.stringify(owner))) return undefined;
  const stopTouching = ctx.clock.every(touchEveryMs, () => {
    if (readLockRecord(path)?.file === file) {
      // Processes in other namespaces see by the modification time that the owner is alive.
      const now = new Date(ctx.clock.now());
      ignoringErrors(() => utimesSync(path, now, now));
      return;
    }
    stopTouching();
    onLost();
  });
  return () => {
    stopTouching();
    removeLockRecord(path, file);
  };
}

function makeLock(path: string, file: string, record: string): boolean {
  // Usually it is held while waiting: don't create anything.
  if (readLockRecord(path) !== undefined) return false;
  const beside = `${path}.${file}`;
  mkdirSync(beside, { mode: 0o700 });
  try {
    writeFileSync(join(beside, file), record, { mode: 0o600 });
    // Windows doesn't rename over a directory, not even an empty one.
    ignoringErrors(() => rmdirSync(path));
    renameSync(beside, path);
  } catch (error) {
    removeLockRecord(beside, file);
    if (readLockRecord(path) === undefined && !isOccupied(error)) throw error;
    return false;
  }
  return true;
}

/** The error codes for a rename over a directory that is not empty, on POSIX and Windows. */
function isOccupied(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function ignoringErrors(act: () => void): void {
  try {
    act();
  } catch {
    // Another process was faster.
  }
}

export interface LockOwner {
  readonly pid: number;
  /** The machine and process namespace of `pid`. */
  readonly machine: string;
  /** Start time of the process, if known, because process IDs are reused. */
  readonly startedAt?: string | undefined;
}

export function thisOwner(ctx: Pick<Context, 'pid'>): LockOwner {
  return { pid: ctx.pid, machine: thisMachine(), startedAt: processStat(ctx.pid).startedAt };
}

export function parseOwner(text: string): LockOwner | undefined {
  try {
    const members = JSON.parse(text) as Record<string, unknown> | null;
    const pid = readNumber(members?.['pid']);
    const machine = readText(members?.['machine']);
    const startedAt = readText(members?.['startedAt']);
    if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || machine === undefined) return undefined;
    return { pid, machine, startedAt };
  } catch {
    return undefined;
  }
}

/** Under qemu's user emulation a process reads a later start time than others see. Five seconds, in ticks. */
const startToleranceTicks = 500;

/** A lock that was not touched for this long belongs to no running sign-in, milliseconds. */
const staleMs = 15 * 60 * 1000;
/** Tolerance for corrections of the clock since the machine started, milliseconds. */
const bootToleranceMs = 60 * 1000;

/**
 * Whether the owner of a lock that was last touched at `mtimeMs` lives. Process IDs are reused: without a start time, the
 * age of the lock decides. `stale`: the owner no longer exists, or the machine slept. `unknown`: only watching tells.
 */
export function ownerLife(
  ctx: Pick<Context, 'kill' | 'clock'>,
  owner: LockOwner,
  mtimeMs: number,
): 'alive' | 'dead' | 'stale' | 'unknown' {
  if (!isThisMachine(owner)) return 'unknown';
  try {
    ctx.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const { state, startedAt } = processStat(owner.pid);
  if (state !== undefined && deadStates.has(state)) return 'dead';
  if (owner.startedAt !== undefined && startedAt !== undefined) {
    return Math.abs(Number(owner.startedAt) - Number(startedAt)) <= startToleranceTicks ? 'alive' : 'dead';
  }
  const ageMs = ctx.clock.now() - mtimeMs;
  if (ageMs > uptime() * 1000 + bootToleranceMs) return 'dead';
  return ageMs > staleMs ? 'stale' : 'unknown';
}

export function isThisMachine({ machine }: LockOwner): boolean {
  return machine === thisMachine();
}

/** Containers can have the same host name: on Linux it includes boot ID and process namespace. */
function thisMachine(): string {
  const boot = readQuietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = readQuietly(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].filter((part) => part !== undefined).join(' ');
}

/** A zombie still accepts signal 0 (proc(5)). */
const deadStates: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** The state of a process and its start time in ticks since boot (proc(5), fields 3 and 22 of `stat`). Linux only. */
function processStat(pid: number): { readonly state?: string | undefined; readonly startedAt?: string | undefined } {
  const stat = readQuietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field, the program's name in parentheses, can itself contain spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields?.[0], startedAt: fields?.[19] };
}

function readQuietly(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
