import { type ErrorCode, UserError, type NextStep } from '../../messages/errors.ts';
import type { SessionRequest } from '../ensure/types.ts';
import { loginCommandFor } from '../login-command.ts';
import { sessionName } from '../session.ts';
import { type FailureKind, IdentityCenterFailure } from './types.ts';

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

interface FailureText {
  readonly code: ErrorCode;
  /** What it does or says, after "IAM Identity Center". */
  readonly outcome: string;
  readonly why: string;
  readonly next: readonly NextStep[] | 'log-in';
}

/** What helps where a certificate is not trusted. */
export const nameAuthority = [
  { say: 'Name a PEM file with the authority:' },
  { run: 'export AWS_CA_BUNDLE=/path/to/ca.pem' },
];

const checkConfiguration = { say: 'Check sso_start_url and sso_region of the session in the AWS config file.' };

const texts: Readonly<Record<FailureKind, FailureText>> = {
  network: {
    code: 'PortalUnreachable',
    outcome: 'cannot be reached',
    why: 'There is no network, a proxy is missing or wrong, or sso_region does not exist.',
    next: [{ say: 'Check the network, HTTPS_PROXY and sso_region, then try again.' }],
  },
  tls: {
    code: 'CertificateNotTrusted',
    outcome: 'shows a certificate that is not trusted here',
    why: 'A proxy that opens TLS needs its certificate authority made known.',
    next: nameAuthority,
  },
  server: {
    code: 'PortalUnreachable',
    outcome: 'answered with an error of its own, three times',
    why: 'The service may be disturbed.',
    next: [
      { say: 'Try again in a few minutes. Disturbances are shown at https://health.aws.amazon.com/health/status' },
    ],
  },
  throttled: {
    code: 'RequestsThrottled',
    outcome: 'refuses more requests for now',
    why: 'Too many were sent in a short time, from here or from others of the organisation.',
    next: [{ say: 'Try again in a minute.' }],
  },
  malformed: {
    code: 'InvalidAnswer',
    outcome: 'gave an answer that cannot be understood',
    why: 'Something on the way may answer in its place: a proxy or the sign-in page of a network.',
    next: [{ say: 'Check the network and HTTPS_PROXY, then try again.' }],
  },
  'invalid-request': {
    code: 'InvalidStartUrl',
    outcome: 'does not accept the request',
    why: 'Most often the start URL is wrong, or sso_region is not the region of IAM Identity Center.',
    next: [checkConfiguration],
  },
  'unauthorized-client': {
    code: 'ScopesRefused',
    outcome: 'does not allow this client what was asked',
    why: 'The registration scopes may be unknown there.',
    next: [
      {
        say: 'Check sso_registration_scopes of the session in the AWS config file; sso:account:access is the usual one.',
      },
    ],
  },
  'access-denied': {
    code: 'SignInDenied',
    outcome: 'says that the sign-in was denied',
    why: 'It was declined in the browser, or the organisation does not allow it.',
    next: 'log-in',
  },
  'expired-token': {
    code: 'SignInTimedOut',
    outcome: 'says that the time to sign in ran out',
    why: 'Nobody approved the sign-in in time.',
    next: 'log-in',
  },
  'invalid-grant': {
    code: 'SessionRevoked',
    outcome: 'no longer accepts this sign-in',
    why: 'The session was ended, or the code was used already.',
    next: 'log-in',
  },
  'invalid-client': {
    code: 'SessionRevoked',
    outcome: 'does not know this client any more',
    why: 'Its registration was revoked or has expired.',
    next: 'log-in',
  },
  unauthorized: {
    code: 'SessionRevoked',
    outcome: 'does not accept the token',
    why: 'The session was ended there, or sso_region is not the region of IAM Identity Center.',
    next: 'log-in',
  },
  forbidden: {
    code: 'NoAccess',
    outcome: 'gives no access to that account and role',
    why: 'They are not assigned to you, or are misspelt in the AWS config file. Signing in again does not help.',
    next: [{ say: 'See which accounts and roles you have:' }, { run: 'cdkx sso configure' }],
  },
  'not-found': {
    code: 'StartUrlNotFound',
    outcome: 'does not know what was asked for',
    why: 'The start URL, the account or the role may be wrong.',
    next: [checkConfiguration],
  },
  'authorization-pending': {
    code: 'SignInTimedOut',
    outcome: 'still waits for the approval',
    why: 'Nobody approved the sign-in yet.',
    next: 'log-in',
  },
  'slow-down': {
    code: 'RequestsThrottled',
    outcome: 'refuses more requests for now',
    why: 'It was asked too often.',
    next: [{ say: 'Try again in a minute.' }],
  },
};

/** A failure in one line, for warnings and verbose mode: `cannot be reached (CreateToken at host: ECONNREFUSED)`. */
export function describeFailure(failure: IdentityCenterFailure): string {
  return `IAM Identity Center ${texts[failure.kind].outcome} (${failure.operation} at ${failure.host}: ${failure.code})`;
}

/** A failure of a call as an error for people. */
export function failureError(
  failure: IdentityCenterFailure,
  request: Pick<SessionRequest, 'session' | 'profile' | 'refused' | 'force'>,
): UserError {
  const { code, outcome, why, next } = texts[failure.kind];
  const { session } = request;
  // A token that was refused is still on disk, and looks good there.
  const command = loginCommandFor(failure.kind === 'unauthorized' ? { ...request, force: true } : request);
  return new UserError(
    code,
    {
      what: `IAM Identity Center ${outcome} (${failure.operation} at ${failure.host}: ${failure.code})`,
      why: [
        why,
        `It was asked for ${sessionName({ session })}: start URL ${session.startUrl}, region ${session.region}.`,
      ],
      next: next === 'log-in' ? [{ say: 'Sign in again with:' }, { run: command }] : next,
    },
    { cause: failure },
  );
}
