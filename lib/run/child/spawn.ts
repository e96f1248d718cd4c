import type { ChildProcess, StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { Context, ExitSignal } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { inShell, quoteFor, userShell } from '../../shell/shell.ts';
import { quoteArguments, safeText } from '../../messages/text.ts';
import { findProgram } from '../../shell/programs.ts';
import type { DelegationPlan } from './command.ts';

/** How a child ended: with a code, or by a signal. */
export type ChildEnd = { readonly code: number } | { readonly signal: NodeJS.Signals };

export type DelegateContext = Pick<Context, 'cwd' | 'platform' | 'spawn' | 'onSignal' | 'stdin' | 'stdout' | 'stderr'>;

/** Runs `cdk`. Forwards SIGTERM and SIGHUP, and SIGINT unless the terminal does. Throws a UserError (127). */
export async function delegate(
  ctx: DelegateContext,
  plan: DelegationPlan,
  stdio: StdioOptions = 'inherit',
): Promise<ChildEnd> {
  const running: { child?: ChildProcess } = {};
  // Listening before the start: a signal in between would end us and leave the child alone.
  const stopListening = forwardSignals(ctx, (signal) => void running.child?.kill(signal));
  try {
    running.child = ctx.spawn(programFile(ctx, plan), plan.args, { cwd: ctx.cwd, env: plan.env, stdio, shell: false });
    return await endOf(running.child);
  } catch (error) {
    throw startFailure(plan, error);
  } finally {
    stopListening();
  }
}

function forwardSignals(ctx: DelegateContext, send: (signal: ExitSignal) => void): () => void {
  const onTerminal = () => ctx.stdin.isTTY || ctx.stdout.isTTY || ctx.stderr.isTTY;
  const stops = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    ctx.onSignal(signal, () => {
      // The Windows console has already notified the child; a signal would end it immediately.
      const isNotified = signal === 'SIGINT' && (ctx.platform === 'win32' || onTerminal());
      if (!isNotified) send(signal);
    }),
  );
  return () => stops.forEach((stop) => stop());
}

/** Windows looks for a bare name in the working directory first, and only for files with the extension `.exe`: cdkx does it itself. */
function programFile({ cwd, platform }: DelegateContext, { command, env }: DelegationPlan): string {
  const file = platform === 'win32' ? findProgram(command, { cwd, platform, env }) : command;
  if (file === undefined) throw Object.assign(new Error(`${command} not found`), { code: 'ENOENT' });
  return file;
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }));
  });
}

const notProgram =
  "It isn't a program that Windows can start. Put the program that runs it first, such as powershell -File.";

function startFailure(plan: DelegationPlan, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: /[/\\]/.test(plan.command)
      ? 'The file, or the program that its first line names, does not exist.'
      : 'There is no program of that name on PATH.',
    EACCES: 'Permission denied: the file is not executable.',
    E2BIG: 'The command line is too long for this system.',
    EFTYPE: notProgram,
    UNKNOWN: notProgram,
  };
  return new UserError(
    'CdkNotStarted',
    {
      what: `cdk could not be started: ${plan.command}`,
      why: reasons[code ?? ''] ?? message,
      next: [{ say: 'To see which cdk would run:' }, { run: 'cdkx profile show' }],
    },
    { cause: error },
  );
}

/** Formats what would be run: the command line to paste, then the changes of the environment, without the previous values. */
export function formatDryRun(plan: DelegationPlan, ctx: Pick<Context, 'env' | 'platform'>): string[] {
  const shell = userShell(ctx);
  return [
    quoteFor([plan.command, ...plan.args], shell),
    ...Object.entries(plan.set).map(
      ([name, value]) => `  ${inShell(`export ${name}=${quoteArguments([value])}`, shell)}`,
    ),
    ...[...plan.removed, ...plan.dropped].map((name) => `  ${inShell(`unset ${safeText(name)}`, shell)}`),
  ];
}

/** The exit code of a child as in a shell: its own, or 128 + n for signal n. */
export function exitCodeOf(end: ChildEnd): number {
  return 'code' in end ? end.code : 128 + constants.signals[end.signal];
}

/** Ends cdkx as the child ended: by the same signal, so that a shell stops its script on Ctrl-C; or with its code. */
export function exitLikeChild(ctx: Pick<Context, 'kill' | 'pid' | 'platform'>, end: ChildEnd): number {
  if ('signal' in end && ctx.platform !== 'win32') {
    try {
      ctx.kill(ctx.pid, end.signal);
    } catch {
      // Then the exit code shows it.
    }
  }
  return exitCodeOf(end);
}
