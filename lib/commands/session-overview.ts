import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Context } from '../context.ts';
import { leafSource, type CredentialSource } from '../profile/credential-source.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import type { SharedConfig } from '../profile/shared-config.ts';
import { resolveSsoEndpoints } from '../profile/endpoints.ts';
import { lookUpSession } from '../profile/sso-source.ts';
import { cacheFolder } from '../sso/cache-folder.ts';
import { sessionCacheKey, type SsoSession } from '../sso/session.ts';
import { readTokenFile, tokenPath } from '../sso/token-cache.ts';
import { tokenStanding } from '../sso/token-standing.ts';
import type { SsoToken, TokenOnDisk } from '../sso/token.ts';

/**
 * Where a session stands, told by its token file: `valid`; `ending` (still good, but not for long and not refreshable);
 * `refreshable` (ended or ending, renewed silently at the next use); `expired`; `signed-out` (no token); `unreadable`.
 */
export type SessionState = 'valid' | 'ending' | 'refreshable' | 'expired' | 'signed-out' | 'unreadable';

/** One session as `cdkx sso status` shows it. No member holds a secret. */
export interface SessionEntry {
  readonly session: SsoSession;
  /** `sso-session` and `legacy` come from the shared config; `orphan` is a token that no section names. */
  readonly kind: 'sso-session' | 'legacy' | 'orphan';
  readonly state: SessionState;
  readonly expiresAt?: Date;
  readonly refreshable: boolean;
  /** The profiles whose credentials come from it, role chains included. */
  readonly profiles: readonly string[];
  readonly path: string;
  /** Why the token file is of no use. */
  readonly reason?: string;
  readonly token?: SsoToken;
}

/** A profile with its credential source. */
export interface ProfileEntry {
  readonly name: string;
  readonly source: CredentialSource;
}

/** Every profile of the shared config with its credential source. */
export function listProfiles({ env }: Pick<Context, 'env'>, config: SharedConfig): ProfileEntry[] {
  return [...config.profiles.keys()].map((name) => ({ name, source: resolveCredentialSource(config, name, env) }));
}

/**
 * Every session that the shared config or the token cache knows. Foreign and broken files of the cache are passed over; one that
 * stands where a known session's token belongs is `unreadable`.
 */
export function listSessions(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  config: SharedConfig,
  profiles: readonly ProfileEntry[],
): SessionEntry[] {
  const known = knownSessions(ctx, config, profiles);
  const paths = new Set(known.map(({ session }) => tokenPath(ctx, session)));
  const entries = known.map(({ session, kind, users }) =>
    createEntry(ctx, { session, kind, profiles: users, found: readQuickly(ctx, tokenPath(ctx, session)) }),
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
    const found = readQuickly(ctx, path);
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
    return []; // No folder: nobody has signed in yet.
  }
}

function createEntry(
  { clock }: Pick<Context, 'clock'>,
  given: Pick<SessionEntry, 'session' | 'kind' | 'profiles'> & { readonly found: TokenOnDisk },
): SessionEntry {
  const { found, ...rest } = given;
  const base = { ...rest, path: found.path, refreshable: false };
  if (found.state === 'missing') return { ...base, state: 'signed-out' };
  if (found.state === 'unreadable') return { ...base, state: 'unreadable', reason: found.reason };
  const { token } = found;
  const { fresh, usable, refreshable } = tokenStanding(token, given.session, clock.now());
  const state = fresh ? 'valid' : refreshable ? 'refreshable' : usable ? 'ending' : 'expired';
  return { ...base, state, refreshable, expiresAt: token.expiresAt, token };
}

/**
 * As `readTokenFile`, which looks again for a tenth of a second at a file that is no JSON, since another program may be writing it:
 * here only where it was written just now.
 */
function readQuickly({ clock }: Pick<Context, 'clock'>, path: string): TokenOnDisk {
  const beingWrittenMs = 1000;
  try {
    if (clock.now() - statSync(path).mtimeMs > beingWrittenMs) JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return { state: 'unreadable', path, reason: 'it is not a whole JSON object' };
  }
  return readTokenFile(path);
}
