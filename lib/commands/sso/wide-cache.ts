import { statSync } from 'node:fs';
import { shellWord } from '../../messages/text.ts';
import { cacheFolder } from '../../sso/cache/cache-file.ts';
import { registrationPath } from '../../sso/cache/registration-cache.ts';
import type { CommandContext } from '../command.ts';
import type { SessionEntry } from '../shared/sessions.ts';

/**
 * Warns where others than the owner may read the tokens and client registrations of these sessions, or put files of theirs in the token
 * cache. What cdkx makes is private; other tools may have made it before. Not on Windows, which has no such modes.
 */
export function warnOfWideCache({ ctx, reporter }: CommandContext, sessions: readonly SessionEntry[]): void {
  if (ctx.platform === 'win32') return;
  const files = sessions.flatMap(({ path, session }) => [path, registrationPath(ctx, session)]);
  for (const path of [cacheFolder(ctx)].filter((each) => allowsOthers(each, 0o022))) {
    reporter.warn({
      what: `${path} can be changed by others than you.`,
      why: 'They could put a token of theirs in the place of yours.',
      next: [{ say: 'Make it private:' }, { run: `chmod 700 ${shellWord(path)}` }],
    });
  }
  for (const path of files.filter((each) => allowsOthers(each, 0o077))) {
    reporter.warn({
      what: `${path} can be read by others than you.`,
      why: 'It holds what signs you in: whoever has it can act in your name.',
      next: [{ say: 'Make it private:' }, { run: `chmod 600 ${shellWord(path)}` }],
    });
  }
}

function allowsOthers(path: string, bits: number): boolean {
  try {
    return (statSync(path).mode & bits) !== 0;
  } catch {
    return false;
  }
}
