import type { Context } from '../context.ts';

/** The answer after Ctrl-C or Escape. A symbol, because any text can be an answer. */
export const cancelled: unique symbol = Symbol('cancelled');

/** What a prompt needs. Prompts go to stderr, because stdout belongs to `cdk`. After Ctrl-Z and `fg`, cdkx prompts again. */
export type PromptContext = Pick<Context, 'stdin' | 'stderr' | 'kill' | 'onSignal' | 'platform' | 'clock'>;

/** One entry of a list. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** A yes/no prompt. Enter selects `initial`; an aborted `signal` gives {@link cancelled}. */
export interface ConfirmQuestion {
  readonly message: string;
  readonly initial?: boolean;
  readonly signal?: AbortSignal;
}

/** A prompt for a line of text. `validate` returns the problem with the input, or `undefined`. */
export interface TextQuestion {
  readonly message: string;
  readonly placeholder?: string;
  readonly initial?: string;
  readonly validate?: (value: string) => string | undefined;
  readonly signal?: AbortSignal;
}

/** A prompt to choose one entry from a list, with search in label and hint. */
export interface SelectQuestion<Value extends string> {
  readonly message: string;
  readonly choices: readonly Choice<Value>[];
  readonly signal?: AbortSignal;
}

/** A prompt to choose several entries from a list. Tab or Space selects an entry. */
export interface MultiselectQuestion<Value extends string> extends SelectQuestion<Value> {
  readonly initial?: readonly Value[];
  readonly required?: boolean;
}
