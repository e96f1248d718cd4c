import type * as Clack from '@clack/prompts';
import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { safeText } from '../messages/text.ts';
import { untilStopped } from './stoppable.ts';

/** The answer after Ctrl-C or Escape. A symbol, because any text can be an answer. */
export const cancelled: unique symbol = Symbol('cancelled');

/** What a prompt needs. Prompts go to stderr, because stdout belongs to `cdk`. After Ctrl-Z and `fg`, cdkx prompts again. */
export type PromptContext = Pick<Context, 'stdin' | 'stderr' | 'kill' | 'onSignal' | 'platform' | 'clock'>;

interface Question {
  readonly message: string;
  readonly signal?: AbortSignal;
}

/** One entry of a list. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string | undefined;
}

interface Streams {
  readonly input: PromptContext['stdin'];
  readonly output: PromptContext['stderr'];
  readonly signal: AbortSignal;
}

/** Prompts, again after each Ctrl-Z. Ctrl-C, Escape and an aborted signal give {@link cancelled}. */
async function ask<Value>(
  ctx: PromptContext,
  signal: AbortSignal | undefined,
  put: (clack: typeof Clack, streams: Streams) => Promise<Value | symbol>,
): Promise<Exclude<Value, symbol> | typeof cancelled> {
  const clack = await import('@clack/prompts');
  const given = await untilStopped(ctx, signal, (either) =>
    put(clack, { input: ctx.stdin, output: ctx.stderr, signal: either }),
  );
  return typeof given === 'symbol' ? cancelled : (given as Exclude<Value, symbol>);
}

/** Prompts for yes or no. Enter selects `initial`. */
export async function confirm(ctx: PromptContext, question: Question & { readonly initial?: boolean }) {
  return ask(ctx, question.signal, (clack, streams) =>
    clack.confirm({ message: sanitize(question.message), initialValue: question.initial ?? true, ...streams }),
  );
}

/** Prompts for a line of text. `validate` returns the problem with the input, or `undefined`. */
export async function text(
  ctx: PromptContext,
  question: Question & {
    readonly initial?: string | undefined;
    readonly validate?: (value: string) => string | undefined;
  },
) {
  const { validate } = question;
  return ask(ctx, question.signal, (clack, streams) =>
    clack.text({
      message: sanitize(question.message),
      ...(question.initial === undefined ? {} : { initialValue: question.initial }),
      ...(validate === undefined ? {} : { validate: (value) => validate(value ?? '') }),
      ...streams,
    }),
  );
}

interface ListQuestion<Value extends string> extends Question {
  readonly choices: readonly Choice<Value>[];
}

/** Prompts for one entry of a list. */
export async function select<Value extends string>(ctx: PromptContext, question: ListQuestion<Value>) {
  return (await ask(ctx, question.signal, (clack, streams) =>
    clack.autocomplete<string>({
      ...listOptions(question),
      // Enter with no match gives no value: the question stays open.
      validate: (value) => (typeof value === 'string' ? undefined : 'Nothing matches. Change what you typed.'),
      ...streams,
    }),
  )) as Value | typeof cancelled;
}

/** Prompts for several entries of a list, for at least one if `required`. Tab or Space selects an entry. */
export async function multiselect<Value extends string>(
  ctx: PromptContext,
  question: ListQuestion<Value> & { readonly required?: boolean },
) {
  return (await ask(ctx, question.signal, (clack, streams) =>
    clack.autocompleteMultiselect<string>({
      ...listOptions(question),
      required: question.required ?? false,
      ...streams,
    }),
  )) as Value[] | typeof cancelled;
}

/** Returns the answer to a prompt. Throws a UserError (130) after Ctrl-C or Escape. */
export function orCancel<Answer>(answer: Answer): Exclude<Answer, typeof cancelled> {
  if (answer === cancelled) throw new UserError('Cancelled', { what: 'cancelled; nothing was written' });
  return answer as Exclude<Answer, typeof cancelled>;
}

function listOptions({ message, choices }: ListQuestion<string>) {
  return {
    message: sanitize(message),
    maxItems: 10,
    placeholder: 'type to search',
    options: choices.map(({ value, label, hint }) => ({
      value,
      label: safeText(label),
      ...(hint === undefined ? {} : { hint: safeText(hint) }),
    })),
    filter: matchesAllWords,
  };
}

/** Sanitizes a prompt: profile names, devices and paths in it are untrusted. */
function sanitize(text: string): string {
  return safeText(text, 1000);
}

/** Matches an entry that contains every typed word, in any order and case. */
function matchesAllWords(search: string, option: { value: string; label?: string; hint?: string }): boolean {
  const entry = `${option.value} ${option.label ?? ''} ${option.hint ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entry.includes(word));
}
