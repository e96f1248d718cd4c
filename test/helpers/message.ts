import type { MessageParts, NextStep } from '../../lib/messages/errors.ts';

/** The steps of a message as lines, commands indented as they are shown. */
export function nextLines(next: readonly NextStep[] = []): string[] {
  return next.map((step) => ('run' in step ? `    ${step.run}` : step.say));
}

/** All that a message says, line by line. */
export function messageText(parts: MessageParts | undefined): string {
  return parts === undefined ? '' : [parts.what, ...[parts.why ?? []].flat(), ...nextLines(parts.next)].join('\n');
}
