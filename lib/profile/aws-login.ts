import type { Context } from '../context.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** Whether the AWS CLI on PATH knows `aws login`. */
export type AwsLoginSupport = 'yes' | 'too-old' | 'none';

/** The first AWS CLI with `aws login`. */
const firstVersion = [2, 32];
/** `aws --version` takes one second or two; one that takes longer is not waited for. */
const versionWaitMs = 15_000;

/** Asks the AWS CLI on PATH for its version. */
export async function canAwsLogin(ctx: Pick<Context, 'spawn' | 'env'>): Promise<AwsLoginSupport> {
  const text = await readVersion(ctx);
  if (text === undefined) return 'none';
  const [major = 0, minor = 0] = (/aws-cli\/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = firstVersion;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor) ? 'yes' : 'too-old';
}

/**
 * Runs `aws login --profile NAME`; what it prints goes to stderr, since stdout belongs to `cdk`.
 *
 * @throws UserError 77 when it does not succeed.
 */
export async function runAwsLogin(ctx: Pick<Context, 'spawn' | 'env'>, profile: string): Promise<void> {
  const code = await new Promise<number | string>((resolve) => {
    const child = ctx.spawn('aws', ['login', '--profile', profile], { env: { ...ctx.env }, stdio: ['inherit', 2, 2] });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 1));
  });
  if (code === 0) return;
  throw new UserError(exitCode.notSignedIn, {
    what: `"aws login --profile ${profile}" did not succeed (${code}).`,
    why: 'What it said stands above.',
    next: ['Try it again:', `    aws login --profile ${shellWord(profile)}`],
  });
}

function readVersion({ spawn, env }: Pick<Context, 'spawn' | 'env'>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('aws', ['--version'], {
      env: { ...env },
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
