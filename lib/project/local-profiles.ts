import type { Environment } from '../context.ts';
import { leafSource, sourceRole, type CredentialSource } from '../profile/credential-source.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import type { SharedConfig } from '../profile/shared-config.ts';
import { sessionCacheKey } from '../sso/session.ts';
import type { LocalProfile } from './accounts.ts';
import { accountByFiles } from './guard.ts';

/** The profiles of this machine as `serveAccount` looks at them. */
export function localProfiles(config: SharedConfig, env: Environment): LocalProfile[] {
  return [...config.profiles.keys()].map((name) => localProfile(name, resolveCredentialSource(config, name, env)));
}

/** One profile with its credential source as `serveAccount` looks at it. */
export function localProfile(name: string, source: CredentialSource): LocalProfile {
  const told = accountByFiles(source);
  return {
    name,
    account: told.state === 'known' ? told.account : undefined,
    role: sourceRole(source),
    session: sourceSession(source),
    hasCredentials: source.kind !== 'none',
  };
}

/** What identifies the SSO session at the end of a source's chain. */
export function sourceSession(source: CredentialSource): string | undefined {
  const leaf = leafSource(source);
  return leaf.kind === 'sso-session' || leaf.kind === 'legacy-sso' ? sessionCacheKey(leaf.session) : undefined;
}

/** What two sources share if one is ready once the other is: the SSO session, else the profile at the end of the role chain. */
export function whatMustBeReady(source: CredentialSource): string {
  const session = sourceSession(source);
  return session === undefined ? `profile ${leafSource(source).profile}` : `session ${session}`;
}
