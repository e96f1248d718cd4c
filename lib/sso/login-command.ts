import { shellWord } from '../terminal/shell-word.ts';
import type { SsoSession } from './session.ts';

/** The command with which a person signs in to that session, to paste into a shell: by profile where one is known. */
export function loginCommand(session: SsoSession, profile?: string): string {
  if (profile !== undefined) return `cdkx sso login --profile ${shellWord(profile)}`;
  return session.name === undefined ? 'cdkx sso login' : `cdkx sso login --sso-session ${shellWord(session.name)}`;
}
