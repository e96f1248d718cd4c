import type { Context } from '../context.ts';

/** The answer of somebody who pressed Ctrl-C or Escape. A symbol, since any text may be an answer. */
export const cancelled: unique symbol = Symbol('cancelled');

/** What a question needs. Questions are asked on stderr: stdout belongs to `cdk`. Ctrl-Z stops the job; after `fg` they are asked again. */
export type PromptContext = Pick<Context, 'stdin' | 'stderr' | 'kill' | 'onSignal' | 'platform' | 'clock'>;

/** One entry of a list to choose from. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** Asks yes or no. Enter takes `initial`; Ctrl-C, Escape and an aborted signal give {@link cancelled}. */
export async function confirm(
  ctx: PromptContext,
  question: { readonly message: string; readonly initial?: boolean; readonly signal?: AbortSignal },
): Promise<boolean | typeof cancelled> {
  return (await import('./clack.ts')).askConfirm(ctx, question);
}

/** Asks for a line of text. `validate` returns what is wrong with it, or `undefined`. */
export async function text(
  ctx: PromptContext,
  question: {
    readonly message: string;
    readonly placeholder?: string;
    readonly initial?: string;
    readonly validate?: (value: string) => string | undefined;
    readonly signal?: AbortSignal;
  },
): Promise<string | typeof cancelled> {
  return (await import('./clack.ts')).askText(ctx, question);
}

/** Offers a list with type-ahead over label and hint; shows ten entries at a time. */
export async function select<Value extends string>(
  ctx: PromptContext,
  question: { readonly message: string; readonly choices: readonly Choice<Value>[]; readonly signal?: AbortSignal },
): Promise<Value | typeof cancelled> {
  return (await import('./clack.ts')).askSelect(ctx, question);
}

/** Offers a list of which several entries may be chosen, with type-ahead; Tab or Space marks one. */
export async function multiselect<Value extends string>(
  ctx: PromptContext,
  question: {
    readonly message: string;
    readonly choices: readonly Choice<Value>[];
    readonly initial?: readonly Value[];
    readonly required?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Value[] | typeof cancelled> {
  return (await import('./clack.ts')).askMultiselect(ctx, question);
}
