import type { Context } from '../context.ts';
import { exitCode, type MessageParts, UserError } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { cannotPrompt } from '../system/environment.ts';
import { findProgram, withAbsolutePath } from '../shell/programs.ts';
import { cancelled, confirm } from '../terminal/prompts.ts';
import { awsLoginSteps, type LoginCacheState, readLoginCache } from './aws-login-cache.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from './ensure-types.ts';
import type { CredentialSource } from './source.ts';

type LoginSource = Extract<CredentialSource, { kind: 'login' }>;

/** Runs `aws login` for a profile whose sign-in has expired, after a prompt. Throws a UserError: 77 if that can't be done, 130 if declined. */
export async function ensureLoginSession(
  ctx: Context,
  request: EnsureProfileRequest,
  leaf: LoginSource,
): Promise<EnsureProfileOutcome> {
  const found = readLoginCache(ctx, leaf.loginSession);
  const isUsable = found.state === 'valid' || found.state === 'renewable';
  if (isUsable && request.force !== true) return { state: 'not-checked' };
  const problem = loginProblem(leaf, found);
  try {
    const aws = findProgram('aws', ctx);
    if (aws === undefined) throw new UserError('AwsLoginRequired', noAws(problem, leaf));
    await permit(ctx, request, problem, leaf);
    await runAwsLogin(ctx, aws, leaf.profile);
  } catch (error) {
    if (request.requirement === 'required' || !(error instanceof UserError)) throw error;
    if (error.exitCode !== exitCode.cancelled) request.reporter.warn(error.parts);
    return { state: 'continue-without' };
  }
  return { state: 'not-checked' };
}

/** Returns where `aws login` may be run now; throws what to say where it may not. */
async function permit(
  ctx: Context,
  { login, unattended, reporter, command }: EnsureProfileRequest,
  problem: string,
  leaf: LoginSource,
): Promise<void> {
  if (login === 'auto' && unattended === undefined) return;
  if (login === 'never' || !reporter.interactive) {
    throw new UserError('AwsLoginRequired', {
      what: problem,
      why: login === 'never' ? 'cdkx does not sign in, because login is set to "never".' : cannotPrompt(ctx.env),
      next: awsLoginSteps(leaf.profile),
    });
  }
  const answer = await confirm(ctx, { message: `${problem}. Run "aws login --profile ${leaf.profile}" now?` });
  if (answer === cancelled || !answer) {
    throw new UserError('SignInDeclined', {
      what: 'sign-in declined',
      why: `${command} needs profile "${leaf.profile}".`,
      next: [{ say: 'To sign in later, run:' }, { run: `aws login --profile ${shellWord(leaf.profile)}` }],
    });
  }
}

function loginProblem({ profile }: LoginSource, { state }: LoginCacheState): string {
  if (state === 'missing') return `profile "${profile}" is not signed in (aws login)`;
  if (state === 'unreadable') return `the sign-in of profile "${profile}" (aws login) can't be read`;
  return `the sign-in of profile "${profile}" (aws login) has expired`;
}

function noAws(what: string, { profile }: LoginSource): MessageParts {
  return {
    what,
    why: `Its login_session belongs to "aws login", and there is no aws on PATH. ${requiredVersion}`,
    next: [
      { say: 'Install the AWS CLI, then sign in:' },
      { run: `aws login --profile ${shellWord(profile)}` },
      { say: 'Or create a profile that cdkx can sign in:' },
      { run: 'cdkx sso configure' },
    ],
  };
}

const requiredVersion = '"aws login" requires AWS CLI 2.32.0 or later.';

/** Runs `aws login --profile NAME`, whose output goes to stderr. Throws a UserError (77) if it does not succeed. */
async function runAwsLogin(ctx: Context, aws: string, profile: string): Promise<void> {
  const code = await new Promise<number | string>((resolve) => {
    const child = ctx.spawn(aws, ['login', '--profile', profile], {
      env: withAbsolutePath(ctx),
      stdio: ['inherit', 2, 2],
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 1));
  });
  if (code === 0) return;
  throw new UserError('AwsLoginFailed', {
    what: `"aws login --profile ${profile}" failed (${code})`,
    why: ['See the output above.', requiredVersion],
    next: [{ say: 'Try again:' }, { run: `aws login --profile ${shellWord(profile)}` }],
  });
}
