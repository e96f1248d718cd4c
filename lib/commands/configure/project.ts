import { writeConfigChange } from '../../aws-config/edit/edit-config.ts';
import { UserError } from '../../messages/errors.ts';
import { planFirstRun } from '../../project/first-run.ts';
import { firstRunChange, introduce, pinOfOrigin } from '../../run/choose/first-run.ts';
import { showDiff } from '../../terminal/output.ts';
import { orCancel, confirm } from '../../terminal/prompts.ts';
import type { CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import { cannotConfirm, declined } from './messages.ts';

/** `cdkx sso configure --from-project`: writes the profile and session that the project block describes, without calling the portal. */
export async function configureFromProject(
  run: Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>,
  { yes = false, dryRun = false }: { readonly yes?: boolean; readonly dryRun?: boolean },
): Promise<number> {
  const { ctx, reporter } = run;
  const project = resolveCommandProject(run);
  const { detection } = project;
  // Use the block of `~/.cdk.json` if a run would use it.
  const isOfUser = 'origin' in detection && detection.origin === 'user-block';
  const pin = pinOfOrigin(project, isOfUser ? 'user-block' : 'project-block');
  const plan = planFirstRun(pin ?? {}, project.config, ctx.env);
  const isPinned = isOfUser || ('origin' in detection && detection.origin === 'project-block');
  const lacksOne = pin?.otherRole !== undefined && plan.outcome === 'add' && plan.profiles.length > 0;
  if (detection.outcome === 'profile' && isPinned && !lacksOne) {
    reporter.notice(`profile "${detection.name}" already uses the project's account; nothing to write`);
    return 0;
  }
  if (plan.outcome === 'incomplete') throw incomplete(pin !== undefined, plan.missing);
  if (plan.outcome === 'stop') throw new UserError('FirstRunNotPossible', plan.message);
  const change = firstRunChange(ctx, plan);
  if (!dryRun) introduce(ctx, { where: `context.cdkx in ${isOfUser ? '~/.cdk.json' : 'cdk.json'}` }, plan);
  showDiff(ctx, { ...change, isData: dryRun });
  if (dryRun) return 0;
  if (!yes) {
    if (!reporter.interactive) throw cannotConfirm(ctx.env);
    if (!orCancel(await confirm(ctx, { message: `Add this to ${change.shownPath}?` })))
      throw declined(change.shownPath);
  }
  writeConfigChange(ctx, change);
  for (const { name } of plan.profiles) reporter.notice(`added profile "${name}" to ${change.shownPath}`);
  return 0;
}

function incomplete(hasBlock: boolean, missing: readonly string[]): UserError {
  return new UserError('IncompleteBlock', {
    what: hasBlock
      ? `context.cdkx in cdk.json is incomplete: ${missing.join(', ')} not set`
      : 'no project block (context.cdkx in cdk.json) in this directory',
    why: 'To create a profile, cdkx needs account, role, start URL and Region.',
    next: [
      { say: 'Create a profile, then pin it for the team:' },
      { run: 'cdkx sso configure' },
      { run: 'cdkx profile pin NAME' },
    ],
  });
}
