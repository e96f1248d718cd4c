import { basename } from 'node:path';
import type { Environment } from '../../context.ts';
import { type MessageParts, UserError, type NextStep } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
import { cannotPrompt } from '../../system/environment.ts';
import { type TokenOnDisk, tokenStatus, type TokenStatus } from '../cache/token.ts';
import type { IdentityCenterFailure } from '../identity-center/client.ts';
import { describeFailure } from '../identity-center/failures.ts';
import { loginCommand, loginCommandFor } from '../login-command.ts';
import { sessionName } from '../session.ts';
import type { LoginPermission } from './policy.ts';
import type { SessionRequest } from './types.ts';

type Named = Pick<SessionRequest, 'session' | 'profile' | 'refused'>;

/** What is wrong with the token: `SSO session "corp" (profile "dev") expired 2 h ago`. */
export function tokenProblem(named: Named, found: TokenOnDisk, now: number): string {
  const name = sessionName(named);
  if (found.state === 'missing') return `not signed in to ${name}`;
  if (found.state === 'unreadable') {
    return `the token of ${name} in ~/.aws/sso/cache/${basename(found.path)} can't be used: ${found.reason}`;
  }
  if (found.token.accessToken === named.refused) return `${name} was revoked: the access portal no longer accepts it`;
  const { secondsLeft, usable } = tokenStatus(found.token, named.session, now);
  if (secondsLeft <= 0) return `${name} expired ${formatDuration(-secondsLeft)} ago`;
  return usable
    ? `${name} expires in ${formatDuration(secondsLeft)}`
    : `${name} expires in ${formatDuration(secondsLeft)}, less than the 5 minutes cdk requires`;
}

export function cannotSignInError(
  request: SessionRequest,
  permission: Exclude<LoginPermission, 'ask' | 'without-asking'>,
  problem: string,
  env: Environment,
  refused?: IdentityCenterFailure,
): UserError {
  return new UserError('NotSignedIn', {
    what: problem,
    why: [
      ...(refused === undefined ? [] : [`It could not be refreshed: ${describeFailure(refused)}.`]),
      permission === 'forbidden' || permission === 'ci' ? whyNoLogin[permission] : cannotPrompt(env),
    ],
    next: nextCommand(request, permission),
  });
}

const whyNoLogin = {
  forbidden: 'cdkx does not sign in, because login is set to "never".',
  ci: "cdkx can't sign in in CI. A pipeline needs its own credentials: OIDC, keys, or a role of the machine.",
} as const;

function nextCommand(
  request: SessionRequest,
  permission: Exclude<LoginPermission, 'ask' | 'without-asking'>,
): NextStep[] {
  const command = { run: loginCommandFor(request) };
  if (permission === 'ci') {
    return [
      { say: 'Set credentials in the environment of the pipeline. On a machine with a browser, sign in with:' },
      command,
    ];
  }
  const again = request.command === undefined ? '' : `, then run ${request.command} again`;
  const where = permission === 'agent' ? ' yourself in a terminal' : '';
  return [{ say: `Sign in${where}${again}:` }, command];
}

export function declinedMessage(request: SessionRequest): MessageParts {
  const { session, command } = request;
  return {
    what: 'sign-in declined',
    why: `${command ?? 'This'} needs ${sessionName({ session })}.`,
    next: [{ say: 'To sign in later, run:' }, { run: loginCommandFor(request) }],
  };
}

/** The session will expire during longer commands, and can't be refreshed. */
export function endsSoonWarning(request: SessionRequest, status: TokenStatus): MessageParts {
  return {
    what: `${sessionName(request)} expires in ${formatDuration(status.secondsLeft)} and can't be refreshed`,
    why: 'Longer deployments will fail partway through.',
    next: [{ say: 'To sign in again, run:' }, { run: `${loginCommand(request.session, request.profile)} --force` }],
  };
}

export function refreshFailedWarning(
  request: SessionRequest,
  status: TokenStatus,
  failure: IdentityCenterFailure,
): MessageParts {
  return {
    what: `${sessionName(request)} could not be refreshed and expires in ${formatDuration(status.secondsLeft)}`,
    why: `${describeFailure(failure)}. Continuing with the remaining time.`,
    next: [{ say: 'To sign in again, run:' }, { run: `${loginCommand(request.session, request.profile)} --force` }],
  };
}

export function lockBusyWarning(request: SessionRequest, status: TokenStatus, busy: UserError): MessageParts {
  return {
    what: `${sessionName(request)} expires in ${formatDuration(status.secondsLeft)} and could not be renewed`,
    why: [`${busy.parts.what}.`, 'Continuing with the remaining time.'],
    ...(busy.parts.next === undefined ? {} : { next: busy.parts.next }),
  };
}

/** The cache can't be written, so this process doesn't refresh the session. */
export function leftToChildWarning(request: SessionRequest, status: TokenStatus, obstacle: UserError): MessageParts {
  const { secondsLeft, usable } = status;
  const left =
    secondsLeft > 0 ? `expires in ${formatDuration(secondsLeft)}` : `expired ${formatDuration(-secondsLeft)} ago`;
  return {
    what: `${sessionName(request)} ${left} and is not refreshed, because the new token could not be saved`,
    why: [
      `${obstacle.parts.what}.`,
      usable ? 'Continuing with the remaining time.' : 'Continuing: the child process can refresh it itself.',
    ],
    ...(obstacle.parts.next === undefined ? {} : { next: obstacle.parts.next }),
  };
}

/** The command continues without credentials: `cdk`, or one of ours that needs none of the app's. */
export function withoutSessionWarning(
  error: UserError,
  { tokenFor = 'child' }: Pick<SessionRequest, 'tokenFor'>,
): MessageParts {
  const effect = tokenFor === 'child' ? 'without credentials: CDK_DEFAULT_ACCOUNT is not set.' : 'without a session.';
  return { ...error.parts, why: [...[error.parts.why ?? []].flat(), `Continuing ${effect}`] };
}
