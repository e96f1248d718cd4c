import { exitCode, UserError, type OwnExitCode } from '../terminal/user-error.ts';
import type { FailureKind, IdentityCenterFailure } from './identity-center.ts';
import { loginCommandFor } from './login-command.ts';
import type { SessionRequest } from './session-request.ts';
import { sessionName } from './session.ts';

interface FailureText {
  readonly code: OwnExitCode;
  /** What it does or says, after "IAM Identity Center". */
  readonly outcome: string;
  readonly why: string;
  readonly next: readonly string[] | 'log-in';
}

/** What helps where a certificate is not trusted. */
export const nameAuthority = ['Name a PEM file with the authority:', '  export AWS_CA_BUNDLE=/path/to/ca.pem'];

const checkConfiguration = 'Check sso_start_url and sso_region of the session in the AWS config file.';

const texts: Readonly<Record<FailureKind, FailureText>> = {
  network: {
    code: exitCode.unavailable,
    outcome: 'cannot be reached',
    why: 'There is no network, a proxy is missing or wrong, or sso_region does not exist.',
    next: ['Check the network, HTTPS_PROXY and sso_region, then try again.'],
  },
  tls: {
    code: exitCode.unavailable,
    outcome: 'shows a certificate that is not trusted here',
    why: 'A proxy that opens TLS needs its certificate authority made known.',
    next: nameAuthority,
  },
  server: {
    code: exitCode.unavailable,
    outcome: 'answered with an error of its own, three times',
    why: 'The service may be disturbed.',
    next: ['Try again in a few minutes. Disturbances are shown at https://health.aws.amazon.com/health/status'],
  },
  throttled: {
    code: exitCode.unavailable,
    outcome: 'refuses more requests for now',
    why: 'Too many were sent in a short time, from here or from others of the organisation.',
    next: ['Try again in a minute.'],
  },
  malformed: {
    code: exitCode.unavailable,
    outcome: 'gave an answer that cannot be understood',
    why: 'Something on the way may answer in its place: a proxy or the sign-in page of a network.',
    next: ['Check the network and HTTPS_PROXY, then try again.'],
  },
  'invalid-request': {
    code: exitCode.configuration,
    outcome: 'does not accept the request',
    why: 'Most often the start URL is wrong, or sso_region is not the region of IAM Identity Center.',
    next: [checkConfiguration],
  },
  'unauthorized-client': {
    code: exitCode.configuration,
    outcome: 'does not allow this client what was asked',
    why: 'The registration scopes may be unknown there.',
    next: ['Check sso_registration_scopes of the session in the AWS config file; sso:account:access is the usual one.'],
  },
  'access-denied': {
    code: exitCode.notSignedIn,
    outcome: 'says that the sign-in was denied',
    why: 'It was declined in the browser, or the organisation does not allow it.',
    next: 'log-in',
  },
  'expired-token': {
    code: exitCode.notSignedIn,
    outcome: 'says that the time to sign in ran out',
    why: 'Nobody approved the sign-in in time.',
    next: 'log-in',
  },
  'invalid-grant': {
    code: exitCode.notSignedIn,
    outcome: 'no longer accepts this sign-in',
    why: 'The session was ended, or the code was used already.',
    next: 'log-in',
  },
  'invalid-client': {
    code: exitCode.notSignedIn,
    outcome: 'does not know this client any more',
    why: 'Its registration was revoked or has expired.',
    next: 'log-in',
  },
  unauthorized: {
    code: exitCode.notSignedIn,
    outcome: 'does not accept the token',
    why: 'The session was ended there, or sso_region is not the region of IAM Identity Center.',
    next: 'log-in',
  },
  forbidden: {
    code: exitCode.notSignedIn,
    outcome: 'gives no access to that account and role',
    why: 'They are not assigned to you, or are misspelt in the AWS config file. Signing in again does not help.',
    next: ['See which accounts and roles you have:', '  cdkx sso configure'],
  },
  'not-found': {
    code: exitCode.configuration,
    outcome: 'does not know what was asked for',
    why: 'The start URL, the account or the role may be wrong.',
    next: [checkConfiguration],
  },
  'authorization-pending': {
    code: exitCode.notSignedIn,
    outcome: 'still waits for the approval',
    why: 'Nobody approved the sign-in yet.',
    next: 'log-in',
  },
  'slow-down': {
    code: exitCode.unavailable,
    outcome: 'refuses more requests for now',
    why: 'It was asked too often.',
    next: ['Try again in a minute.'],
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
      next: next === 'log-in' ? ['Sign in again with:', `  ${command}`] : next,
    },
    { cause: failure },
  );
}
