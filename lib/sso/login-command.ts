import { shellWord } from '../messages/text.ts';
import type { SessionRequest } from './ensure/types.ts';
import type { SsoSession } from './session.ts';

/** The command with which a person signs in to that session, to paste into a shell: by profile where one is known. */
export function loginCommand(session: SsoSession, profile?: string): string {
  if (profile !== undefined) return `cdkx sso login --profile ${shellWord(profile)}`;
  return session.name === undefined ? 'cdkx sso login' : `cdkx sso login --sso-session ${shellWord(session.name)}`;
}

/** The same for what was asked of a session: with `--force` where its token looks good, which a plain login would leave alone. */
export function loginCommandFor({
  session,
  profile,
  refused,
  force,
}: Pick<SessionRequest, 'session' | 'profile' | 'refused' | 'force'>): string {
  return `${loginCommand(session, profile)}${force || refused !== undefined ? ' --force' : ''}`;
}
