import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Context } from '../context.ts';
import { readNumber, readText } from './members.ts';

/** Who holds a lock, as written into it. */
export interface LockOwner {
  readonly pid: number;
  /** The machine, and where there is such a thing the process namespace, in which `pid` counts. */
  readonly machine: string;
  /** When the process began, where the system tells: a process id may be given away again. */
  readonly startedAt?: string;
}

/** This process as an owner of locks. */
export function thisOwner(ctx: Pick<Context, 'pid'>): LockOwner {
  const { startedAt } = processStat(ctx.pid);
  return { pid: ctx.pid, machine: thisMachine(), ...(startedAt === undefined ? {} : { startedAt }) };
}

/** An owner's record in a lock; `undefined` for text that is none. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const members = JSON.parse(text) as Record<string, unknown> | null;
    const pid = readNumber(members?.['pid']);
    const machine = readText(members?.['machine']);
    const startedAt = readText(members?.['startedAt']);
    if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || machine === undefined) return undefined;
    return { pid, machine, ...(startedAt === undefined ? {} : { startedAt }) };
  } catch {
    return undefined;
  }
}

/** Whether an owner lives: `unknown` for one of another machine, whose processes cannot be seen from here. */
export function ownerLife(ctx: Pick<Context, 'kill'>, owner: LockOwner): 'alive' | 'dead' | 'unknown' {
  if (owner.machine !== thisMachine()) return 'unknown';
  try {
    ctx.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const { state, startedAt } = processStat(owner.pid);
  if (state !== undefined && deadStates.has(state)) return 'dead';
  return owner.startedAt !== undefined && startedAt !== undefined && owner.startedAt !== startedAt ? 'dead' : 'alive';
}

/**
 * This machine, told apart from others that share the home folder: containers may have the same host name, so Linux's
 * boot and process namespace count too.
 */
function thisMachine(): string {
  const boot = readQuietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = readQuietly(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].filter((part) => part !== undefined).join(' ');
}

/** A killed process whose parent has not asked for its end yet still takes signals: it is a zombie, or about to be gone (proc(5)). */
const deadStates: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** The state of a process, and when it began in ticks since the machine's start (proc(5), fields 3 and 22 of `stat`): Linux only. */
function processStat(pid: number): { readonly state?: string | undefined; readonly startedAt?: string | undefined } {
  const stat = readQuietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field, the program's name in parentheses, may hold spaces and parentheses itself.
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
