import { type MessageParts, type NextStep, UserError } from '../../lib/messages/errors.ts';

/** The steps of a message as lines, commands indented as they are shown. */
export function nextLines(next: readonly NextStep[] = []): string[] {
  return next.map((step) => ('run' in step ? `    ${step.run}` : step.say));
}

/** All that a message says, line by line. */
export function messageText(parts: MessageParts | undefined): string {
  return parts === undefined ? '' : [parts.what, ...[parts.why ?? []].flat(), ...nextLines(parts.next)].join('\n');
}

/** What a function returns, or the UserError that it throws. */
export function orUserError<Result>(act: () => Result): Result | UserError {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** The UserError that a function throws. */
export function failureOf(act: () => unknown): UserError {
  const result = orUserError(act);
  if (result instanceof UserError) return result;
  throw new Error('nothing was thrown');
}
