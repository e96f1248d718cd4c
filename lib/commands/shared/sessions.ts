import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { resolveSsoEndpoints } from '../../aws-config/settings.ts';
import type { SharedConfig } from '../../aws-config/shared-config.ts';
import type { Context } from '../../context.ts';
import { formatDuration } from '../../messages/text.ts';
import { readLoginCache } from '../../profile/aws-login-cache.ts';
import { lookUpSession, resolveCredentialSource } from '../../profile/resolve-source.ts';
import { type CredentialSource, leafSource } from '../../profile/source.ts';
import { cacheFolder } from '../../sso/cache/cache-file.ts';
import { readTokenFile, tokenOfSession, tokenPath } from '../../sso/cache/token-cache.ts';
import { type SsoToken, type TokenOnDisk, tokenStatus } from '../../sso/cache/token.ts';
import { sessionCacheKey, type SsoSession } from '../../sso/session.ts';

/**
 * By the token file. `ending`: expires soon and can't be refreshed. `refreshable`: refreshed silently at the next use.
 */
export type SessionState = 'valid' | 'ending' | 'refreshable' | 'expired' | 'signed-out' | 'unreadable';

export interface SessionEntry {
  readonly session: SsoSession;
  /** `sso-session` and `legacy` come from the shared config; `orphan` is a token without a section. */
  readonly kind: 'sso-session' | 'legacy' | 'orphan';
  readonly state: SessionState;
  readonly expiresAt?: Date;
  readonly refreshable: boolean;
  /** The profiles that use it, including role chains. */
  readonly profiles: readonly string[];
  readonly path: string;
  readonly reason?: string;
  readonly token?: SsoToken;
}

export interface ProfileEntry {
  readonly name: string;
  readonly source: CredentialSource;
}

export function listProfiles({ env }: Pick<Context, 'env'>, config: SharedConfig): ProfileEntry[] {
  return [...config.profiles.keys()].map((name) => ({ name, source: resolveCredentialSource(config, name, env) }));
}

/** Lists every session of the shared config and the token cache. Ignores other files in the cache. */
export function listSessions(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  config: SharedConfig,
  profiles: readonly ProfileEntry[],
): SessionEntry[] {
  const known = knownSessions(ctx, config, profiles);
  const paths = new Set(known.map(({ session }) => tokenPath(ctx, session)));
  const entries = known.map(({ session, kind, users }) =>
    createEntry(ctx, { session, kind, profiles: users, found: readTokenFile(tokenPath(ctx, session)) }),
  );
  return [...entries, ...orphans(ctx, config, paths)];
}

interface KnownSession {
  readonly session: SsoSession;
  readonly kind: 'sso-session' | 'legacy';
  readonly users: readonly string[];
}

function knownSessions(
  { env }: Pick<Context, 'env'>,
  config: SharedConfig,
  profiles: readonly ProfileEntry[],
): KnownSession[] {
  const users = new Map<string, { session: SsoSession; names: string[] }>();
  for (const { name, source } of profiles) {
    const leaf = leafSource(source);
    if (leaf.kind !== 'sso-session' && leaf.kind !== 'legacy-sso') continue;
    const key = `${leaf.kind} ${sessionCacheKey(leaf.session)}`;
    const entry = users.get(key) ?? { session: leaf.session, names: [] };
    entry.names.push(name);
    users.set(key, entry);
  }
  const named = [...config.ssoSessions.keys()].flatMap((name): KnownSession[] => {
    const used = users.get(`sso-session ${name}`);
    const session = used?.session ?? lookUpSession(config, name, env).session;
    return session === undefined ? [] : [{ session, kind: 'sso-session', users: used?.names ?? [] }];
  });
  const legacy = [...users.values()].flatMap(({ session, names }): KnownSession[] =>
    session.name === undefined ? [{ session, kind: 'legacy', users: names }] : [],
  );
  return [...named, ...legacy];
}

function orphans(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  config: SharedConfig,
  known: ReadonlySet<string>,
): SessionEntry[] {
  return tokenFileNames(ctx).flatMap((name) => {
    const path = join(cacheFolder(ctx), name);
    if (known.has(path)) return [];
    const found = readTokenFile(path);
    if (found.state !== 'present' || found.token.startUrl === undefined || found.token.region === undefined) return [];
    const { startUrl, region } = found.token;
    const session: SsoSession = { startUrl, region, endpoints: resolveSsoEndpoints(config, undefined, ctx.env) };
    return [createEntry(ctx, { session, kind: 'orphan', profiles: [], found })];
  });
}

function tokenFileNames(ctx: Pick<Context, 'home'>): string[] {
  try {
    return readdirSync(cacheFolder(ctx)).filter((name) => /^[0-9a-f]{40}\.json$/.test(basename(name)));
  } catch {
    return []; // No directory: not signed in yet.
  }
}

function createEntry(
  { clock }: Pick<Context, 'clock'>,
  given: Pick<SessionEntry, 'session' | 'kind' | 'profiles'> & { readonly found: TokenOnDisk },
): SessionEntry {
  const { found: inFile, ...rest } = given;
  const found = tokenOfSession(inFile, given.session);
  const base = { ...rest, path: found.path, refreshable: false };
  if (found.state === 'missing') return { ...base, state: 'signed-out' };
  if (found.state === 'unreadable') return { ...base, state: 'unreadable', reason: found.reason };
  const { token } = found;
  const { fresh, usable, refreshable } = tokenStatus(token, given.session, clock.now());
  const state = fresh ? 'valid' : refreshable ? 'refreshable' : usable ? 'ending' : 'expired';
  return { ...base, state, refreshable, expiresAt: token.expiresAt, token };
}

/** Credentials that expire but have no SSO session: short-term keys in the credentials file, or from `aws login`. */
export interface OtherCredentials {
  readonly profile: string;
  readonly kind: 'temporary' | 'login';
  /** `unknown`: the file has no expiration. `renewable`: expired, but renewed by the SDK inside `cdk`. */
  readonly state: 'valid' | 'renewable' | 'expired' | 'signed-out' | 'unreadable' | 'unknown';
  readonly expiresAt?: Date | undefined;
  readonly usable: boolean;
}

/** Lists the short-term credentials and `aws login` sign-ins of the profiles, from files alone. */
export function otherCredentials(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  profiles: readonly ProfileEntry[],
): OtherCredentials[] {
  return profiles.flatMap(({ name, source }): OtherCredentials[] => {
    if (source.kind === 'temporary') return [temporary(ctx, name, source.expiresAt)];
    return source.kind === 'login' ? [signIn(ctx, name, source.loginSession)] : [];
  });
}

function temporary({ clock }: Pick<Context, 'clock'>, profile: string, expiresAt: Date | undefined): OtherCredentials {
  if (expiresAt === undefined) return { profile, kind: 'temporary', state: 'unknown', usable: true };
  const usable = expiresAt.getTime() > clock.now();
  return { profile, kind: 'temporary', state: usable ? 'valid' : 'expired', expiresAt, usable };
}

function signIn(ctx: Pick<Context, 'env' | 'home' | 'clock'>, profile: string, loginSession: string): OtherCredentials {
  const found = readLoginCache(ctx, loginSession);
  const usable = found.state === 'valid' || found.state === 'renewable';
  const state = found.state === 'ended' ? 'expired' : found.state === 'missing' ? 'signed-out' : found.state;
  return { profile, kind: 'login', state, expiresAt: 'expiresAt' in found ? found.expiresAt : undefined, usable };
}

export interface ProfileState {
  readonly state: SessionState | OtherCredentials['state'];
  readonly expiresAt?: string | undefined;
}

/** The state of every profile whose credentials expire, including role chains, from files alone. */
export function profileStates(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  config: SharedConfig,
): Map<string, ProfileState> {
  const profiles = listProfiles(ctx, config);
  const states = new Map<string, ProfileState>();
  for (const { profile, state, expiresAt } of otherCredentials(ctx, profiles)) {
    states.set(profile, { state, expiresAt: expiresAt?.toISOString() });
  }
  for (const { profiles: users, state, expiresAt } of listSessions(ctx, config, profiles)) {
    for (const user of users) states.set(user, { state, expiresAt: expiresAt?.toISOString() });
  }
  for (const { name, source } of profiles) {
    const ofLeaf = states.get(leafSource(source).profile);
    if (!states.has(name) && ofLeaf !== undefined) states.set(name, ofLeaf);
  }
  return states;
}

export const stateTexts: Readonly<Record<ProfileState['state'], string>> = {
  valid: 'signed in',
  ending: 'expires soon',
  refreshable: 'signed in',
  renewable: 'signed in',
  expired: 'expired',
  'signed-out': 'signed out',
  unreadable: 'unreadable',
  unknown: 'expiry unknown',
};
/** Next to the time, a token that has expired is not yet signed in again. */
const withTime = {
  ...stateTexts,
  valid: 'valid',
  refreshable: 'refreshed at next use',
  renewable: 'refreshed at next use',
};

export function stateLine(
  { clock }: Pick<Context, 'clock'>,
  { state, expiresAt, session }: Partial<ProfileState> & { readonly session?: string },
): string | undefined {
  if (state === undefined) return undefined;
  const text = state === 'valid' && session !== undefined ? 'signed in' : withTime[state];
  if (expiresAt === undefined) return text;
  const seconds = (Date.parse(expiresAt) - clock.now()) / 1000;
  return seconds > 0 ? `${text}, ${formatDuration(seconds)} left` : `${text}, expired ${formatDuration(-seconds)} ago`;
}
