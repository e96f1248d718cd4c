import type { Emulator } from '../emulator/emulator.ts';
import { ended, until } from './until.ts';

/** A person who approves every device code, as soon as `mayAnswer` says so. The function returned sends them away. */
export function answerDevices(emulator: Emulator, mayAnswer: () => boolean = () => true): () => void {
  const timer = setInterval(() => {
    if (!mayAnswer()) return;
    for (const userCode of emulator.waitingUserCodes()) emulator.answerDevice({ userCode });
  }, 50);
  return () => clearInterval(timer);
}

type Answer = 'allow' | 'deny';

/** Answers one code that was not there before, as soon as there is one. */
export async function answerCode(
  emulator: Emulator,
  earlier: Iterable<string> = [],
  decision: Answer = 'allow',
): Promise<void> {
  const known = new Set(earlier);
  await until('a device code to answer', () => {
    const userCode = emulator.waitingUserCodes().find((code) => !known.has(code));
    return userCode !== undefined && emulator.answerDevice({ userCode, decision });
  });
}

/** Answers every device code until the work has ended, and gives what it gives. */
export async function answerCodes<Result>(
  emulator: Emulator,
  work: Promise<Result>,
  decision: Answer = 'allow',
): Promise<Result> {
  const isOver = ended(work);
  await until('the end of what a person answers', () => {
    for (const userCode of emulator.waitingUserCodes()) emulator.answerDevice({ userCode, decision });
    return isOver();
  });
  return work;
}
