import type { Emulator } from '../emulator/emulator.ts';

/** A person who approves every device code, as soon as `mayAnswer` says so. The function returned sends them away. */
export function answerDevices(emulator: Emulator, mayAnswer: () => boolean = () => true): () => void {
  const timer = setInterval(() => {
    if (!mayAnswer()) return;
    for (const userCode of emulator.waitingUserCodes()) emulator.answerDevice({ userCode });
  }, 50);
  return () => clearInterval(timer);
}
