import { type ErrorCode, UserError, type NextStep } from '../../messages/errors.ts';
import type { SessionRequest } from '../ensure/types.ts';
import { loginCommandFor } from '../login-command.ts';
import { sessionName } from '../session.ts';
import { type FailureKind, IdentityCenterFailure } from './types.ts';

/** The codes of OIDC's error bodies (`error`, RFC 6749 and 8628); the SDK names its exceptions by the same words. */
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
  internal_server: 'server',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  resource_not_found: 'not-found',
  too_many_requests: 'throttled',
  throttling: 'throttled',
};

/** Codes of OpenSSL and Node.js for an untrusted certificate, or a server that doesn't use TLS. */
export const tlsCode = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^EPROTO$/;
const systemCode = /^(E[A-Z0-9]{3,}|ERR_[A-Z0-9_]+|UND_ERR_[A-Z_]+|[A-Z]+_[A-Z_]+)$/;

/** Converts an error of the SDK. Never includes the text of a response, which is untrusted. */
export function toFailure(error: unknown, operation: string, host: string): IdentityCenterFailure {
  if (error instanceof IdentityCenterFailure) return error;
  const status = readStatus(error);
  const { kind, code } = classify(error, status);
  return new IdentityCenterFailure(kind, { operation, host, code });
}

/** A response with a missing member or a member of the wrong type. */
export function malformedAnswer(operation: string, host: string, member: string): IdentityCenterFailure {
  return new IdentityCenterFailure('malformed', { operation, host, code: `no valid "${member}" in the response` });
}

function classify(error: unknown, status: number | undefined): { kind: FailureKind; code: string } {
  const { error: bodyCode, name, code, message } = error as Readonly<Record<string, unknown>>;
  for (const known of [bodyCode, name, code]) {
    const kind = knownKind(known);
    if (kind !== undefined) return { kind, code: String(knownKind(name) === undefined ? known : name) };
  }
  if (status !== undefined) return { kind: kindOfStatus(status, name === 'SyntaxError'), code: `HTTP ${status}` };
  const transport = transportCode(name, code, String(message));
  return { kind: tlsCode.test(transport) ? 'tls' : 'network', code: transport };
}

/** The kind for `slow_down` or `SlowDownException`. */
function knownKind(code: unknown): FailureKind | undefined {
  if (typeof code !== 'string') return undefined;
  const words = /^((?:[A-Z][a-z]+)+)Exception$/.exec(code)?.[1]?.match(/[A-Z][a-z]+/g);
  const key = words?.join('_').toLowerCase() ?? code;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}

/** Why there was no response. The SDK may have wrapped the system's error and kept only its text. */
function transportCode(name: unknown, code: unknown, message: string): string {
  if (typeof code === 'string' && systemCode.test(code)) return code;
  const [written] = /\b(?:E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(message) ?? [];
  if (written !== undefined) return written;
  if (message.includes('socket hang up')) return 'ECONNRESET';
  return name === 'TimeoutError' || name === 'AbortError' ? 'ETIMEDOUT' : 'no response';
}

/** Classifies an HTTP status. A response that isn't JSON comes from a proxy: only temporary errors are trusted then. */
function kindOfStatus(status: number, isGarbled: boolean): FailureKind {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server';
  if (isGarbled) return 'malformed';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'not-found' : 'malformed';
}

/** The HTTP status of an error of the SDK, if there was a response. */
export function readStatus(error: unknown): number | undefined {
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: unknown };
    $response?: { statusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

interface FailureText {
  readonly code: ErrorCode;
  /** The outcome, after "IAM Identity Center". */
  readonly outcome: string;
  readonly why: string;
  readonly next: readonly NextStep[] | 'log-in';
}

export const nameAuthority = [
  { say: 'Point AWS_CA_BUNDLE at a PEM file with that CA:' },
  { run: 'export AWS_CA_BUNDLE=/path/to/ca.pem' },
];

const checkConfiguration = { say: 'Check sso_start_url and sso_region of the session in the AWS config file.' };

const texts: Readonly<Record<FailureKind, FailureText>> = {
  network: {
    code: 'PortalUnreachable',
    outcome: 'is unreachable',
    why: 'There is no network, the proxy is missing or wrong, or sso_region does not exist.',
    next: [{ say: 'Check the network, HTTPS_PROXY and sso_region, then try again.' }],
  },
  tls: {
    code: 'CertificateNotTrusted',
    outcome: 'presented a certificate that this machine does not trust',
    why: 'A TLS-inspecting proxy needs its CA certificate configured.',
    next: nameAuthority,
  },
  server: {
    code: 'PortalUnreachable',
    outcome: 'returned a server error three times',
    why: 'The service may be having problems.',
    next: [{ say: 'Try again in a few minutes, or check https://health.aws.amazon.com/health/status' }],
  },
  throttled: {
    code: 'RequestsThrottled',
    outcome: 'is throttling requests',
    why: 'You or others in your organization sent too many requests.',
    next: [{ say: 'Try again in a minute.' }],
  },
  malformed: {
    code: 'InvalidAnswer',
    outcome: "returned a response that can't be parsed",
    why: 'A proxy or captive portal may be intercepting the connection.',
    next: [{ say: 'Check the network and HTTPS_PROXY, then try again.' }],
  },
  'invalid-request': {
    code: 'InvalidStartUrl',
    outcome: 'rejected the request',
    why: 'The start URL is probably wrong, or sso_region is not the Region of IAM Identity Center.',
    next: [checkConfiguration],
  },
  'unauthorized-client': {
    code: 'ScopesRefused',
    outcome: 'rejected the client or its scopes',
    why: 'It may not support the registration scopes.',
    next: [
      {
        say: 'Check sso_registration_scopes of the session in the AWS config file. The usual scope is sso:account:access.',
      },
    ],
  },
  'access-denied': {
    code: 'SignInDenied',
    outcome: 'denied the sign-in',
    why: 'It was declined in the browser, or your organization does not allow it.',
    next: 'log-in',
  },
  'expired-token': {
    code: 'SignInTimedOut',
    outcome: 'timed out waiting for the sign-in',
    why: 'The sign-in was not approved in time.',
    next: 'log-in',
  },
  'invalid-grant': {
    code: 'SessionRevoked',
    outcome: 'no longer accepts this sign-in',
    why: 'The session was revoked, or the code was already used.',
    next: 'log-in',
  },
  'invalid-client': {
    code: 'SessionRevoked',
    outcome: 'no longer recognizes this client',
    why: 'Its registration was revoked or has expired.',
    next: 'log-in',
  },
  unauthorized: {
    code: 'SessionRevoked',
    outcome: 'rejected the token',
    why: 'The session was revoked, or sso_region is not the Region of IAM Identity Center.',
    next: 'log-in',
  },
  forbidden: {
    code: 'NoAccess',
    outcome: 'denied access to that account and role',
    why: "They aren't assigned to you, or are misspelled in the AWS config file. Signing in again doesn't help.",
    next: [{ say: 'To see your accounts and roles, run:' }, { run: 'cdkx sso configure' }],
  },
  'not-found': {
    code: 'StartUrlNotFound',
    outcome: 'could not find what was requested',
    why: 'The start URL, the account or the role may be wrong.',
    next: [checkConfiguration],
  },
  'authorization-pending': {
    code: 'SignInTimedOut',
    outcome: 'is still waiting for approval',
    why: 'The sign-in is not approved yet.',
    next: 'log-in',
  },
  'slow-down': {
    code: 'RequestsThrottled',
    outcome: 'is throttling requests',
    why: 'cdkx sent too many requests.',
    next: [{ say: 'Try again in a minute.' }],
  },
};

/** A failure in one line, for warnings and verbose mode: `IAM Identity Center is unreachable (CreateToken at host: ECONNREFUSED)`. */
export function describeFailure(failure: IdentityCenterFailure): string {
  return `IAM Identity Center ${texts[failure.kind].outcome} (${failure.operation} at ${failure.host}: ${failure.code})`;
}

export function failureError(
  failure: IdentityCenterFailure,
  request: Pick<SessionRequest, 'session' | 'profile' | 'refused' | 'force'>,
): UserError {
  const { code, outcome, why, next } = texts[failure.kind];
  const { session } = request;
  // The rejected token is still on disk and looks valid.
  const command = loginCommandFor(failure.kind === 'unauthorized' ? { ...request, force: true } : request);
  return new UserError(
    code,
    {
      what: `IAM Identity Center ${outcome} (${failure.operation} at ${failure.host}: ${failure.code})`,
      why: [why, `Session: ${sessionName({ session })}, start URL ${session.startUrl}, Region ${session.region}.`],
      next: next === 'log-in' ? [{ say: 'To sign in again, run:' }, { run: command }] : next,
    },
    { cause: failure },
  );
}
