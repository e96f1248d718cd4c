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

/** A question with yes or no. Enter takes `initial`. An aborted `signal` answers for nobody: {@link cancelled}. */
export interface ConfirmQuestion {
  readonly message: string;
  readonly initial?: boolean;
  readonly signal?: AbortSignal;
}

/** A question for a line of text. `validate` returns what is wrong with it, or `undefined`. */
export interface TextQuestion {
  readonly message: string;
  readonly placeholder?: string;
  readonly initial?: string;
  readonly validate?: (value: string) => string | undefined;
  readonly signal?: AbortSignal;
}

/** A list to choose one entry from, with type-ahead over label and hint. */
export interface SelectQuestion<Value extends string> {
  readonly message: string;
  readonly choices: readonly Choice<Value>[];
  readonly signal?: AbortSignal;
}

/** A list of which several entries may be chosen. Tab or Space selects one. */
export interface MultiselectQuestion<Value extends string> extends SelectQuestion<Value> {
  readonly initial?: readonly Value[];
  readonly required?: boolean;
}
