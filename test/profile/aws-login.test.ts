import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../lib/messages/errors.ts';
import { readLoginCache } from '../../lib/profile/aws-login-cache.ts';
import { ensureProfile, type EnsureProfileRequest } from '../../lib/profile/ensure-profile.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { createTestContext, type TestContext } from '../helpers/context.ts';
import { until } from '../helpers/until.ts';

const loginSession = 'arn:aws:iam::444444444444:user/ada';
const complete = { clientId: 'c', refreshToken: 'r', dpopKey: 'k' };

/** A context whose `aws login` cache holds `file`, and whose PATH holds an `aws` that ends so. */
function given(file: unknown, options: { awsExit?: number; interactive?: boolean; env?: object } = {}): TestContext {
  const { awsExit, interactive = false, env } = options;
  const base = createTestContext({ interactive });
  const bin = join(base.cwd, 'bin');
  mkdirSync(bin);
  if (awsExit !== undefined) {
    const script =
      process.platform === 'win32'
        ? `@echo %*>"${base.cwd}\\ran"\r\n@exit /b ${awsExit}\r\n`
        : `#!/bin/sh\necho "$@" > "${base.cwd}/ran"\nexit ${awsExit}\n`;
    const aws = join(bin, process.platform === 'win32' ? 'aws.cmd' : 'aws');
    writeFileSync(aws, script);
    chmodSync(aws, 0o755);
  }
  const cache = join(base.cwd, 'login-cache');
  mkdirSync(cache);
  const name = `${createHash('sha256').update(loginSession).digest('hex')}.json`;
  if (file !== undefined) writeFileSync(join(cache, name), typeof file === 'string' ? file : JSON.stringify(file));
  return { ...base, env: { PATH: bin, AWS_LOGIN_CACHE_DIRECTORY: cache, ...env } };
}

function signIn(ctx: Pick<TestContext, 'clock'>, secondsLeft: number): unknown {
  const expiresAt = new Date(ctx.clock.now() + secondsLeft * 1000).toISOString();
  return {
    ...complete,
    accessToken: { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T', accountId: '444444444444', expiresAt },
  };
}

async function ensure(ctx: TestContext, more: Partial<EnsureProfileRequest> = {}) {
  const request: EnsureProfileRequest = {
    profile: 'console',
    source: { kind: 'login', profile: 'console', loginSession },
    requirement: 'required',
    login: 'prompt',
    reporter: createReporter(ctx, 'normal'),
    http: {},
    unattended: undefined,
    command: 'cdkx deploy',
    ...more,
  };
  return ensureProfile(ctx, request).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
}

function ran(ctx: TestContext): string | undefined {
  const path = join(ctx.cwd, 'ran');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

const start = createTestContext();

describe('what aws login has left', () => {
  it.each([
    ['valid', signIn(start, 3600)],
    ['renewable', signIn(start, 200)],
    ['renewable', signIn(start, -3600)],
    ['ended', signIn(start, -13 * 3600)],
    ['missing', undefined],
    ['unreadable', '{"torn'],
    ['unreadable', 'null'],
    ['unreadable', { ...(signIn(start, 3600) as object), dpopKey: undefined }],
    ['unreadable', { ...(signIn(start, 3600) as object), accessToken: { accountId: '4', expiresAt: 'soon' } }],
  ])('is %s', (state, file) => {
    expect(readLoginCache(given(file), loginSession).state).toBe(state);
  });

  it('lies in the home folder where no variable moves it', () => {
    const ctx = given(undefined, { env: { AWS_LOGIN_CACHE_DIRECTORY: '' } });
    expect(readLoginCache(ctx, loginSession).path).toMatch(
      /home[/\\]\.aws[/\\]login[/\\]cache[/\\][0-9a-f]{64}\.json$/,
    );
  });
});

describe('a profile of aws login', () => {
  it.each([3600, 200, -3600])('is used as it is %d s before its keys end: the SDK renews them', async (secondsLeft) => {
    const ctx = given(signIn(start, secondsLeft), { awsExit: 0 });
    expect(await ensure(ctx)).toEqual({ state: 'not-checked' });
    expect(ran(ctx)).toBeUndefined();
  });

  it('is signed in by the AWS CLI if sign-ins need no prompt', async () => {
    const ctx = given(undefined, { awsExit: 0 });
    expect(await ensure(ctx, { login: 'auto' })).toEqual({ state: 'not-checked' });
    expect(ran(ctx)).toBe('login --profile console');
  });

  it('is signed in anew when forced', async () => {
    const ctx = given(signIn(start, 3600), { awsExit: 0 });
    await ensure(ctx, { login: 'auto', force: true });
    expect(ran(ctx)).toBe('login --profile console');
  });

  it.each([
    ['nobody can be asked', { awsExit: 0 }, {}, "can't prompt"],
    ['logins are switched off', { awsExit: 0 }, { login: 'never' }, '"never"'],
    ['in CI', { awsExit: 0 }, { login: 'auto', unattended: { by: 'ci' } }, "can't prompt"],
    ['no AWS CLI', {}, { login: 'auto' }, 'no aws on PATH'],
  ] as const)('fails with 77 and what to run where %s', async (_, options, more, why) => {
    const ctx = given(undefined, options);
    const outcome = await ensure(ctx, more);
    expect(outcome).toMatchObject({
      exitCode: 77,
      parts: { what: expect.stringContaining('"console" is not signed in') },
    });
    const { parts } = outcome as UserError;
    expect([parts.why].flat().join(' ')).toContain(why);
    expect(parts.next).toContainEqual({ run: 'aws login --profile console' });
    expect(ran(ctx)).toBeUndefined();
  });

  it('is never left to an aws of the working directory, where Windows looks first', async () => {
    const ctx = given(undefined);
    writeFileSync(join(ctx.cwd, 'aws.exe'), '');
    const started: string[] = [];
    const spawn: typeof ctx.spawn = (command) => {
      started.push(command);
      throw new Error(command);
    };
    expect(await ensure({ ...ctx, spawn, platform: 'win32' }, { login: 'auto' })).toMatchObject({ exitCode: 77 });
    expect(started).toEqual([]);
  });

  it('fails with 77 where aws login fails', async () => {
    const outcome = await ensure(given(undefined, { awsExit: 3 }), { login: 'auto' });
    expect(outcome).toMatchObject({ exitCode: 77, code: 'AwsLoginFailed' });
    expect([(outcome as UserError).parts.why].flat().join(' ')).toContain('2.32.0');
  });

  it('is gone without, warned about, where credentials are only a best effort', async () => {
    const ctx = given(undefined);
    expect(await ensure(ctx, { requirement: 'best-effort' })).toMatchObject({ state: 'continue-without' });
    expect(ctx.written.stderr()).toContain('not signed in');
  });

  it.each([
    ['y', undefined, 'login --profile console'],
    ['n', 130, undefined],
    ['\u0003', 130, undefined],
  ])('asks first on a terminal: after %j the exit code is %s', async (keys, exitCode, command) => {
    const ctx = given(undefined, { awsExit: 0, interactive: true });
    const ended = ensure(ctx);
    await expectShown(ctx, 'now?');
    ctx.type(keys);
    expect(((await ended) as { exitCode?: number }).exitCode).toBe(exitCode);
    expect(ran(ctx)).toBe(command);
  });
});

async function expectShown(ctx: TestContext, text: string): Promise<void> {
  await until(text, () => ctx.written.stderr().includes(text));
}
