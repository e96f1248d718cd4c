import { IdentityCenterFailure, type FailureKind } from './identity-center.ts';

/** The codes of OIDC's error bodies (`error`, RFC 6749 and 8628) and the SDK's names for them (facts of the service, not of a specification). */
const kinds: Readonly<Record<string, FailureKind>> = {
  authorization_pending: 'authorization-pending',
  slow_down: 'slow-down',
  expired_token: 'expired-token',
  access_denied: 'access-denied',
  invalid_grant: 'invalid-grant',
  invalid_client: 'invalid-client',
  invalid_request: 'invalid-request',
  unauthorized_client: 'unauthorized-client',
  unsupported_grant_type: 'unauthorized-client',
  invalid_scope: 'unauthorized-client',
  invalid_client_metadata: 'invalid-request',
  invalid_redirect_uri: 'invalid-request',
  server_error: 'server',
  AuthorizationPendingException: 'authorization-pending',
  SlowDownException: 'slow-down',
  ExpiredTokenException: 'expired-token',
  AccessDeniedException: 'access-denied',
  InvalidGrantException: 'invalid-grant',
  InvalidClientException: 'invalid-client',
  InvalidRequestException: 'invalid-request',
  UnauthorizedClientException: 'unauthorized-client',
  UnsupportedGrantTypeException: 'unauthorized-client',
  InvalidScopeException: 'unauthorized-client',
  InvalidClientMetadataException: 'invalid-request',
  InvalidRedirectUriException: 'invalid-request',
  InternalServerException: 'server',
  UnauthorizedException: 'unauthorized',
  ForbiddenException: 'forbidden',
  ResourceNotFoundException: 'not-found',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
};

/** Codes of OpenSSL and Node that mean: the other side's certificate is not trusted, or no TLS is spoken there. */
export const tlsCode = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^EPROTO$/;
const systemCode = /^(E[A-Z0-9]{3,}|ERR_[A-Z0-9_]+|UND_ERR_[A-Z_]+|[A-Z]+_[A-Z_]+)$/;

/** What the SDK threw, as a failure of ours. The text of an answer is never taken over: it may be anything. */
export function toFailure(error: unknown, operation: string, host: string): IdentityCenterFailure {
  if (error instanceof IdentityCenterFailure) return error;
  const status = readStatus(error);
  const { kind, code } = classify(error, status);
  return new IdentityCenterFailure(kind, { operation, host, code, status });
}

/** An answer whose member is missing or of the wrong type. */
export function malformedAnswer(operation: string, host: string, member: string): IdentityCenterFailure {
  return new IdentityCenterFailure('malformed', { operation, host, code: `no usable "${member}" in the answer` });
}

function classify(error: unknown, status: number | undefined): { kind: FailureKind; code: string } {
  const { error: bodyCode, name, code, message } = error as Readonly<Record<string, unknown>>;
  for (const known of [bodyCode, name, code]) {
    const kind = typeof known === 'string' && Object.hasOwn(kinds, known) ? kinds[known] : undefined;
    if (kind !== undefined)
      return { kind, code: typeof name === 'string' && Object.hasOwn(kinds, name) ? name : String(known) };
  }
  if (status !== undefined) return { kind: kindOfStatus(status, name === 'SyntaxError'), code: `HTTP ${status}` };
  const transport = transportCode(name, code, String(message));
  return { kind: tlsCode.test(transport) ? 'tls' : 'network', code: transport };
}

/** Why there was no answer at all. The SDK may have wrapped the system's error and kept only its text. */
function transportCode(name: unknown, code: unknown, message: string): string {
  if (typeof code === 'string' && systemCode.test(code)) return code;
  const [written] = /\b(?:E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(message) ?? [];
  if (written !== undefined) return written;
  if (message.includes('socket hang up')) return 'ECONNRESET';
  return name === 'TimeoutError' || name === 'AbortError' ? 'ETIMEDOUT' : 'no answer';
}

/** What a status alone says. An answer that is no JSON comes from something on the way: then only "later" can be believed. */
function kindOfStatus(status: number, isGarbled: boolean): FailureKind {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server';
  if (isGarbled) return 'malformed';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'not-found' : 'malformed';
}

function readStatus(error: unknown): number | undefined {
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: unknown };
    $response?: { statusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
