import { UserError } from '../messages/errors.ts';
import {
  cancelled,
  type ConfirmQuestion,
  type MultiselectQuestion,
  type PromptContext,
  type SelectQuestion,
  type TextQuestion,
} from './prompt-types.ts';

export { cancelled, type Choice, type PromptContext } from './prompt-types.ts';

/** Prompts for yes or no. Enter selects `initial`; Ctrl-C, Escape and an aborted signal give {@link cancelled}. */
export async function confirm(ctx: PromptContext, question: ConfirmQuestion): Promise<boolean | typeof cancelled> {
  return (await import('./clack.ts')).askConfirm(ctx, question);
}

/** Prompts for a line of text. */
export async function text(ctx: PromptContext, question: TextQuestion): Promise<string | typeof cancelled> {
  return (await import('./clack.ts')).askText(ctx, question);
}

/** Prompts for one entry of a list, with search in label and hint. Shows ten entries at a time. */
export async function select<Value extends string>(
  ctx: PromptContext,
  question: SelectQuestion<Value>,
): Promise<Value | typeof cancelled> {
  return (await import('./clack.ts')).askSelect(ctx, question);
}

/** Prompts for several entries of a list, with search. */
export async function multiselect<Value extends string>(
  ctx: PromptContext,
  question: MultiselectQuestion<Value>,
): Promise<Value[] | typeof cancelled> {
  return (await import('./clack.ts')).askMultiselect(ctx, question);
}

/** Returns the answer to a prompt. Throws a UserError (130) after Ctrl-C or Escape. */
export function orCancel<Answer>(answer: Answer): Exclude<Answer, typeof cancelled> {
  if (answer === cancelled) throw new UserError('Cancelled', { what: 'cancelled; nothing was written' });
  return answer as Exclude<Answer, typeof cancelled>;
}
