import { cancelled } from '../terminal/prompts.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/**
 * The answer to a question.
 *
 * @throws UserError 130 when there is none: the person pressed Ctrl-C or Escape.
 */
export function answered<Answer>(answer: Answer): Exclude<Answer, typeof cancelled> {
  if (answer === cancelled) throw new UserError(exitCode.cancelled, { what: 'cancelled; nothing was written.' });
  return answer as Exclude<Answer, typeof cancelled>;
}
