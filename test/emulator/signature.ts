import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError, header, type Call } from './http.ts';
import type { Caller } from './service.ts';
import type { World } from './state.ts';

/** The parts of an `Authorization: AWS4-HMAC-SHA256 …` header. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const PATTERN =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;

/** Reads the `Authorization` header; `undefined` where there is none of this kind. */
export function parseAuthorization(call: Call): Authorization | undefined {
  const match = PATTERN.exec(header(call, 'authorization') ?? '');
  if (match === null) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/** AWS takes a signature for current so long before and after its date, milliseconds. */
const signatureWindowMs = 15 * 60 * 1000;

/**
 * Checks who signed a request, as AWS does: the access key must exist, its session token must be the right one and alive, the
 * signature must be made with its secret, and not long ago or in the future. (By the real time: clients know nothing of the stand-in's.)
 */
export function authenticate(world: World, call: Call, authorization: Authorization): Caller {
  const key = world.accessKeys.get(authorization.accessKeyId);
  const invalidToken = new ApiError(
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  );
  if (key === undefined || header(call, 'x-amz-security-token') !== key.sessionToken) throw invalidToken;
  const grace = world.settings.lifetimes.roleCredentialsGrace * 1000;
  if (key.expiresAt !== undefined && key.expiresAt + grace <= world.clock.now()) {
    throw new ApiError(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
  const expected = Buffer.from(sign(call, authorization, key.secretAccessKey), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'))) {
    const text = 'The request signature we calculated does not match the signature you provided.';
    throw new ApiError(403, 'SignatureDoesNotMatch', text);
  }
  const signedAt = header(call, 'x-amz-date') ?? '';
  if (Math.abs(parseDate(signedAt) - Date.now()) > signatureWindowMs) {
    const text = `Signature expired or not yet current: ${signedAt} is too far from the time of the service.`;
    throw new ApiError(403, 'SignatureDoesNotMatch', text);
  }
  return { key, region: authorization.region };
}

/** `20261126T041500Z` as milliseconds since the epoch. */
function parseDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
}

/** Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function sign(call: Call, { date, region, service, signedHeaders }: Authorization, secretAccessKey: string): string {
  const [rawPath = '/', rawQuery = ''] = call.target.split('?');
  const payload = header(call, 'x-amz-content-sha256') ?? sha256(call.body);
  const canonical = [
    call.method,
    service === 's3' ? rawPath : rawPath.split('/').map(encode).join('/'),
    canonicalQuery(rawQuery),
    ...signedHeaders.map((name) => `${name}:${(header(call, name) ?? '').trim().replaceAll(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', header(call, 'x-amz-date') ?? '', scope, sha256(canonical)].join('\n');
  const steps = [date, region, service, 'aws4_request'];
  const signingKey = steps.reduce<Buffer>((key, step) => hmac(key, step), Buffer.from(`AWS4${secretAccessKey}`));
  return hmac(signingKey, toSign).toString('hex');
}

function canonicalQuery(raw: string): string {
  const pairs = raw.split('&').filter((pair) => pair !== '');
  return pairs
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
