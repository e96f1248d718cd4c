import { shellWord } from '../messages/text.ts';
import type { SessionRequest } from './ensure/types.ts';
import type { SsoSession } from './session.ts';

export function loginCommand(session: SsoSession, profile?: string): string {
  if (profile !== undefined) return `cdkx sso login --profile ${shellWord(profile)}`;
  return session.name === undefined ? 'cdkx sso login' : `cdkx sso login --sso-session ${shellWord(session.name)}`;
}

/** The same for a request: with `--force` if the token looks valid, because `login` would otherwise do nothing. */
export function loginCommandFor({
  session,
  profile,
  refused,
  force,
}: Pick<SessionRequest, 'session' | 'profile' | 'refused' | 'force'>): string {
  return `${loginCommand(session, profile)}${force || refused !== undefined ? ' --force' : ''}`;
}
