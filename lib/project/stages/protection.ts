import type { Context } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { didYouMean } from '../../messages/nearest-names.ts';
import { cannotPrompt } from '../../system/environment.ts';
import { cancelled, type PromptContext, text } from '../../terminal/prompts.ts';
import { createReporter } from '../../terminal/reporter.ts';
import type { Stage } from '../block/block.ts';

export interface ConfirmationPlan {
  /** Protected stages whose names are still to be typed, in the order they are entered. */
  readonly needed: readonly string[];
  /** Names in `--cdkx-confirm` that are no stage of the project. */
  readonly unknown: readonly string[];
}

/** Which protected stages must still be confirmed. Nothing but the stage's own name confirms it, and no option of cdk. */
export function planConfirmation(input: {
  /** Whether the command could change something: it requires credentials, and isn't known to read only. */
  readonly isAsked: boolean;
  /** The stages that the run enters (`decideStageEntry`). */
  readonly entered: readonly string[];
  readonly stages: Readonly<Record<string, Stage>>;
  /** The names in `--cdkx-confirm`. */
  readonly confirmed: readonly string[];
}): ConfirmationPlan {
  const { stages, confirmed, isAsked } = input;
  const isProtected = (name: string) => Object.hasOwn(stages, name) && stages[name]?.protected === true;
  return {
    needed: isAsked ? input.entered.filter((name) => isProtected(name) && !confirmed.includes(name)) : [],
    unknown: confirmed.filter((name) => !Object.hasOwn(stages, name)),
  };
}

/** What the user should know before typing the name. */
export interface StageFacts {
  readonly command: string;
  readonly account?: string | undefined;
  readonly profile?: string | undefined;
}

/** Has the user type the name of a protected stage. Throws a `UserError`: 130 if the user cancels, 78 if cdkx can't prompt. */
export async function confirmStage(
  ctx: PromptContext & Pick<Context, 'env'>,
  request: {
    readonly stage: string;
    readonly facts: StageFacts;
    readonly plan: ConfirmationPlan;
    /** The command that confirms these stages as well. */
    readonly confirmation: (stages: readonly string[]) => string;
    readonly interactive: boolean;
  },
): Promise<void> {
  const { stage, facts, plan, confirmation } = request;
  if (!request.interactive) throw cannotAsk(ctx.env, request, confirmation(plan.needed));
  createReporter(ctx, 'normal').notice(protectedNotice(stage, facts));
  const answer = await text(ctx, {
    message: `Type ${stage} to run cdk ${facts.command}`,
    validate: (value) => (value.trim() === stage ? undefined : `Type ${stage} to continue, or press Ctrl-C to stop.`),
  });
  if (answer !== cancelled) return;
  throw new UserError('ConfirmationDeclined', {
    what: `not confirmed: stage ${JSON.stringify(stage)} is protected`,
    why: `cdk ${facts.command} was not run.`,
    next: [{ say: 'To confirm without the prompt, run:' }, { run: confirmation([stage]) }],
  });
}

/** An AI agent can't confirm a protected stage. `command` is the command for the user. */
export function agentCannotConfirm(stages: readonly string[], variable: string, command: string): UserError {
  const named = stages.map((stage) => JSON.stringify(stage)).join(', ');
  return new UserError('StageNotConfirmed', {
    what: `stage ${named} is protected, and an AI agent can't confirm it`,
    why: [
      `cdkx is running under an AI agent (${variable}), so it ignores --cdkx-confirm.`,
      'A person must confirm changes to a protected stage.',
    ],
    next: [{ say: 'Run this yourself in a terminal:' }, { run: command }],
  });
}

/** `stage "prod" is protected (account 222222222222, profile acme-prod)` */
export function protectedNotice(stage: string, facts: StageFacts): string {
  const known = [
    ...(facts.account === undefined ? [] : [`account ${facts.account}`]),
    ...(facts.profile === undefined ? [] : [`profile ${facts.profile}`]),
  ];
  const details = known.length === 0 ? '' : ` (${known.join(', ')})`;
  return `stage ${JSON.stringify(stage)} is protected${details}`;
}

function cannotAsk(
  env: Context['env'],
  { stage, facts, plan }: { readonly stage: string; readonly facts: StageFacts; readonly plan: ConfirmationPlan },
  command: string,
): UserError {
  const misspelled = plan.unknown.flatMap((name) =>
    didYouMean(name, [stage]).map((hint) => `--cdkx-confirm=${name} isn't the name of a stage. ${hint}`),
  );
  return new UserError('StageNotConfirmed', {
    what: `stage ${JSON.stringify(stage)} is protected, and cdk ${facts.command} was not confirmed`,
    why: [
      `${cannotPrompt(env)} Options of cdk such as --require-approval and --force do not confirm it.`,
      ...misspelled,
    ],
    next: [{ say: 'To confirm, run:' }, { run: command }],
  });
}
