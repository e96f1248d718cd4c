import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { readMoment, readText, readTexts } from '../../system/json.ts';
import type { SsoSession } from '../session.ts';
import { cacheFileName, toPythonJson, toPythonTime } from './aws-cli-format.ts';
import { cacheFolder, deleteCacheFile, readCacheFile, writeCacheFile } from './cache-file.ts';

/** The sign-in methods, by their OAuth grants. */
export type LoginMethod = 'authorization-code' | 'device-authorization';

export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: Date;
  readonly scopes?: readonly string[] | undefined;
  /** Present on registrations for the authorization code grant; the file names don't differ. */
  readonly grantTypes?: readonly string[] | undefined;
}

/** A registration with less than this left is replaced (the AWS CLI's `_EXPIRY_WINDOW`), milliseconds. */
const expiryWindowMs = 15 * 60 * 1000;

/** The path of a session's client registration: the SHA-1 of Python's `json.dumps` of its parameters, byte for byte. */
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

/** Reads the registration for this method if it has at least 15 minutes left (`now` in milliseconds since the epoch). */
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

/** Stores a registration as the AWS CLI does. Throws a UserError (78) if it can't be written. */
export function writeRegistration(
  ctx: Pick<Context, 'home' | 'pid' | 'platform' | 'uid'>,
  session: SsoSession,
  registration: ClientRegistration,
): void {
  writeCacheFile(ctx, registrationPath(ctx, session), formatRegistration(registration));
}

export function dropRegistration(ctx: Pick<Context, 'home' | 'platform' | 'uid'>, session: SsoSession): void {
  deleteCacheFile(ctx, registrationPath(ctx, session));
}

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
  return { clientId, clientSecret, expiresAt, scopes, grantTypes: readTexts(members['grantTypes']) };
}
