import { statSync } from 'node:fs';
import { shellWord } from '../../messages/text.ts';
import { cacheFolder } from '../../sso/cache/cache-file.ts';
import { registrationPath } from '../../sso/cache/registration-cache.ts';
import type { CommandContext } from '../command.ts';
import type { SessionEntry } from '../shared/sessions.ts';

/**
 * Warns if other users can read these tokens and registrations, or write to the token cache. Windows has no such modes.
 */
export function warnOfWideCache({ ctx, reporter }: CommandContext, sessions: readonly SessionEntry[]): void {
  if (ctx.platform === 'win32') return;
  const files = sessions.flatMap(({ path, session }) => [path, registrationPath(ctx, session)]);
  for (const path of [cacheFolder(ctx)].filter((each) => allowsOthers(each, 0o022))) {
    reporter.warn({
      what: `${path} is writable by other users`,
      why: 'They could replace your token with theirs.',
      next: [{ say: 'Make it private:' }, { run: `chmod 700 ${shellWord(path)}` }],
    });
  }
  for (const path of files.filter((each) => allowsOthers(each, 0o077))) {
    reporter.warn({
      what: `${path} is readable by other users`,
      why: 'It contains your SSO token: anyone who has it can act in your name.',
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
