import type { Environment } from '../context.ts';
import { isSameStartUrl } from '../sso/start-url.ts';
import { leafSource, sourceAccount, sourceRole, type CredentialSource } from './credential-source.ts';
import { resolveCredentialSource } from './resolve-source.ts';
import type { SharedConfig } from './shared-config.ts';

/** What a local profile must lead to. Without an account nothing is matched. */
export interface MatchCriteria {
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  readonly startUrl?: string | undefined;
}

export interface ProfileMatch {
  readonly name: string;
  readonly source: CredentialSource;
}

/**
 * The local profiles that lead to that account, with that role, through that portal: names differ from laptop to laptop, accounts do not.
 * A `role_arn` profile counts by its ARN's account and role. A profile without any portal (keys, a process) is taken only where no profile
 * uses the wanted one; profiles that cannot work are passed over.
 */
export function matchProfiles(config: SharedConfig, criteria: MatchCriteria, env: Environment): ProfileMatch[] {
  const { account, role, startUrl } = criteria;
  if (account === undefined) return [];
  // An account stands in the profile's own section, in whichever of its keys.
  const matches = [...config.profiles.keysWith(account)]
    .map((name) => ({ name, source: resolveCredentialSource(config, name, env) }))
    .filter(({ source }) => sourceAccount(source) === account && (role === undefined || sourceRole(source) === role))
    .filter(({ source }) => leafSource(source).kind !== 'invalid');
  if (startUrl === undefined) return matches;
  const byPortal = matches.filter(({ source }) => isThrough(source, startUrl));
  return byPortal.length > 0 ? byPortal : matches.filter(({ source }) => portal(source) === undefined);
}

function isThrough(source: CredentialSource, startUrl: string): boolean {
  const own = portal(source);
  return own !== undefined && isSameStartUrl(own, startUrl);
}

function portal(source: CredentialSource): string | undefined {
  const leaf = leafSource(source);
  return 'session' in leaf ? leaf.session.startUrl : undefined;
}
