import type { SharedConfig } from '../../aws-config/shared-config.ts';
import type { Environment } from '../../context.ts';
import { isSameStartUrl } from '../../sso/start-url.ts';
import type { DetectionInput, ProfilePin } from './types.ts';
import { resolveCredentialSource } from '../resolve-source.ts';
import { type CredentialSource, leafSource, sourceAccount, sourceRole } from '../source.ts';

/** What a local profile must use. Without an account, nothing matches. */
export interface MatchCriteria {
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  readonly startUrl?: string | undefined;
}

export interface ProfileMatch {
  readonly name: string;
  readonly source: CredentialSource;
}

/** The profiles of that account, role and portal. One without a portal counts only if no profile uses the wanted one. */
export function matchProfiles(config: SharedConfig, criteria: MatchCriteria, env: Environment): ProfileMatch[] {
  const { account, role, startUrl } = criteria;
  if (account === undefined) return [];
  // The account can be in different keys of the profile's section.
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

/** What a pin comes to on this machine. */
export type PinResolution =
  | { readonly state: 'defined' | 'matched'; readonly name: string; readonly source: CredentialSource }
  | { readonly state: 'several'; readonly matches: readonly string[]; readonly role: string | undefined }
  /** Neither defined nor matched. */
  | { readonly state: 'nowhere' };

/**
 * The profile of a pin by name, otherwise by account; among several, `tieBreak` (cdk.json's own `profile`) decides. If the pin has two roles,
 * a name counts before a match only with the right one of them, and the other role only if no profile has the right one.
 */
export function resolvePin(
  { config, env }: Pick<DetectionInput, 'config' | 'env'>,
  pin: ProfilePin,
  tieBreak: unknown,
): PinResolution {
  const named = pin.profile === undefined ? undefined : defined(config, env, pin.profile);
  const isUsable = named !== undefined && named.source.kind !== 'none';
  if (isUsable && (pin.otherRole === undefined || sourceRole(named.source) === pin.role)) return named;
  const found = matchPin({ config, env }, pin, tieBreak);
  if (found !== undefined) return found;
  if (isUsable || pin.otherRole === undefined) return named ?? { state: 'nowhere' };
  return matchPin({ config, env }, { ...pin, role: pin.otherRole }, tieBreak) ?? named ?? { state: 'nowhere' };
}

function matchPin(
  { config, env }: Pick<DetectionInput, 'config' | 'env'>,
  pin: ProfilePin,
  tieBreak: unknown,
): PinResolution | undefined {
  const { account, role, ssoSession } = pin;
  const matches = matchProfiles(config, { account, role, startUrl: ssoSession?.startUrl }, env);
  const preferred = pin.profile === undefined ? matches.find(({ name }) => name === tieBreak) : undefined;
  const match = preferred ?? (matches.length === 1 ? matches[0] : undefined);
  if (match !== undefined) return { state: 'matched', ...match };
  return matches.length === 0 ? undefined : { state: 'several', matches: matches.map(({ name }) => name), role };
}

function defined(config: DetectionInput['config'], env: DetectionInput['env'], name: string) {
  if (!config.profiles.has(name)) return undefined;
  return { state: 'defined' as const, name, source: resolveCredentialSource(config, name, env) };
}
