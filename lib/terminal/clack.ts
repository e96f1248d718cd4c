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

/** Where clack reads and writes: our own streams, questions on stderr. */
interface Streams {
  readonly input: PromptContext['stdin'];
  readonly output: PromptContext['stderr'];
  readonly signal: AbortSignal;
}

/** Puts a question, again after each Ctrl-Z. */
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
    clack.confirm({ message: shown(question.message), initialValue: question.initial ?? true, ...streams }),
  );
}

export async function askText(ctx: PromptContext, question: TextQuestion): Promise<string | typeof cancelled> {
  const { validate } = question;
  return ask(ctx, question.signal, (streams) =>
    clack.text({
      message: shown(question.message),
      ...(question.placeholder === undefined ? {} : { placeholder: shown(question.placeholder) }),
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
      message: shown(question.message),
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
      message: shown(question.message),
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

/** Questions name profiles, devices and paths: nothing of them may steer the terminal. */
function shown(words: string): string {
  return safeText(words, 1000);
}

function toOption(choice: Choice<string>) {
  return {
    value: choice.value,
    label: safeText(choice.label),
    ...(choice.hint === undefined ? {} : { hint: safeText(choice.hint) }),
  };
}

/** Type-ahead: every word typed occurs in the entry, in any order and case. */
function matchesAllWords(search: string, option: { value: string; label?: string; hint?: string }): boolean {
  const entry = `${option.value} ${option.label ?? ''} ${option.hint ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entry.includes(word));
}
