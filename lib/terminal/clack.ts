import * as clack from '@clack/prompts';
import { safeText } from '../messages/text.ts';
import {
  cancelled,
  type Choice,
  type ConfirmQuestion,
  type MultiselectQuestion,
  type PromptContext,
  type SelectQuestion,
  type TextQuestion,
} from './prompt-types.ts';
import { untilStopped } from './stoppable.ts';

const entriesAtATime = 10;

/** The streams for clack. Prompts go to stderr. */
interface Streams {
  readonly input: PromptContext['stdin'];
  readonly output: PromptContext['stderr'];
  readonly signal: AbortSignal;
}

/** Prompts, again after each Ctrl-Z. */
async function ask<Value>(
  ctx: PromptContext,
  signal: AbortSignal | undefined,
  put: (streams: Streams) => Promise<Value | symbol>,
): Promise<Exclude<Value, symbol> | typeof cancelled> {
  const given = await untilStopped(ctx, signal, (either) =>
    put({ input: ctx.stdin, output: ctx.stderr, signal: either }),
  );
  return typeof given === 'symbol' ? cancelled : (given as Exclude<Value, symbol>);
}

export async function askConfirm(ctx: PromptContext, question: ConfirmQuestion): Promise<boolean | typeof cancelled> {
  return ask(ctx, question.signal, (streams) =>
    clack.confirm({ message: sanitize(question.message), initialValue: question.initial ?? true, ...streams }),
  );
}

export async function askText(ctx: PromptContext, question: TextQuestion): Promise<string | typeof cancelled> {
  const { validate } = question;
  return ask(ctx, question.signal, (streams) =>
    clack.text({
      message: sanitize(question.message),
      ...(question.placeholder === undefined ? {} : { placeholder: sanitize(question.placeholder) }),
      ...(question.initial === undefined ? {} : { initialValue: question.initial }),
      ...(validate === undefined ? {} : { validate: (value) => validate(value ?? '') }),
      ...streams,
    }),
  );
}

export async function askSelect<Value extends string>(
  ctx: PromptContext,
  question: SelectQuestion<Value>,
): Promise<Value | typeof cancelled> {
  return (await ask(ctx, question.signal, (streams) =>
    clack.autocomplete<string>({
      message: sanitize(question.message),
      maxItems: entriesAtATime,
      placeholder: 'type to search',
      options: question.choices.map(toOption),
      filter: matchesAllWords,
      // Enter with no match gives no value: the question stays open.
      validate: (value) => (typeof value === 'string' ? undefined : 'Nothing matches. Change what you typed.'),
      ...streams,
    }),
  )) as Value | typeof cancelled;
}

export async function askMultiselect<Value extends string>(
  ctx: PromptContext,
  question: MultiselectQuestion<Value>,
): Promise<Value[] | typeof cancelled> {
  return (await ask(ctx, question.signal, (streams) =>
    clack.autocompleteMultiselect<string>({
      message: sanitize(question.message),
      maxItems: entriesAtATime,
      placeholder: 'type to search',
      options: question.choices.map(toOption),
      filter: matchesAllWords,
      required: question.required ?? false,
      ...(question.initial === undefined ? {} : { initialValues: [...question.initial] }),
      ...streams,
    }),
  )) as Value[] | typeof cancelled;
}

/** Sanitizes a prompt: profile names, devices and paths in it are untrusted. */
function sanitize(text: string): string {
  return safeText(text, 1000);
}

function toOption(choice: Choice<string>) {
  return {
    value: choice.value,
    label: safeText(choice.label),
    ...(choice.hint === undefined ? {} : { hint: safeText(choice.hint) }),
  };
}

/** Matches an entry that contains every typed word, in any order and case. */
function matchesAllWords(search: string, option: { value: string; label?: string; hint?: string }): boolean {
  const entry = `${option.value} ${option.label ?? ''} ${option.hint ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entry.includes(word));
}
