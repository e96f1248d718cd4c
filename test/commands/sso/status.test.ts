import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { registrationPath } from '../../../lib/sso/cache/registration-cache.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { runCdkx } from '../../helpers/cli.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { createHome, tokenFileName } from '../../helpers/home.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { config, createOwnContext, credentials, runOwn, runOwnIn } from '../run-cdkx.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'file modes');

const startUrl = 'https://acme.awsapps.com/start';

/** A token file as the AWS CLI writes it, that many seconds before its end. */
function token(secondsLeft: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const expiresAt = new Date(Date.now() + secondsLeft * 1000).toISOString();
  return { startUrl, region: 'eu-west-1', accessToken: 'secret-access-token', expiresAt, ...more };
}

const refreshable = {
  clientId: 'client',
  clientSecret: 'secret-of-client',
  refreshToken: 'secret-refresh-token',
  registrationExpiresAt: '2099-01-01T00:00:00Z',
};

interface StatusJson {
  readonly version: number;
  readonly project: { readonly profile?: string; readonly usable: boolean };
  readonly sessions: readonly (Record<string, unknown> & { readonly profiles: string[] })[];
  readonly credentials: readonly Record<string, unknown>[];
}

function parse(text: string): StatusJson {
  return JSON.parse(text) as StatusJson;
}

describe('the state of a session', () => {
  it.each([
    ['signed-out', undefined, 77],
    ['valid', token(3600), 0],
    ['ending', token(600), 0],
    ['refreshable', token(600, refreshable), 0],
    ['refreshable', token(-600, refreshable), 0],
    ['expired', token(-600), 77],
    ['expired', token(200), 77],
    ['unreadable', '{"accessToken": "half', 77],
    ['unreadable', 'not json', 77],
    ['unreadable', { startUrl }, 77],
    ['unreadable', [], 77],
  ])('%s: is told by its token file, with the exit code for the project', async (state, file, code) => {
    const { exitCode, stdout, stderr } = await runOwn(['sso', 'status', '--json'], {
      config,
      env: { AWS_PROFILE: 'acme-dev' },
      tokens: file === undefined ? {} : { acme: file },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: '' });
    const { version, project, sessions } = parse(stdout);
    expect({ version, project }).toEqual({ version: 1, project: { profile: 'acme-dev', usable: code === 0 } });
    expect(sessions[0]).toMatchObject({
      name: 'acme',
      startUrl,
      region: 'eu-west-1',
      kind: 'sso-session',
      state,
      current: true,
      profiles: ['acme-dev', 'acme-prod', 'no-access'],
    });
    expect(stdout).not.toContain('secret');
  });

  it('of a legacy profile is told by the token of its start URL', async () => {
    const { stdout } = await runOwn(['sso', 'status', '--json'], { config, tokens: { [startUrl]: token(200) } });
    expect(parse(stdout).sessions[1]).toMatchObject({
      kind: 'legacy',
      state: 'ending',
      profiles: ['legacy'],
      startUrl,
    });
  });

  it('is shown too where no profile or section knows the token', async () => {
    const other = token(3600, { startUrl: 'https://other.awsapps.com/start' });
    const { stdout } = await runOwn(['sso', 'status', '--json'], { tokens: { forgotten: other } });
    expect(parse(stdout).sessions).toMatchObject([{ kind: 'orphan', state: 'valid', profiles: [], current: false }]);
  });
});

describe('files that lie in the folder of tokens', () => {
  it('do no harm, whatever they are', async () => {
    const ctx = createOwnContext({ config, env: { AWS_PROFILE: 'acme-dev' }, tokens: { acme: token(3600) } });
    const folder = join(ctx.home, '.aws/sso/cache');
    mkdirSync(join(folder, `${'0'.repeat(40)}.json`));
    const foreign = [
      '',
      'null',
      '[]',
      '{"clientId": "x"}',
      '{"accessToken": 5}',
      '\u0000\u0001',
      '{"startUrl": "u", "region": "r"}',
    ];
    foreign.forEach((text, index) => writeFileSync(join(folder, `${String(index + 1).padStart(40, '0')}.json`), text));
    for (const name of ['botocore-client-id-eu-west-1.json', '.DS_Store', 'x.tmp'])
      writeFileSync(join(folder, name), 'x');
    const { exitCode, stdout, stderr } = await runOwnIn(ctx, ['sso', 'status', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(parse(stdout).sessions.map(({ kind }) => kind)).toEqual(['sso-session', 'legacy']);
  });

  it('are not warned about on Windows, where modes mean nothing', async () => {
    const ctx = createOwnContext({ config, env: { AWS_PROFILE: 'acme-dev' }, tokens: { acme: token(3600) } });
    chmodSync(join(ctx.home, '.aws/sso/cache'), 0o777);
    const { exitCode, stderr } = await runOwnIn({ ...ctx, platform: 'win32' }, ['sso', 'status']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  itOnPosix.each([
    [0o700, 0o600, []],
    [0o755, 0o600, []],
    [0o700, 0o644, ['600 token', '600 registration']],
    [0o700, 0o640, ['600 token', '600 registration']],
    [0o777, 0o600, ['700 folder']],
    [0o775, 0o644, ['700 folder', '600 token', '600 registration']],
  ])(
    'are warned about where others may read or replace them: folder %o, files %o',
    async (folderMode, mode, chmods) => {
      const ctx = createOwnContext({ config, env: { AWS_PROFILE: 'acme-dev' }, tokens: { acme: token(3600) } });
      const folder = join(ctx.home, '.aws/sso/cache');
      const session = { name: 'acme', startUrl, region: 'eu-west-1', scopes: ['sso:account:access'], endpoints: {} };
      const paths = {
        folder,
        token: join(folder, tokenFileName('acme')),
        registration: registrationPath(ctx, session),
      };
      writeFileSync(
        paths.registration,
        JSON.stringify({ clientId: 'c', clientSecret: 's', expiresAt: '2099-01-01T00:00:00Z' }),
      );
      chmodSync(paths.token, mode);
      chmodSync(paths.registration, mode);
      chmodSync(folder, folderMode);
      const { exitCode, stderr } = await runOwnIn(ctx, ['sso', 'status']);
      expect(exitCode).toBe(0);
      const advised = [...stderr.matchAll(/^ {4}chmod (\d+) (.+)$/gm)].map(
        ([, bits, path]) => `${bits} ${nameOf(path)}`,
      );
      expect(advised.toSorted()).toEqual([...chmods].toSorted());
      expect(stderr.match(/is (readable|writable) by other users/g) ?? []).toHaveLength(chmods.length);
      recordFigure('status.modes');

      function nameOf(path: string | undefined): string | undefined {
        return Object.entries(paths).find(([, each]) => each === path)?.[0];
      }
    },
  );

  it('are a hundred sessions of five hundred profiles, where a tenth of the files is torn', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const many = numbers.map(
      (session) =>
        `[sso-session s${session}]\nsso_start_url = https://s${session}.awsapps.com/start\nsso_region = eu-west-1\n` +
        [1, 2, 3, 4, 5]
          .map(
            (n) =>
              `[profile p${session}-${n}]\nsso_session = s${session}\nsso_account_id = 111111111111\nsso_role_name = R${n}\n`,
          )
          .join(''),
    );
    const tokens = Object.fromEntries(
      numbers.map((n) => [
        `s${n}`,
        n % 10 === 0 ? '{"torn' : { ...token(3600, refreshable), startUrl: `https://s${n}.awsapps.com/start` },
      ]),
    );
    const ctx = createOwnContext({ config: many.join(''), tokens });
    const anHourAgo = Date.now() / 1000 - 3600;
    for (const n of numbers) utimesSync(join(ctx.home, '.aws/sso/cache', tokenFileName(`s${n}`)), anHourAgo, anHourAgo);
    const { stdout } = await runOwnIn(ctx, ['sso', 'status', '--json']);
    const { sessions } = parse(stdout);
    expect(sessions).toHaveLength(100);
    expect(sessions.filter(({ state }) => state === 'unreadable')).toHaveLength(10);
  });
});

describe('credentials that end but belong to no session', () => {
  it('are shown with the profiles they are of', async () => {
    const { stdout } = await runOwn(['sso', 'status', '--json'], { config, credentials });
    expect(parse(stdout).credentials).toEqual([
      { profile: 'console', kind: 'login', state: 'signed-out' },
      { profile: 'ended', kind: 'temporary', state: 'expired', expiresAt: '2020-01-01T00:00:00.000Z' },
      { profile: 'lasting', kind: 'temporary', state: 'unknown' },
    ]);
  });

  it.each([
    ['ended', 77],
    ['lasting', 0],
    ['keys', 0],
    ['console', 77],
    ['broken', 77],
  ])('count for the exit code where profile %s is the project’s', async (profile, code) => {
    const { exitCode } = await runOwn(['sso', 'status'], { config, credentials, env: { AWS_PROFILE: profile } });
    expect(exitCode).toBe(code);
  });

  it.each([
    [3600, 'valid', 0],
    [-3600, 'renewable', 0],
    [-13 * 3600, 'expired', 77],
  ])('of aws login, %d s before their end, are %s', async (secondsLeft, state, code) => {
    const ctx = createOwnContext({ config, env: { AWS_PROFILE: 'console' } });
    const folder = join(ctx.home, '.aws/login/cache');
    mkdirSync(folder, { recursive: true });
    const name = createHash('sha256').update('arn:aws:iam::444444444444:user/ada').digest('hex');
    const expiresAt = new Date(Date.now() + secondsLeft * 1000).toISOString();
    const accessToken = {
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'secret',
      accountId: '444444444444',
      expiresAt,
    };
    const file = {
      accessToken,
      tokenType: 'aws_sigv4',
      clientId: 'c',
      refreshToken: 'secret',
      idToken: 'i',
      dpopKey: 'secret',
    };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(file));
    const { exitCode, stdout } = await runOwnIn(ctx, ['sso', 'status', '--json']);
    expect({ exitCode, credentials: parse(stdout).credentials }).toEqual({
      exitCode: code,
      credentials: [{ profile: 'console', kind: 'login', state, expiresAt: new Date(expiresAt).toISOString() }],
    });
    expect(stdout).not.toContain('secret');
  });
});

describe('the exit code without a profile of the project', () => {
  it.each([
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 0],
    [{}, 77],
  ])('with %j is %d', async (env, code) => {
    expect((await runOwn(['sso', 'status'], { config, env, tokens: { acme: token(3600) } })).exitCode).toBe(code);
  });

  it('is that of a configuration that cannot work where cdk.json cannot be read', async () => {
    const { exitCode, stdout } = await runOwn(['sso', 'status'], { config, projectJson: '{' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
  });
});

describe('the table', () => {
  it('tells what to run, and marks what the project uses', async () => {
    const { stdout } = await runOwn(['sso', 'status'], { config, credentials, env: { AWS_PROFILE: 'acme-dev' } });
    expect(stdout).toMatch(
      /^Session +State +Time left +Renews +Profiles +Start URL\n\* acme +signed out +- +- +3 profiles +https/,
    );
    expect(stdout).toContain(
      '* used by this project (profile acme-dev)\nTo sign in, run: cdkx sso login --profile acme-dev\n',
    );
  });

  it('fits a terminal of 80 columns', async () => {
    const { stdout } = await runOwn(['sso', 'status'], {
      config,
      credentials,
      interactive: true,
      env: { NO_COLOR: '1', AWS_PROFILE: 'acme-dev' },
      tokens: { acme: token(3600) },
    });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain('signed in');
  });

  it('says so where nothing is known', async () => {
    expect((await runOwn(['sso', 'status'])).stdout).toMatch(/\bno SSO sessions\b/);
  });
});

describe('--check', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.faults.clear());
  afterAll(() => emulator.close());

  it('asks the portal whether the session is still good', async () => {
    const good = emulator.issueToken({ expiresIn: 3600 });
    const { exitCode, stdout } = await runOwn(['sso', 'status', '--check', '--json'], {
      config,
      env: { ...emulator.env(), AWS_PROFILE: 'acme-dev' },
      tokens: { acme: good },
    });
    expect(exitCode).toBe(0);
    expect(parse(stdout).sessions[0]).toMatchObject({ portal: 'active', state: 'valid' });
  });

  it('tells one that was ended elsewhere', async () => {
    const ended = emulator.issueToken({ expiresIn: 3600 });
    emulator.revoke({ accessToken: ended.accessToken });
    const { exitCode, stdout } = await runOwn(['sso', 'status', '--check'], {
      config,
      env: { ...emulator.env(), AWS_PROFILE: 'acme-dev' },
      tokens: { acme: ended },
    });
    expect(exitCode).toBe(77);
    expect(stdout).toContain('revoked');
    expect(stdout).toContain('To sign in, run: cdkx sso login --profile acme-dev --force\n');
  });

  it('takes a portal that cannot be reached for what it is, and the files’ word for the session', async () => {
    emulator.faults.add({ operation: '*', kind: 'reset', times: 'always' });
    const { exitCode, stdout } = await runOwn(['sso', 'status', '--check'], {
      config,
      env: { ...emulator.env(), AWS_PROFILE: 'acme-dev' },
      tokens: { acme: emulator.issueToken({ expiresIn: 3600 }) },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('portal unreachable');
  });

  it('asks AWS STS about keys put by hand whose end no file tells', async () => {
    const good = emulator.credentialsFor({ account: '111111111111' });
    const section = (name: string, secret: string) =>
      `[${name}]\naws_access_key_id = ${good.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${secret}\naws_session_token = ${good.AWS_SESSION_TOKEN}\n`;
    // In a process of its own: the SDK's STS client reads the endpoint from the process's environment.
    const folder = tempFolder();
    const home = createHome(folder, {
      credentials: section('good', good.AWS_SECRET_ACCESS_KEY) + section('ended', 'no-more'),
    });
    const env = { ...emulator.env(), AWS_PROFILE: 'ended' };
    const { exitCode, stdout } = await runCdkx(['sso', 'status', '--check', '--json'], { cwd: folder, home, env });
    expect(exitCode).toBe(77);
    expect(parse(stdout).credentials).toEqual([
      { profile: 'good', kind: 'temporary', state: 'valid' },
      { profile: 'ended', kind: 'temporary', state: 'expired' },
    ]);
  });

  it('is needed for any call at all', async () => {
    const valid = emulator.issueToken({ expiresIn: 3600 });
    const before = emulator.connections();
    await runOwn(['sso', 'status'], { config, env: emulator.env(), tokens: { acme: valid } });
    expect(emulator.connections()).toBe(before);
  });
});

it('the table tells what kind of credentials a profile without a session has', async () => {
  const { stdout } = await runOwn(['sso', 'status'], { config, credentials });
  const kindOf = (profile: string) => stdout.split('\n').find((line) => line.trim().startsWith(`${profile} `));
  expect(kindOf('console')).toContain('aws login');
  expect(kindOf('ended')).toContain('short-term keys');
  expect(kindOf('lasting')).toContain('short-term keys');
});

it("the table marks the project's profile, and tells which keys are still good", async () => {
  const good =
    '[good]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T\nexpiration = 2999-01-01T00:00:00Z\n';
  const setup = { config, credentials: credentials + good, env: { AWS_PROFILE: 'lasting' } };
  const { stdout } = await runOwn(['sso', 'status'], setup);
  expect(stdout).toMatch(/^\* lasting +short-term keys /m);
  expect(stdout).toMatch(/^ {2}ended +short-term keys +expired /m);
  expect(stdout).toMatch(/^ {2}good +short-term keys +valid /m);
});
