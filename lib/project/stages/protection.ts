import { UserError } from '../../messages/errors.ts';
import { didYouMean } from '../../messages/nearest-names.ts';
import { shellWord } from '../../messages/text.ts';
import { cancelled, type PromptContext, text } from '../../terminal/prompts.ts';
import type { Stage } from '../block/block.ts';

/** The commands that change what is deployed, by their canonical names. */
export const protectedCommands: ReadonlySet<string> = new Set([
  'deploy',
  'destroy',
  'rollback',
  'import',
  'watch',
  'gc',
  'refactor',
  'bootstrap',
]);

export interface ConfirmationInput {
  /** The canonical command. */
  readonly command: string;
  /** Whether the command is of the class **required**: `bootstrap --show-template` changes nothing. */
  readonly required: boolean;
  /** The stages that the run enters (`decideStageEntry`). */
  readonly entered: readonly string[];
  readonly stages: Readonly<Record<string, Stage>>;
  /** The names in `--cdkx-confirm`. */
  readonly confirmed: readonly string[];
}

export interface ConfirmationPlan {
  /** Protected stages whose names are still to be typed, in the order they are entered. */
  readonly needed: readonly string[];
  /** Names in `--cdkx-confirm` that are no stage of the project. */
  readonly unknown: readonly string[];
}

/**
 * Which protected stages must still be confirmed. Nothing but the stage's own name confirms it:
 * cdk's `--require-approval never`, `--force` and `--yes` are not looked at.
 */
export function planConfirmation(input: ConfirmationInput): ConfirmationPlan {
  const { stages, confirmed } = input;
  const isProtected = (name: string) => Object.hasOwn(stages, name) && stages[name]?.protected === true;
  const isAsked = input.required && protectedCommands.has(input.command);
  return {
    needed: isAsked ? input.entered.filter((name) => isProtected(name) && !confirmed.includes(name)) : [],
    unknown: confirmed.filter((name) => !Object.hasOwn(stages, name)),
  };
}

/** What a person should know before typing the name. */
export interface StageFacts {
  readonly command: string;
  readonly account?: string | undefined;
  readonly profile?: string | undefined;
}

/**
 * Has the person type the name of a protected stage. Returns when it was typed.
 * Throws a `UserError`: 130 when they cancel, 78 where nobody can be asked.
 */
export async function confirmStage(
  ctx: PromptContext,
  request: { stage: string; facts: StageFacts; plan: ConfirmationPlan; interactive: boolean },
): Promise<void> {
  const { stage, facts, plan } = request;
  if (!request.interactive) throw cannotAsk(stage, facts, plan);
  const answer = await text(ctx, {
    message: confirmationQuestion(stage, facts),
    placeholder: stage,
    validate: (value) => (value.trim() === stage ? undefined : `Type ${stage} to go on, or press Ctrl-C to stop.`),
  });
  if (answer !== cancelled) return;
  throw new UserError('ConfirmationDeclined', {
    what: `Not confirmed: stage ${JSON.stringify(stage)} is protected`,
    why: `cdk ${facts.command} was not started.`,
    next: [
      { say: 'To confirm it without the question, run the same command with:' },
      { run: `--cdkx-confirm=${shellWord(stage)}` },
    ],
  });
}

/** A protected stage is changed by people only. `command` is what they run. */
export function agentCannotConfirm(stages: readonly string[], variable: string, command: string): UserError {
  const named = stages.map((stage) => JSON.stringify(stage)).join(', ');
  return new UserError('StageNotConfirmed', {
    what: `Stage ${named} is protected, and an AI agent cannot confirm it`,
    why: [
      `This is run by an AI agent (${variable} is set), from which --cdkx-confirm is not accepted.`,
      'Whether a protected stage changes is for a person to decide, who types its name.',
    ],
    next: [{ say: 'A person can run this in a terminal of their own:' }, { run: command }],
  });
}

/** `Stage prod is protected (account 222222222222, profile acme-prod). Type prod to run cdk deploy:` */
export function confirmationQuestion(stage: string, facts: StageFacts): string {
  const known = [
    ...(facts.account === undefined ? [] : [`account ${facts.account}`]),
    ...(facts.profile === undefined ? [] : [`profile ${facts.profile}`]),
  ];
  const details = known.length === 0 ? '' : ` (${known.join(', ')})`;
  return `Stage ${stage} is protected${details}. Type ${stage} to run cdk ${facts.command}:`;
}

function cannotAsk(stage: string, facts: StageFacts, plan: ConfirmationPlan): UserError {
  const misspelt = plan.unknown.flatMap((name) =>
    didYouMean(name, [stage]).map((hint) => `--cdkx-confirm=${name} names no stage. ${hint}`),
  );
  return new UserError('StageNotConfirmed', {
    what: `Stage ${JSON.stringify(stage)} is protected, and cdk ${facts.command} was not confirmed`,
    why: [
      'There is no terminal to ask on. Options of cdk such as --require-approval and --force do not confirm it.',
      ...misspelt,
    ],
    next: [
      { say: 'If you mean it, run the same command with:' },
      { run: `--cdkx-confirm=${shellWord(plan.needed.join(','))}` },
    ],
  });
}
