import type { CredentialSource } from './credential-source.ts';
import type { DetectionInput, ProfilePin } from './detect-types.ts';
import { matchProfiles } from './match.ts';
import { resolveCredentialSource } from './resolve-source.ts';

/** What a pin comes to on this machine. */
export type PinResolution =
  | { readonly state: 'defined' | 'matched'; readonly name: string; readonly source: CredentialSource }
  | { readonly state: 'several'; readonly matches: readonly string[] }
  /** Neither defined nor matched. */
  | { readonly state: 'nowhere' };

/**
 * Finds the local profile that a pin means: the one of its name if that has a credential source, else the one that leads to its account.
 * Where several do and the pin has no name, `tieBreak` (cdk.json's own `profile`) decides if it is one of them.
 */
export function resolvePin({ config, env }: DetectionInput, pin: ProfilePin, tieBreak: unknown): PinResolution {
  const named = pin.profile === undefined ? undefined : defined(config, env, pin.profile);
  if (named !== undefined && named.source.kind !== 'none') return named;
  const { account, role, ssoSession } = pin;
  const matches = matchProfiles(config, { account, role, startUrl: ssoSession?.startUrl }, env);
  const preferred = pin.profile === undefined ? matches.find(({ name }) => name === tieBreak) : undefined;
  const match = preferred ?? (matches.length === 1 ? matches[0] : undefined);
  if (match !== undefined) return { state: 'matched', ...match };
  if (matches.length > 0) return { state: 'several', matches: matches.map(({ name }) => name) };
  return named ?? { state: 'nowhere' };
}

function defined(config: DetectionInput['config'], env: DetectionInput['env'], name: string) {
  if (!config.profiles.has(name)) return undefined;
  return { state: 'defined' as const, name, source: resolveCredentialSource(config, name, env) };
}
