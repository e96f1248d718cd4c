import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { runCdkxCommand } from '../../lib/commands/index.ts';
import type { Environment } from '../../lib/context.ts';
import { exitCodeOf } from '../../lib/run/child/spawn.ts';
import { userShell } from '../../lib/shell/shell.ts';
import { createReporter, reportFailure } from '../../lib/terminal/reporter.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext, type TestContext } from '../helpers/context.ts';
import { createHome, type HomeFiles } from '../helpers/home.ts';
import { mistakesIn } from '../helpers/suggested-commands.ts';

/** The files, the environment and the terminal of one run. */
export interface OwnSetup extends HomeFiles {
  readonly env?: Environment;
  /** `cdk.json` of the working folder. */
  readonly projectJson?: unknown;
  readonly interactive?: boolean;
  readonly columns?: number;
  /** The stand-in behind AWS's own hosts, for what an endpoint override would hide. */
  readonly awsHosts?: Emulator;
}

export interface OwnResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A context with those files. Its clock starts now, as the stand-in's does, and does not wait. */
export function createOwnContext({
  env = {},
  projectJson,
  interactive = false,
  columns,
  awsHosts,
  ...home
}: OwnSetup): TestContext {
  const ctx = createTestContext({
    env: { PATH: process.env['PATH'], ...env },
    interactive,
    clock: createFakeClock(Date.now()),
    ...(columns === undefined ? {} : { columns }),
    ...(awsHosts === undefined ? {} : { awsHosts }),
  });
  mkdirSync(ctx.home, { recursive: true });
  createHome(ctx.home, home);
  if (projectJson !== undefined) {
    const text = typeof projectJson === 'string' ? projectJson : JSON.stringify(projectJson);
    writeFileSync(join(ctx.cwd, 'cdk.json'), text);
  }
  return ctx;
}

/** Runs a command line of cdkx's own words as `main` does, failures shown and turned into exit codes. */
export async function runOwn(argv: readonly string[], setup: OwnSetup = {}): Promise<OwnResult & { ctx: TestContext }> {
  const ctx = createOwnContext(setup);
  return { ...(await runOwnIn(ctx, argv)), ctx };
}

/** The same in an existing context. What was written before is not in the result. Checks the commands that messages suggest. */
export async function runOwnIn(ctx: TestContext, argv: readonly string[]): Promise<OwnResult> {
  const before = { stdout: ctx.written.stdout().length, stderr: ctx.written.stderr().length };
  const exitCode = await runCdkxCommand(ctx, createReporter(ctx, 'normal'), argv).then(exitCodeOf, (error: unknown) =>
    reportFailure(ctx, error),
  );
  const stderr = ctx.written.stderr().slice(before.stderr);
  // Its reader of command lines knows POSIX shells; test/shell holds how they are written for others.
  if (userShell(ctx) === 'posix') expect(await mistakesIn(stderr)).toEqual([]);
  return { exitCode, stdout: ctx.written.stdout().slice(before.stdout), stderr };
}

/** A shared config with one session of the stand-in, two profiles on it, and one of each other kind. */
export const config = `
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile acme-dev]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-north-1

[profile acme-prod]
sso_session = acme
sso_account_id = 222222222222
sso_role_name = Deployer

[profile legacy]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = ReadOnly

[profile no-access]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Owner

[profile broken]
sso_session = nowhere
sso_account_id = 111111111111
sso_role_name = Developer

[profile console]
login_session = arn:aws:iam::444444444444:user/ada

[profile only-settings]
region = eu-west-1
`;

/** Keys put by hand: some that have ended, some that have not, some that never do. */
export const credentials = `
[keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret-of-keys

[ended]
aws_access_key_id = ASIAENDED
aws_secret_access_key = secret-of-ended
aws_session_token = token-of-ended
x_security_token_expires = 2020-01-01T00:00:00Z

[lasting]
aws_access_key_id = ASIALASTING
aws_secret_access_key = secret-of-lasting
aws_session_token = token-of-lasting
`;
