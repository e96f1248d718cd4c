import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { config, createOwnContext, credentials, type OwnSetup, runOwn, runOwnIn } from '../run-cdkx.ts';

const startUrl = 'https://acme.awsapps.com/start';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.log.length = 0;
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

function setup(more: OwnSetup = {}): OwnSetup {
  return { config, credentials, ...more, env: { ...emulator.env(), ...more.env } };
}

function tokenFiles(home: string): string[] {
  return readdirSync(join(home, '.aws/sso/cache')).filter((name) => name.endsWith('.json'));
}

function logouts(): number {
  return emulator.log.filter(({ operation }) => operation === 'Logout').length;
}

describe('cdkx sso logout', () => {
  it.each([
    ["the project's profile", [], { AWS_PROFILE: 'acme-dev' }],
    ['a profile', ['--profile', 'acme-prod'], {}],
    ['a session by its name', ['--sso-session', 'acme'], {}],
  ])('ends the session of %s at the portal and here, and no other', async (_, flags, env) => {
    const tokens = { acme: emulator.issueToken({}), [startUrl]: emulator.issueToken({ legacy: true }) };
    const { exitCode, stdout, stderr, ctx } = await runOwn(['sso', 'logout', ...flags], setup({ tokens, env }));
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'cdkx: signed out of SSO session "acme"\n',
    });
    expect(tokenFiles(ctx.home)).toHaveLength(1);
    expect(logouts()).toBe(1);
  });

  it('deletes the role credentials that the AWS CLI keeps for the profiles of that session, and no others', async () => {
    const ctx = createOwnContext(setup({ tokens: { acme: emulator.issueToken({}) } }));
    const cliCache = join(ctx.home, '.aws/cli/cache');
    mkdirSync(cliCache, { recursive: true });
    // As the AWS CLI names it: the SHA-1 of {"accountId":"…","roleName":"…","sessionName":"…"}.
    const nameOf = (key: string) => `${createHash('sha1').update(key).digest('hex')}.json`;
    const own = nameOf('{"accountId":"111111111111","roleName":"Developer","sessionName":"acme"}');
    const other = nameOf('{"accountId":"111111111111","roleName":"Developer","sessionName":"other"}');
    for (const name of [own, other]) writeFileSync(join(cliCache, name), '{"ProviderType": "sso"}');
    await runOwnIn(ctx, ['sso', 'logout', '--sso-session', 'acme']);
    expect(readdirSync(cliCache)).toEqual([other]);
  });

  it('ends every session with --all, forgotten and broken ones included, and the role credentials of the AWS CLI', async () => {
    const forgotten = { ...emulator.issueToken({}), startUrl: 'https://other.awsapps.com/start' };
    const tokens = { acme: emulator.issueToken({}), [startUrl]: '{"torn', forgotten };
    const ctx = createOwnContext(setup({ tokens }));
    const cliCache = join(ctx.home, '.aws/cli/cache');
    mkdirSync(cliCache, { recursive: true });
    writeFileSync(join(cliCache, 'a.json'), '{"ProviderType": "sso"}');
    writeFileSync(join(cliCache, 'b.json'), '{"ProviderType": "assume-role"}');
    writeFileSync(join(cliCache, 'c.json'), 'torn');
    const { exitCode } = await runOwnIn(ctx, ['sso', 'logout', '--all']);
    expect(exitCode).toBe(0);
    expect(tokenFiles(ctx.home)).toEqual([]);
    expect(logouts()).toBe(2);
    expect(readdirSync(cliCache).toSorted()).toEqual(['b.json', 'c.json']);
  });

  it("deletes the role credentials that the AWS CLI has cached for the session's profiles, and no other", async () => {
    const { ctx } = await runOwn(['profile', 'list'], setup({ tokens: { acme: emulator.issueToken({}) } }));
    const cliCache = join(ctx.home, '.aws/cli/cache');
    mkdirSync(cliCache, { recursive: true });
    const nameOf = (key: object) => `${createHash('sha1').update(JSON.stringify(key)).digest('hex')}.json`;
    const own = nameOf({ accountId: '111111111111', roleName: 'Developer', sessionName: 'acme' });
    const others = [
      nameOf({ accountId: '111111111111', roleName: 'ReadOnly', startUrl: 'https://acme.awsapps.com/start' }),
      nameOf({ accountId: '111111111111', roleName: 'Developer', sessionName: 'other' }),
    ];
    for (const name of [own, ...others]) writeFileSync(join(cliCache, name), '{"ProviderType":"sso"}');
    expect(await runOwnIn(ctx, ['sso', 'logout', '--sso-session', 'acme'])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(cliCache).toSorted()).toEqual(others.toSorted());
  });

  it.each([[['--sso-session', 'acme']], [['--all']]])('is content where nobody is signed in (%j)', async (flags) => {
    const { exitCode, stderr } = await runOwn(['sso', 'logout', ...flags], setup());
    expect(exitCode).toBe(0);
    expect(stderr).toContain('not signed in to');
    expect(emulator.log).toEqual([]);
  });

  it('takes a session that the portal knows no more for ended', async () => {
    const token = emulator.issueToken({});
    emulator.revoke({ accessToken: token.accessToken });
    const { exitCode, stderr, ctx } = await runOwn(
      ['sso', 'logout', '--sso-session', 'acme'],
      setup({ tokens: { acme: token } }),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'cdkx: signed out of SSO session "acme"\n' });
    expect(tokenFiles(ctx.home)).toEqual([]);
  });

  it('deletes the token here even where the portal cannot be told, and says that it could not', async () => {
    emulator.faults.add({ operation: '*', kind: 'reset', times: 'always' });
    const tokens = { acme: emulator.issueToken({}) };
    const { exitCode, stderr, ctx } = await runOwn(['sso', 'logout', '--sso-session', 'acme'], setup({ tokens }));
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/signed out of SSO session "acme" on this machine, but [^]*access portal[^]*sign out/);
    expect(existsSync(join(ctx.home, '.aws/sso/cache'))).toBe(true);
    expect(tokenFiles(ctx.home)).toEqual([]);
  });

  it.each([
    [['--profile', 'keys'], 78, /"keys" has no SSO session to sign out of/],
    [['--profile', 'console'], 78, /aws logout --profile console/],
    [['--profile', 'broken'], 78, /no \[sso-session nowhere\]/],
    [['--profile', 'nobody'], 78, /no profile named "nobody"/],
    [['--sso-session', 'nobody'], 78, /no \[sso-session nobody\]/],
    [[], 78, /no AWS profile selected/],
  ] as const)('refuses %j with %d', async (flags, code, message) => {
    const { exitCode, stdout, stderr } = await runOwn(['sso', 'logout', ...flags], setup());
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
