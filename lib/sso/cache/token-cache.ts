import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { readMoment, readText } from '../../system/json.ts';
import type { SessionRequest } from '../ensure/types.ts';
import { sessionCacheKey, type SsoSession } from '../session.ts';
import { isSameStartUrl } from '../start-url.ts';
import { cacheFileName, toPythonJson, toPythonTime } from './aws-cli-format.ts';
import { cacheFolder, readCacheFile, writeCacheFile } from './cache-file.ts';
import type { SsoToken, TokenOnDisk } from './token.ts';

export { roleCredentialsFileName } from './aws-cli-format.ts';

/** The members that all AWS tools know, in the order of the AWS CLI. */
const knownMembers = [
  'startUrl',
  'region',
  'accessToken',
  'expiresAt',
  'clientId',
  'clientSecret',
  'registrationExpiresAt',
  'refreshToken',
] as const;

/** The path of a session's token. The file name is the SHA-1 of the session's name, or of a legacy profile's start URL. */
export function tokenPath(ctx: Pick<Context, 'home'>, session: SsoSession): string {
  return join(cacheFolder(ctx), cacheFileName(sessionCacheKey(session)));
}

/** Reads the token of a session from disk. Never throws: an invalid file is `unreadable`, with the reason. */
export function readToken(ctx: Pick<Context, 'home'>, session: SsoSession): TokenOnDisk {
  return tokenOfSession(readTokenFile(tokenPath(ctx, session)), session);
}

/** A token for another portal is `unreadable`: file names depend on the session's name, which can be reused. */
export function tokenOfSession(found: TokenOnDisk, session: SsoSession): TokenOnDisk {
  if (found.state !== 'present') return found;
  const { startUrl = session.startUrl, region = session.region } = found.token;
  if (isSameStartUrl(startUrl, session.startUrl) && region === session.region) return found;
  return {
    state: 'unreadable',
    path: found.path,
    reason: `it is for another portal, ${startUrl} in ${region}`,
  };
}

/** The token of a session, on disk or in this process (`held`), whichever expires later. Never throws. */
export function currentToken(
  ctx: Pick<Context, 'home'>,
  { session, held }: Pick<SessionRequest, 'session' | 'held'>,
): TokenOnDisk {
  const found = readToken(ctx, session);
  if (held === undefined || (found.state === 'present' && found.token.expiresAt >= held.expiresAt)) return found;
  return { state: 'present', path: found.path, token: held };
}

/** Reads the token in the file at `path`. Never throws. */
export function readTokenFile(path: string): TokenOnDisk {
  const file = readCacheFile(path);
  if (file.state !== 'present') return { ...file, path };
  const token = parseToken(file.members);
  return typeof token === 'string' ? { state: 'unreadable', path, reason: token } : { state: 'present', path, token };
}

/**
 * Stores a session's token byte for byte as the AWS CLI v2 writes it. Throws a UserError (78) if it can't be written.
 */
export function writeToken(
  ctx: Pick<Context, 'home' | 'pid' | 'platform' | 'uid'>,
  session: SsoSession,
  token: SsoToken,
): void {
  writeCacheFile(ctx, tokenPath(ctx, session), formatToken(token));
}

/** Formats a token file. Omits members without a value, because some readers reject a JSON null. */
export function formatToken(token: SsoToken): string {
  const unknown = Object.entries(token.unknown).filter(
    ([name, value]) => value !== null && !(knownMembers as readonly string[]).includes(name),
  );
  return toPythonJson({
    startUrl: token.startUrl,
    region: token.region,
    accessToken: token.accessToken,
    expiresAt: toPythonTime(token.expiresAt),
    clientId: token.clientId,
    clientSecret: token.clientSecret,
    registrationExpiresAt: token.registrationExpiresAt && toPythonTime(token.registrationExpiresAt),
    refreshToken: token.refreshToken,
    ...Object.fromEntries(unknown),
  });
}

/** Parses a token file's members, or returns what is missing. A member of the wrong type counts as absent. */
function parseToken(members: Readonly<Record<string, unknown>>): SsoToken | string {
  const accessToken = readText(members['accessToken']);
  if (accessToken === undefined) return 'it has no "accessToken"';
  const expiresAt = readMoment(members['expiresAt']);
  if (expiresAt === undefined) return 'it has no valid "expiresAt"';
  const known: readonly string[] = knownMembers;
  return {
    startUrl: readText(members['startUrl']),
    region: readText(members['region']),
    accessToken,
    expiresAt,
    refreshToken: readText(members['refreshToken']),
    clientId: readText(members['clientId']),
    clientSecret: readText(members['clientSecret']),
    registrationExpiresAt: readMoment(members['registrationExpiresAt']),
    unknown: Object.fromEntries(Object.entries(members).filter(([name]) => !known.includes(name))),
  };
}
