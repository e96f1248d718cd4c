import type { ChildProcess } from 'node:child_process';
import type { Context, ExitSignal } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { DelegationPlan } from './delegation.ts';

/** How a child ended: with a code, or by a signal. */
export type ChildEnd = { readonly code: number } | { readonly signal: NodeJS.Signals };

export type DelegateContext = Pick<Context, 'cwd' | 'spawn' | 'onSignal' | 'stdin' | 'stdout' | 'stderr'>;

/**
 * Runs `cdk` in our place and waits for its end. It inherits our streams. SIGTERM and SIGHUP are forwarded; SIGINT only
 * without a terminal, since a terminal sends it to the whole process group by itself. None of them ends us before the child.
 * Throws a UserError (127) if it cannot be started.
 */
export async function delegate(ctx: DelegateContext, plan: DelegationPlan): Promise<ChildEnd> {
  const running: { child?: ChildProcess } = {};
  // Listening before the start: a signal in between would end us and leave the child alone.
  const stopListening = forwardSignals(ctx, (signal) => void running.child?.kill(signal));
  try {
    running.child = ctx.spawn(plan.command, plan.args, { cwd: ctx.cwd, env: plan.env, stdio: 'inherit', shell: false });
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
      if (signal !== 'SIGINT' || !onTerminal()) send(signal);
    }),
  );
  return () => stops.forEach((stop) => stop());
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }));
  });
}

function startFailure(plan: DelegationPlan, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: /[/\\]/.test(plan.command)
      ? 'The file, or the program that its first line names, does not exist.'
      : 'There is no program of that name on PATH.',
    EACCES: 'It may not be executed.',
    E2BIG: 'The command line is too long for this system.',
  };
  return new UserError(
    exitCode.commandNotFound,
    {
      what: `cdk could not be started: ${plan.command}`,
      why: reasons[code ?? ''] ?? message,
      next: ['See which cdk would be run:', '  cdkx profile show'],
    },
    { cause: error },
  );
}
