import type { CommandClass } from '../cdk/command-line/command-class.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import { collectPlugins } from '../cdk/plugins.ts';
import { readSettings } from '../cdk/settings.ts';
import type { Context } from '../context.ts';
import { type Reporter, UserError } from '../messages/errors.ts';
import type { ChildEnd } from './child/spawn.ts';
import type { FailedRun } from './failed-stack.ts';
import type { ResolvedProject } from './project.ts';
import type { AccessSettings } from './request-access.ts';

/** Whether a child's end is worth asking the portal: a required command that failed without a signal. */
export function deservesExplanation(commandClass: CommandClass, end: ChildEnd): boolean {
  return commandClass === 'required' && 'code' in end && end.code !== 0;
}

/** Prints why `cdk` failed, if credentials were the cause; else where to look. Never rejects: cdkx ends as `cdk` did. */
export async function explainAfterwards(ctx: Context, run: FailedRun): Promise<void> {
  const { project, profile, reporter } = run;
  try {
    const { explainFailedRun } = await import('./explain-end.ts');
    if (await explainFailedRun(ctx, project, profile, reporter)) return;
    (await import('./failed-stack.ts')).pointToConsole(ctx, run);
  } catch (error) {
    // For example, cdkx was updated while `cdk watch` ran: files that weren't loaded yet no longer exist.
    reporter.verbose(`couldn't check why cdk failed: ${String(error)}`);
  }
}

/**
 * After `cdk` failed: prints what is wrong with its list of plugins, which it loads for every command. Never throws.
 */
export function explainPlugins(ctx: Context, line: CdkCommandLine, end: ChildEnd, reporter: Reporter): void {
  if (!('code' in end) || end.code === 0) return;
  try {
    const { problem } = collectPlugins(line, readSettings(ctx));
    if (problem !== undefined) reporter.warn(problem);
  } catch {
    // `cdk` itself reports a settings file that can't be read.
  }
}

/** If the role isn't assigned, shows the project's `requestAccess` URL, and on a terminal offers to wait. */
export async function withAccessRequest<Result>(
  ctx: Context,
  { project, reporter }: Waiting,
  fetch: () => Promise<Result>,
): Promise<Result> {
  try {
    return await fetch();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'NoAccess') throw error;
    const { NoAccessError } = await import('../credentials/role-credentials.ts');
    const { accessRequest, offerToWait, withRequestSteps } = await import('./request-access.ts');
    const request = error instanceof NoAccessError ? accessRequest(project, error.source) : undefined;
    if (request === undefined) throw error;
    const parts = withRequestSteps(error.parts, request);
    if (!reporter.interactive) throw new UserError('NoAccess', parts, { cause: error });
    reporter.error(parts);
    if (await offerToWait(ctx, request, { project, reporter })) return fetch();
    const { roleName, accountId } = request.source;
    throw new UserError('NoAccess', { what: `role ${roleName} in account ${accountId} is not assigned to you` });
  }
}

interface Waiting {
  readonly project: AccessSettings & Pick<ResolvedProject, 'http'>;
  readonly reporter: Reporter;
}
