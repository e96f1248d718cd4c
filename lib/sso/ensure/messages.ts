import { basename } from 'node:path';
import { type MessageParts, UserError, type NextStep } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
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
    return `the token of ${name} in ~/.aws/sso/cache/${basename(found.path)} cannot be used: ${found.reason}`;
  }
  if (isRefused(named, found)) return `${name} was ended: the access portal no longer accepts it`;
  const { secondsLeft, usable } = tokenStatus(found.token, named.session, now);
  if (secondsLeft <= 0) return `${name} expired ${formatDuration(-secondsLeft)} ago`;
  return usable
    ? `${name} ends in ${formatDuration(secondsLeft)}`
    : `${name} ends in ${formatDuration(secondsLeft)}, too soon for cdk to accept it`;
}

/** Nobody may or can log in here. */
export function cannotSignInError(
  request: SessionRequest,
  permission: Exclude<LoginPermission, 'ask' | 'without-asking'>,
  problem: string,
  refused?: IdentityCenterFailure,
): UserError {
  return new UserError('NotSignedIn', {
    what: problem,
    why: [...whyRefused(refused), permission === 'agent' ? whyNoAgent(request) : whyNoLogin[permission]],
    next: nextCommand(request, permission),
  });
}

function isRefused({ refused }: Named, found: TokenOnDisk): boolean {
  return found.state === 'present' && found.token.accessToken === refused;
}

/** Why a silent refresh did not spare the login, where one was tried. */
function whyRefused(failure: IdentityCenterFailure | undefined): string[] {
  return failure === undefined ? [] : [`It could not be refreshed: ${describeFailure(failure)}.`];
}

const whyNoLogin = {
  forbidden: 'cdkx may not start a login here: login is set to "never".',
  'no-terminal': 'There is no terminal here to ask on.',
  ci: 'In CI nobody can sign in: a pipeline brings credentials of its own (OIDC, keys or a role of the machine).',
} as const;

/** An agent may not decide for the person it works for. */
function whyNoAgent({ unattended }: Pick<SessionRequest, 'unattended'>): string {
  const sign = unattended?.by === 'agent' ? ` (${unattended.variable} is set)` : '';
  return `This is run by an AI agent${sign}: signing in is left to a person, so no browser is opened.`;
}

function nextCommand(request: SessionRequest, permission: keyof typeof whyNoLogin | 'agent'): NextStep[] {
  const command = { run: loginCommandFor(request) };
  if (permission === 'ci') {
    return [
      { say: 'Give the pipeline credentials in its environment. On a machine with a browser, sign in with:' },
      command,
    ];
  }
  const again = request.command === undefined ? '' : `, then run ${request.command} again`;
  const where = permission === 'agent' ? ' in a terminal of their own' : '';
  return [{ say: `A person must sign in${where}${again}:` }, command];
}

/** A person said no to the login that the command needs. */
export function declinedMessage(request: SessionRequest): MessageParts {
  const { session, command } = request;
  return {
    what: 'the sign-in was declined',
    why: `${command ?? 'This'} needs ${sessionName({ session })}.`,
    next: [{ say: 'To sign in later:' }, { run: loginCommandFor(request) }],
  };
}

/** The session will end while `cdk` works, and cannot be prolonged. */
export function endsSoonWarning(request: SessionRequest, standing: TokenStatus): MessageParts {
  return {
    what: `${sessionName(request)} ends in ${formatDuration(standing.secondsLeft)} and cannot be refreshed`,
    why: 'What takes longer will fail half-way.',
    next: [{ say: 'Sign in anew with:' }, { run: `${loginCommand(request.session, request.profile)} --force` }],
  };
}

/** The refresh did not work, but there is time left. */
export function refreshFailedWarning(
  request: SessionRequest,
  standing: TokenStatus,
  failure: IdentityCenterFailure,
): MessageParts {
  return {
    what: `${sessionName(request)} could not be refreshed and ends in ${formatDuration(standing.secondsLeft)}`,
    why: `${describeFailure(failure)}. Going on with the time that is left.`,
    next: [{ say: 'Sign in anew with:' }, { run: `${loginCommand(request.session, request.profile)} --force` }],
  };
}

/** Another process holds the lock, but the token is still usable. */
export function lockBusyWarning(request: SessionRequest, standing: TokenStatus, busy: UserError): MessageParts {
  return {
    what: `${sessionName(request)} ends in ${formatDuration(standing.secondsLeft)} and could not be renewed`,
    why: [`${busy.parts.what}.`, 'Continuing with the time that is left.'],
    ...(busy.parts.next === undefined ? {} : { next: busy.parts.next }),
  };
}

/** The cache cannot be written, so the session is not refreshed here. */
export function leftToChildWarning(request: SessionRequest, standing: TokenStatus, obstacle: UserError): MessageParts {
  const { secondsLeft, usable } = standing;
  const left =
    secondsLeft > 0 ? `ends in ${formatDuration(secondsLeft)}` : `expired ${formatDuration(-secondsLeft)} ago`;
  return {
    what: `${sessionName(request)} ${left} and is not refreshed: its new token could not be kept`,
    why: [
      `${obstacle.parts.what}.`,
      usable ? 'Going on with the time that is left.' : 'Going on: what is started may refresh it for itself.',
    ],
    ...(obstacle.parts.next === undefined ? {} : { next: obstacle.parts.next }),
  };
}

/** The command continues without credentials: `cdk`, or one of ours that needs none of the app's. */
export function withoutSessionWarning(
  error: UserError,
  { tokenFor = 'child' }: Pick<SessionRequest, 'tokenFor'>,
): MessageParts {
  const effect =
    tokenFor === 'child' ? 'without credentials: CDK_DEFAULT_ACCOUNT will be unset.' : 'without a session.';
  return { ...error.parts, why: [...[error.parts.why ?? []].flat(), `Continuing ${effect}`] };
}
