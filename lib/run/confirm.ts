import { isReadOnly } from '../cdk/command-line/command-class.ts';
import type { Context } from '../context.ts';
import { quoteArguments } from '../messages/text.ts';
import { sourceAccount } from '../profile/source.ts';
import { agentCannotConfirm, confirmStage, planConfirmation } from '../project/stages/protection.ts';
import { agentVariable } from '../system/environment.ts';
import { rerun } from './stages.ts';
import type { ProjectRun } from './types.ts';

/** Has the user type the name of each protected stage that is entered and not in `--cdkx-confirm`. Throws (78). */
export async function confirmStages(ctx: Context, run: ProjectRun, entered: readonly string[]): Promise<void> {
  const { project, line, reporter, profile } = run;
  const { command = '', cdkxFlags } = line;
  const plan = confirmationPlan(ctx, run, entered);
  const agent = agentVariable(ctx.env);
  if (agent !== undefined && plan.needed.length > 0) {
    const words = ctx.argv.filter((word) => !word.startsWith('--cdkx-confirm'));
    throw agentCannotConfirm(plan.needed, agent, quoteArguments(['cdkx', ...words]));
  }
  const isChosen = (stage: string) => project.block?.effective.stage === stage;
  const { stage } = cdkxFlags;
  const confirmation = (names: readonly string[]) =>
    rerun(line, { stage, options: [`--cdkx-confirm=${[...cdkxFlags.confirm, ...names].join(',')}`] });
  for (const stage of plan.needed) {
    const facts = isChosen(stage)
      ? { command, profile: profile?.name, account: profile && sourceAccount(profile.source) }
      : { command, account: project.block?.written.stages?.[stage]?.account };
    await confirmStage(ctx, { stage, facts, plan, confirmation, interactive: reporter.interactive });
  }
}

export function confirmationPlan(ctx: Context, { project, line, required }: ProjectRun, entered: readonly string[]) {
  return planConfirmation({
    isAsked: required && !isReadOnly(line.command ?? ''),
    entered,
    stages: project.block?.written.stages ?? {},
    // Whatever an agent passes, in CI too, it is not the user who is responsible for the stage.
    confirmed: agentVariable(ctx.env) === undefined ? line.cdkxFlags.confirm : [],
  });
}
