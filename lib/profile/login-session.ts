import type { Context } from '../context.ts';
import { cancelled, confirm } from '../terminal/prompts.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import { canAwsLogin, runAwsLogin, type AwsLoginSupport } from './aws-login.ts';
import type { CredentialSource } from './credential-source.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from './ensure-profile.ts';
import { readLoginCache, type LoginCacheState } from './login-cache.ts';

type LoginSource = Extract<CredentialSource, { kind: 'login' }>;

/**
 * Checks the sign-in of an `aws login` profile (console credentials, not SSO) and runs `aws login` where it has ended, after asking.
 * A sign-in that the SDK inside `cdk` can renew is left to it.
 *
 * @throws UserError 77 where a sign-in is needed and cannot be had, 130 when the person declines.
 */
export async function ensureLoginSession(
  ctx: Context,
  request: EnsureProfileRequest,
  leaf: LoginSource,
): Promise<EnsureProfileOutcome> {
  const found = readLoginCache(ctx, leaf.loginSession);
  const isUsable = found.state === 'valid' || found.state === 'renewable';
  if (isUsable && request.force !== true) return { state: 'not-checked' };
  const problem = loginProblem(leaf, found);
  const support = await canAwsLogin(ctx);
  try {
    await permit(ctx, request, { problem, support, leaf });
    await runAwsLogin(ctx, leaf.profile);
  } catch (error) {
    if (request.requirement === 'required' || !(error instanceof UserError)) throw error;
    if (error.exitCode !== exitCode.cancelled) request.reporter.warn(error.parts);
    return { state: 'continue-without', reason: error.parts.what };
  }
  return { state: 'not-checked' };
}

/** Returns where `aws login` may be run now; throws what to say where it may not. */
async function permit(
  ctx: Context,
  { login, inCi, reporter, command }: EnsureProfileRequest,
  { problem, support, leaf }: { problem: string; support: AwsLoginSupport; leaf: LoginSource },
): Promise<void> {
  if (support !== 'yes') throw new UserError(exitCode.notSignedIn, cannotRun(problem, support, leaf));
  if (login === 'auto' && (reporter.interactive || !inCi)) return;
  if (login === 'never' || !reporter.interactive) {
    throw new UserError(exitCode.notSignedIn, {
      what: problem,
      why: login === 'never' ? 'Logins are switched off (login: never).' : 'Nobody can be asked here.',
      next: ['Sign in, then run the command again:', `    aws login --profile ${shellWord(leaf.profile)}`],
    });
  }
  const answer = await confirm(ctx, { message: `${problem} Run "aws login --profile ${leaf.profile}" now?` });
  if (answer === cancelled || !answer) {
    throw new UserError(exitCode.cancelled, {
      what: 'the sign-in was declined',
      why: `${command} needs profile "${leaf.profile}".`,
      next: ['To sign in later:', `    aws login --profile ${shellWord(leaf.profile)}`],
    });
  }
}

function loginProblem({ profile }: LoginSource, { state }: LoginCacheState): string {
  if (state === 'missing') return `profile "${profile}" is not signed in (aws login).`;
  if (state === 'unreadable') return `the sign-in of profile "${profile}" (aws login) cannot be read.`;
  return `the sign-in of profile "${profile}" (aws login) has ended.`;
}

function cannotRun(what: string, support: Exclude<AwsLoginSupport, 'yes'>, { profile }: LoginSource): MessageParts {
  return {
    what,
    why: `Its login_session belongs to "aws login", which the AWS CLI has from 2.32.0 on; ${
      support === 'none' ? 'there is no aws on PATH' : 'the aws on PATH is older'
    }.`,
    next: [
      'Install or update the AWS CLI, and sign in:',
      `    aws login --profile ${shellWord(profile)}`,
      'Or set up a profile that cdkx signs in by itself:',
      '    cdkx sso configure',
    ],
  };
}
