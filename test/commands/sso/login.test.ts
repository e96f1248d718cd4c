import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { answerCodes } from '../../helpers/devices.ts';
import { tokenFileName } from '../../helpers/home.ts';
import { config, credentials, type OwnSetup, runOwn } from '../run-cdkx.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ deviceInterval: 0 });
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

const pinned = { app: 'true', context: { cdkx: 'acme-dev' } };

/** Runs the verb while a person answers every device code that waits. */
async function login(flags: readonly string[], setup: OwnSetup = {}, decision: 'allow' | 'deny' = 'allow') {
  const running = runOwn(['sso', 'login', ...flags], {
    config,
    credentials,
    ...setup,
    env: { ...(setup.awsHosts === undefined && emulator.env()), CDKX_DEVICE_CODE: '1', ...setup.env },
  });
  return answerCodes(emulator, running, decision);
}

function token(home: string, key = 'acme'): Record<string, unknown> {
  const path = join(home, '.aws/sso/cache', tokenFileName(key));
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

describe('cdkx sso login', () => {
  it.each([
    ['no profile at all', '', /^ {4}cdkx sso configure$/m],
    ['profiles, and none for this project', '[profile other]\nregion = eu-west-1\n', /^ {4}cdkx profile pin NAME$/m],
  ])('suggests a command that helps on a machine with %s', async (_, config, suggested) => {
    const { exitCode, stderr } = await login([], { config, credentials: '' });
    expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: expect.stringMatching(suggested) });
  });

  it.each([
    ["the project's profile", [], { projectJson: pinned }, 'acme'],
    ['a profile', ['--profile', 'acme-prod'], {}, 'acme'],
    ['a session by its name', ['--sso-session', 'acme'], {}, 'acme'],
    ['a legacy profile', ['--profile', 'legacy'], {}, 'https://acme.awsapps.com/start'],
    ['AWS_PROFILE', [], { env: { AWS_PROFILE: 'acme-dev' } }, 'acme'],
  ])(
    'signs in to the session of %s, without a terminal too, and prints nothing on stdout',
    async (_, flags, setup, key) => {
      const { exitCode, stdout, stderr, ctx } = await login(flags, setup);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      const said = stderr.match(/^cdkx: signed in to .*, (renews automatically|for (8 h|7 h 59 min))$/gm);
      expect(said).toEqual([expect.stringContaining(key)]);
      expect(token(ctx.home, key)).toHaveProperty('accessToken');
    },
  );

  it.each([
    ['a profile', ['--profile', 'acme-dev'], 'acme'],
    ['a session by its name', ['--sso-session', 'acme'], 'acme'],
    ['a legacy profile', ['--profile', 'legacy'], 'https://acme.awsapps.com/start'],
  ])('signs in where Identity Center is, and not in the region of what is deployed: %s', async (_, flags, key) => {
    const { exitCode, ctx } = await login(flags, { awsHosts: emulator });
    expect(exitCode).toBe(0);
    expect(token(ctx.home, key)).toMatchObject({ region: 'eu-west-1' });
  });

  it('refreshes there too', async () => {
    const tokens = { acme: emulator.issueToken({ expiresIn: -60 }) };
    const { exitCode, ctx } = await login(['--profile', 'acme-dev'], { awsHosts: emulator, tokens });
    expect(exitCode).toBe(0);
    expect(token(ctx.home)['accessToken']).not.toBe(tokens.acme.accessToken);
  });

  it('is refused where the region is another: the start URL is not known there', async () => {
    const elsewhere = config.replaceAll('sso_region = eu-west-1', 'sso_region = us-east-1');
    const { exitCode, ctx } = await login(['--profile', 'acme-dev'], { awsHosts: emulator, config: elsewhere });
    expect(exitCode).not.toBe(0);
    expect(existsSync(join(ctx.home, '.aws/sso/cache', tokenFileName('acme')))).toBe(false);
  });

  it('leaves a valid session alone and says so', async () => {
    const valid = emulator.issueToken({ expiresIn: 3600 });
    emulator.log.length = 0;
    const { exitCode, stderr, ctx } = await login(['--profile', 'acme-dev'], { tokens: { acme: valid } });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/already signed in to SSO session "acme" \(expires in (1 h|59 min)\); use --force/);
    expect(emulator.log).toEqual([]);
    expect(token(ctx.home)['accessToken']).toBe(valid.accessToken);
  });

  it.each([
    ['a profile', ['--profile', 'acme-dev']],
    ['a session by its name', ['--sso-session', 'acme']],
  ])('refreshes what needs no sign-in and says so: %s', async (_, flags) => {
    const expired = emulator.issueToken({ expiresIn: -60, refreshable: true });
    emulator.log.length = 0;
    const { exitCode, stderr } = await login(flags, { tokens: { acme: expired } });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^cdkx: already signed in to SSO session "acme" \(expires in \S+ \w+\); use --force/m);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['CreateToken']);
  });

  it('signs in anew with --force', async () => {
    const valid = emulator.issueToken({ expiresIn: 3600 });
    const { exitCode, stderr, ctx } = await login(['--profile', 'acme-dev', '--force'], { tokens: { acme: valid } });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('signed in to SSO session "acme"');
    expect(token(ctx.home)['accessToken']).not.toBe(valid.accessToken);
  });

  it('signs in although logins are switched off: who runs it has asked for it', async () => {
    const { exitCode } = await login(['--profile', 'acme-dev'], { env: { CDKX_LOGIN: 'never' } });
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      'a profile that is not defined',
      ['--profile', 'acme-de'],
      {},
      78,
      /no profile named "acme-de"[^]*Did you mean "acme-dev"/,
    ],
    ['a session that is not defined', ['--sso-session', 'acm'], {}, 78, /no \[sso-session acm\]/],
    ['a profile without its session', ['--profile', 'broken'], {}, 78, /no \[sso-session nowhere\]/],
    ['a profile with access keys', ['--profile', 'keys'], {}, 78, /"keys" has no SSO session[^]*access keys/],
    ['a profile with short-term keys', ['--profile', 'lasting'], {}, 78, /no SSO session[^]*short-term credentials/],
    ['no profile at all', [], {}, 78, /no AWS profile selected[^]*cdkx sso login --profile NAME/],
    ['a cdk.json that is no JSON', [], { projectJson: '{' }, 78, /cdk\.json is not valid JSON/],
    ['CI, where nobody is', ['--profile', 'acme-dev'], { env: { CI: 'true' } }, 77, /not signed in to/],
  ] as const)('refuses %s', async (_, flags, setup, code, message) => {
    const { exitCode, stdout, stderr, ctx } = await login(flags, setup);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(join(ctx.home, '.aws/sso/cache'))).toEqual([]);
  });

  it('fails where the person denies', async () => {
    const { exitCode, stderr } = await login(['--profile', 'acme-dev'], {}, 'deny');
    expect(exitCode).toBe(77);
    expect(stderr).toMatch(/denied|refused/);
  });

  it('fails where Identity Center cannot be reached', async () => {
    emulator.faults.add({ operation: '*', kind: 'reset', times: 'always' });
    const { exitCode, stderr, ctx } = await login(['--profile', 'acme-dev']);
    expect(exitCode).toBe(69);
    expect(stderr).toContain('127.0.0.1');
    expect(existsSync(join(ctx.home, '.aws/sso/cache', tokenFileName('acme')))).toBe(false);
  });
});
