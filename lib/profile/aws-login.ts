import type { Context } from '../context.ts';
import { exitCode, type MessageParts, UserError } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { cannotPrompt } from '../system/environment.ts';
import { findProgram, withAbsolutePath } from '../shell/programs.ts';
import { cancelled, confirm } from '../terminal/prompts.ts';
import { type LoginCacheState, readLoginCache } from './aws-login-cache.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from './ensure-types.ts';
import type { CredentialSource } from './source.ts';

type LoginSource = Extract<CredentialSource, { kind: 'login' }>;

/** Runs `aws login` for a profile whose sign-in has ended, after asking. Throws a UserError: 77 if that can't be done, 130 if declined. */
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
    return { state: 'continue-without' };
  }
  return { state: 'not-checked' };
}

/** Returns where `aws login` may be run now; throws what to say where it may not. */
async function permit(
  ctx: Context,
  { login, unattended, reporter, command }: EnsureProfileRequest,
  { problem, support, leaf }: { problem: string; support: AwsLoginSupport; leaf: LoginSource },
): Promise<void> {
  if (support !== 'yes') throw new UserError('AwsLoginRequired', cannotRun(problem, support, leaf));
  if (login === 'auto' && unattended === undefined) return;
  if (login === 'never' || !reporter.interactive) {
    throw new UserError('AwsLoginRequired', {
      what: problem,
      why: login === 'never' ? 'cdkx does not sign in, because login is set to "never".' : cannotPrompt(ctx.env),
      next: [
        { say: 'Sign in, then run the command again:' },
        { run: `aws login --profile ${shellWord(leaf.profile)}` },
      ],
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

function cannotRun(what: string, support: Exclude<AwsLoginSupport, 'yes'>, { profile }: LoginSource): MessageParts {
  return {
    what,
    why: `Its login_session belongs to "aws login", which requires AWS CLI 2.32.0 or later; ${
      support === 'none' ? 'there is no aws on PATH' : 'the aws on PATH is older'
    }.`,
    next: [
      { say: 'Install or update the AWS CLI, then sign in:' },
      { run: `aws login --profile ${shellWord(profile)}` },
      { say: 'Or create a profile that cdkx can sign in:' },
      { run: 'cdkx sso configure' },
    ],
  };
}

/** Whether the AWS CLI on PATH knows `aws login`. */
export type AwsLoginSupport = 'yes' | 'too-old' | 'none';

/** The first AWS CLI with `aws login`. */
const firstVersion = [2, 32];
/** `aws --version` takes one second or two; one that takes longer is not waited for. */
const versionWaitMs = 15_000;

type ProgramContext = Pick<Context, 'spawn' | 'env' | 'platform' | 'cwd'>;

/** Asks the AWS CLI on PATH for its version. */
export async function canAwsLogin(ctx: ProgramContext): Promise<AwsLoginSupport> {
  const text = await readVersion(ctx);
  if (text === undefined) return 'none';
  const [major = 0, minor = 0] = (/aws-cli\/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = firstVersion;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor) ? 'yes' : 'too-old';
}

/** Runs `aws login --profile NAME`, whose output goes to stderr. Throws a UserError (77) if it does not succeed. */
export async function runAwsLogin(ctx: ProgramContext, profile: string): Promise<void> {
  const aws = findProgram('aws', ctx);
  const code = await new Promise<number | string>((resolve) => {
    if (aws === undefined) return resolve('there is no aws on PATH');
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
    why: 'See the output above.',
    next: [{ say: 'Try again:' }, { run: `aws login --profile ${shellWord(profile)}` }],
  });
}

function readVersion(ctx: ProgramContext): Promise<string | undefined> {
  const aws = findProgram('aws', ctx);
  if (aws === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = ctx.spawn(aws, ['--version'], {
      env: withAbsolutePath(ctx),
      stdio: ['ignore', 'pipe', 'ignore'],
      // Not `timeout`: its timer outlives a program that could not be started, and keeps us alive.
      signal: AbortSignal.timeout(versionWaitMs),
    });
    const chunks: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    child.once('error', () => resolve(undefined));
    child.once('close', () => resolve(chunks.join('')));
  });
}
