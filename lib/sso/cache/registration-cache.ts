import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { readMoment, readText, readTexts } from '../../system/json.ts';
import type { SsoSession } from '../session.ts';
import { cacheFileName, toPythonJson, toPythonTime } from './aws-cli-format.ts';
import { cacheFolder, deleteCacheFile, readCacheFile, writeCacheFile } from './cache-file.ts';

/** The two ways to log in, by the names of their OAuth grants. */
export type LoginMethod = 'authorization-code' | 'device-authorization';

/** A client registration: what `RegisterClient` gave this machine to identify itself with. */
export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: Date;
  readonly scopes?: readonly string[];
  /** Present on registrations for the authorization code; the file name does not tell them apart. */
  readonly grantTypes?: readonly string[];
}

/** A registration with less than this left is replaced (the AWS CLI's `_EXPIRY_WINDOW`), milliseconds. */
const expiryWindowMs = 15 * 60 * 1000;

/**
 * Where a session's client registration is kept: the SHA-1 of Python's `json.dumps` of what it is for names the file,
 * so the text is built byte for byte (members sorted, start URL and scopes as configured).
 */
export function registrationPath(ctx: Pick<Context, 'home'>, session: SsoSession): string {
  const purpose = toPythonJson({
    region: session.region,
    scopes: session.scopes ?? null,
    session_name: session.name ?? null,
    startUrl: session.startUrl,
    tool: 'botocore',
  });
  return join(cacheFolder(ctx), cacheFileName(purpose));
}

/** The registration on disk that serves this way to log in and has at least 15 minutes left (`now` in milliseconds since the epoch). */
export function readRegistration(
  ctx: Pick<Context, 'home'>,
  session: SsoSession,
  method: LoginMethod,
  now: number,
): ClientRegistration | undefined {
  const file = readCacheFile(registrationPath(ctx, session));
  const registration = file.state === 'present' ? parseRegistration(file.members) : undefined;
  if (registration === undefined || registration.expiresAt.getTime() - now < expiryWindowMs) return undefined;
  const isForCode = registration.grantTypes?.includes('authorization_code') ?? false;
  return isForCode === (method === 'authorization-code') ? registration : undefined;
}

/** Stores a registration as the AWS CLI does. Throws a UserError (78) when it cannot be written. */
export function writeRegistration(
  ctx: Pick<Context, 'home' | 'pid' | 'uid'>,
  session: SsoSession,
  registration: ClientRegistration,
): void {
  writeCacheFile(ctx, registrationPath(ctx, session), formatRegistration(registration));
}

/** Forgets a registration that Identity Center no longer accepts. */
export function dropRegistration(ctx: Pick<Context, 'home' | 'uid'>, session: SsoSession): void {
  deleteCacheFile(ctx, registrationPath(ctx, session));
}

/** The text of a registration file: the AWS CLI's members in its order. */
export function formatRegistration(registration: ClientRegistration): string {
  return toPythonJson({
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    expiresAt: toPythonTime(registration.expiresAt),
    scopes: registration.scopes,
    grantTypes: registration.grantTypes,
  });
}

function parseRegistration(members: Readonly<Record<string, unknown>>): ClientRegistration | undefined {
  const clientId = readText(members['clientId']);
  const clientSecret = readText(members['clientSecret']);
  const expiresAt = readMoment(members['expiresAt']);
  if (clientId === undefined || clientSecret === undefined || expiresAt === undefined) return undefined;
  const scopes = readTexts(members['scopes']);
  const grantTypes = readTexts(members['grantTypes']);
  return {
    clientId,
    clientSecret,
    expiresAt,
    ...(scopes === undefined ? {} : { scopes }),
    ...(grantTypes === undefined ? {} : { grantTypes }),
  };
}
