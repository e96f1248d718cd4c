import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator, EmulatorOptions, RequestRecord } from '../emulator/emulator.ts';
import { cdkPath, repository, runCdk } from '../helpers/cli.ts';
import { tokenFileName } from '../helpers/home.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { openTerminal } from '../helpers/pty.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import {
  accounts,
  countOf,
  createThreeAccountProject,
  deployedStacks,
  everywhere,
  expiredTokens,
  map,
  pluginPath,
  sharedConfig,
  startTwoInstances,
  synthesizeApp,
  validTokens,
  type ProjectFiles,
} from './three-accounts.ts';
import { atFirst, crossings, deeds, logins, refusals } from './who-did-what.ts';
import { onPosix } from '../helpers/needs.ts';
import { questions } from '../helpers/questions.ts';

const itOnPosix = onPosix(it, 'pseudo-terminals as Unix has them');

type Tokens = ReturnType<typeof validTokens>;

describe('plain cdk with the plugin in cdk.json', () => {
  let app: string;
  let settings: Readonly<Record<string, unknown>>;
  beforeAll(() => {
    app = synthesizeApp();
    settings = { plugin: [pluginPath], app };
  });
  afterAll(() => rmSync(dirname(app), { recursive: true, force: true }));
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());
  const startAgain = async (options: EmulatorOptions) => {
    await emulator.close();
    emulator = await startTwoInstances(options);
  };

  const cdk = (
    args: string,
    files: Omit<ProjectFiles, 'tokens'> & Partial<ProjectFiles>,
    env: Readonly<Record<string, string>> = { AWS_PROFILE: 'acme-dev' },
  ) => {
    const project = createThreeAccountProject({
      tokens: validTokens(emulator),
      ...files,
      settings: { ...settings, ...files.settings },
    });
    return runCdk(args.split(' '), { ...project, env: { ...emulator.env(), ...env } });
  };

  it('deploys every account with the credentials of its own profile, fetched once for all who ask at a time', async () => {
    const result = await cdk('deploy --all --concurrency 3', { block: { accounts: map } });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).not.toContain('cdkx');
    expect(deployedStacks(emulator)).toEqual(everywhere);
    expect(refusals(emulator)).toEqual([]);
    expect(crossings(emulator)).toEqual([]);
    // The default account's are fetched by cdk itself; the plugin fetches once, though cdk asks for reading and for writing.
    for (const account of [accounts.prod, accounts.partner]) {
      expect(emulator.log.filter(({ target }) => target === `${account}/Deployer`)).toHaveLength(1);
    }
  });

  it.each([
    ['with its first question', 'plugin-answers.cjs'],
    ['in the middle of an answer', 'chunks/sdk-.*'],
  ])('stops cdk with words of use where cdkx was updated meanwhile, and that shows %s', async (_, gone) => {
    const folder = tempFolder();
    cpSync(join(repository, 'dist'), folder, { recursive: true });
    const update = join(folder, 'update.cjs');
    writeFileSync(
      update,
      `const { readdirSync, rmSync } = require('node:fs');
       exports.version = '1';
       exports.init = () => {
         const files = readdirSync(__dirname, { recursive: true }).filter((file) => /^${gone.replace('/', '.')}$/.test(file));
         if (files.length !== 1) throw new Error('not one file: ' + files);
         rmSync(__dirname + '/' + files[0]);
       };`,
    );
    const plugin = [join(folder, 'plugin.cjs'), update];
    const { exitCode, stdout, stderr } = await cdk('deploy Prod', { block: { accounts: map }, settings: { plugin } });
    expect(exitCode).toBe(1);
    const output = stdout + stderr;
    expect(output).toContain('cdkx: cannot load a file of cdkx');
    expect(output).toMatch(/^ {2}Cannot find module '.*'/m);
    expect(output).toContain('\n  cdkx was probably updated or removed while it was running.\n');
    expect(output).toContain("\n  Run the command again. If that doesn't help, reinstall cdkx.\n");
    expect(output).not.toMatch(/^ +at /m);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('finds the profiles of the same session by itself with "auto", and hints at what the others need', async () => {
    // The session is that of the pinned profile; plain cdk itself finds no credentials at all.
    const result = await cdk('deploy Dev Prod', { block: { profile: 'acme-dev', accounts: 'auto' } }, {});
    expect(result).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere.slice(0, 2));

    const partner = await cdk('deploy Partner', { block: { accounts: 'auto' } });
    expect(partner.exitCode).toBe(1);
    expect(partner.stderr).toContain(`no profile found for account ${accounts.partner}`);
    expect(partner.stderr).toContain('No profile of the same SSO session uses this account');
    expect(partner.stderr).toContain(`"${accounts.partner}":`);
  });

  it('lists the profiles that "auto" cannot tell apart, and uses none of them', async () => {
    const prod = (name: string, role: string) =>
      `[profile ${name}]\nsso_session = acme\nsso_account_id = ${accounts.prod}\nsso_role_name = ${role}\n\n`;
    const others = sharedConfig.replace(
      /\[profile acme-prod\][^[]*/,
      prod('prod-a', 'ReadOnly') + prod('prod-b', 'Admin'),
    );
    const result = await cdk('deploy Prod', { block: { accounts: 'auto' }, config: others });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain(
      [
        `cdkx: no profile found for account ${accounts.prod}`,
        '  Several profiles use this account with the same role, so cdkx uses none of them.',
        '  Profiles of that account: prod-a, prod-b.',
      ].join('\n'),
    );
    expect(deeds(emulator, 'GetRoleCredentials', (target) => target)).toEqual([
      `undefined/undefined ${accounts.dev}/Deployer`,
    ]);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('says what to add to the map for an account that is not in it, and who could serve it', async () => {
    const result = await cdk('deploy Prod', { block: { accounts: { [accounts.dev]: 'acme-dev' } } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`Profiles of that account: acme-prod`);
    expect(result.stderr).toContain(`"${accounts.prod}": "acme-prod"`);
    expect(result.stderr.split(`no profile found for account`)).toHaveLength(2);
    // What cdk itself says of it stands last, as without the plugin: it tried the role with the credentials that it has.
    const own = result.stderr.slice(result.stderr.indexOf(`"${accounts.prod}": "acme-prod"`));
    expect(own).toContain(
      `Could not assume role in target account using current credentials (which are for account ${accounts.dev}, and none of the following plugins provided credentials: cdkx)`,
    );
    expect(own).toContain(
      `is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${accounts.prod}:role/`,
    );
    expect(own).toContain('Please make sure that this role exists in the account.');
    expect(result.stdout).toBe('');
  });

  it('stops at a profile that leads to another account than the one it is mapped to', async () => {
    const result = await cdk('deploy Prod', { block: { accounts: { ...map, [accounts.prod]: 'partner' } } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(
      `profile "partner" is mapped to account ${accounts.prod}, but uses account ${accounts.partner}`,
    );
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('stops at access keys that belong to another account, which only STS can tell', async () => {
    const keys = emulator.userKeyFor({ account: accounts.partner });
    const result = await cdk('deploy Prod', {
      block: { accounts: { [accounts.prod]: 'ci' } },
      credentials: `[ci]\naws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}\n`,
    });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`but uses account ${accounts.partner}`);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('does not log in when the permission set was removed', async () => {
    const config = sharedConfig.replace(/(profile acme-prod\][^[]*sso_role_name = )Deployer/, '$1Gone');
    // With all that a login would need.
    const env = { AWS_PROFILE: 'acme-dev', ...personAsBrowser() };
    const result = await cdk('deploy Prod', { block: { accounts: map, login: 'auto' }, config }, env);
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain(`no access to role Gone in account ${accounts.prod}`);
    expect(emulator.log.filter(({ service }) => service === 'sso-oidc')).toEqual([]);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('fails cleanly where a session has ended and nobody can be asked', async () => {
    const { acme } = validTokens(emulator);
    const result = await cdk('deploy Partner', { block: { accounts: map }, tokens: { acme } });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain('cdkx sso login');
    expect(result.stderr).toContain('partner');
  });

  itOnPosix('asks one question at a time on a terminal', async () => {
    const project = createThreeAccountProject({ block: { accounts: map }, settings, tokens: expiredTokens(emulator) });
    const env = { ...emulator.env(), ...personAsBrowser(), AWS_PROFILE: 'acme-dev' };
    const args = [cdkPath, 'deploy', '--all', '--concurrency', '3', '--progress', 'events'];
    const terminal = openTerminal(process.execPath, args, { ...project, env, columns: 140, rows: 60 });
    await terminal.waitFor(questions.signIn);
    expect(terminal.screen().split(questions.signIn)).toHaveLength(2);
    terminal.type(enter);
    await terminal.waitFor(/Sign in now\?[^]*Sign in now\?/);
    expect(countOf(emulator, 'CreateToken')).toBe(1);
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere);
  });

  it('logs in again where a session was ended that looked valid', async () => {
    const tokens = validTokens(emulator);
    emulator.revoke({ accessToken: tokens.partner.accessToken });
    const project = createThreeAccountProject({ block: { accounts: map }, settings, tokens });
    const env = { CDKX_LOGIN: 'auto', ...emulator.env(), ...personAsBrowser(), AWS_PROFILE: 'acme-dev' };
    const result = await runCdk(['deploy', 'Partner'], { ...project, env });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(countOf(emulator, 'CreateToken')).toBe(1);
  });

  it('logs in once where two accounts find their session ended at the same time', async () => {
    const { partner } = validTokens(emulator);
    const tokens = { partner, acme: emulator.issueToken({ refreshable: false }) };
    emulator.revoke({ accessToken: tokens.acme.accessToken });
    const project = createThreeAccountProject({ block: { accounts: map }, settings, tokens });
    const env = { CDKX_LOGIN: 'auto', ...emulator.env(), ...personAsBrowser(), AWS_PROFILE: 'acme-dev' };
    const result = await runCdk(['deploy', 'Dev', 'Prod', '--concurrency', '2'], { ...project, env });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere.slice(0, 2));
    expect(logins(emulator)).toHaveLength(1);
  });

  itOnPosix('does not ask again about a session after a no', async () => {
    const { partner } = validTokens(emulator);
    const project = createThreeAccountProject({
      block: { accounts: map },
      settings,
      tokens: { ...expiredTokens(emulator), partner },
    });
    const args = [cdkPath, 'deploy', 'Dev', 'Prod', '--concurrency', '2', '--progress', 'events'];
    const env = { ...emulator.env(), AWS_PROFILE: 'acme-dev' };
    const terminal = openTerminal(process.execPath, args, { ...project, env, columns: 140, rows: 60 });
    await terminal.answer([questions.signIn, 'n']);
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 1 });
    expect(terminal.screen().split(questions.signIn)).toHaveLength(2);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  describe('where the session ends in the middle of a deployment', () => {
    /** From the first role credentials of the account to the change of its stack, which `cdk` then watches. */
    const moments = ['GetRoleCredentials', 'PutObject', 'ExecuteChangeSet'];
    const isInProd = ({ target = '' }: RequestRecord) => target === 'Prod' || target.includes(accounts.prod);
    /** Ends something at the first such request in Prod, on credentials that `cdk` renews before every request. */
    const endingAt = async (moment: string, end: (project: { home: string }, tokens: Tokens) => void) => {
      await startAgain({ lifetimes: { roleCredentials: 5, assumedRole: 5, roleCredentialsGrace: 60 } });
      const tokens = validTokens(emulator);
      const project = createThreeAccountProject({ block: { accounts: map }, settings, tokens });
      const isMoment = (record: RequestRecord) => record.operation === moment && isInProd(record);
      atFirst(emulator, isMoment, () => end(project, tokens));
      const before = () => emulator.log.findIndex(isMoment);
      return { project, before, env: { ...emulator.env(), AWS_PROFILE: 'acme-dev' } };
    };
    const renewals = () => emulator.log.filter(({ grant }) => grant === 'refresh_token');

    it.each(moments)('goes on with a refreshed session, at the first %s', async (moment) => {
      const { project, env, before } = await endingAt(moment, ({ home }, { acme }) => {
        emulator.expire({ what: 'access-tokens' });
        const ended = { ...acme, expiresAt: new Date(Date.now() - 1000).toISOString() };
        writeFileSync(join(home, '.aws/sso/cache', tokenFileName('acme')), JSON.stringify(ended));
      });
      const result = await runCdk(['deploy', 'Prod'], { ...project, env });
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.stderr).not.toContain('cdkx: ');
      expect(deployedStacks(emulator)).toEqual(everywhere.slice(1, 2));
      expect(renewals()).toMatchObject([{ status: 200 }]);
      expect(before()).toBeLessThan(emulator.log.indexOf(renewals()[0]!));
      expect(logins(emulator)).toEqual([]);
    });

    it.each(moments)(
      'ends with a clear message, told once, where it cannot be renewed at the first %s',
      async (moment) => {
        const { project, env, before } = await endingAt(moment, () => void emulator.revoke());
        const result = await runCdk(['deploy', 'Prod'], { ...project, env });
        expect(result).toMatchObject({ exitCode: 1, stdout: '' });
        expect(result.stderr.match(/It could not be refreshed: /g)).toHaveLength(1);
        expect(result.stderr).toMatch(
          /^cdkx: SSO session "acme" \(profile "acme-prod"\) was revoked: the access portal no longer accepts it\n {2}It could not be refreshed: /m,
        );
        expect(result.stderr).toContain('\n    cdkx sso login --profile acme-prod --force\n');
        // `cdk` names it too, as what it failed at: an asset, a stack, or nothing yet.
        const [, after] = result.stderr.split('cdkx sso login --profile acme-prod --force\n');
        expect(after).toContain('cdkx: SSO session "acme" (profile "acme-prod") was revoked: ');
        expect(logins(emulator)).toEqual([]);
        // The request at which it ended was still answered, and none with credentials from after it.
        expect(
          emulator.log.slice(before()).filter(({ status, service }) => service === 'sso' && status === 200),
        ).toEqual([]);
      },
    );
  });

  it('stops at a project block that is wrong, which is told once', async () => {
    const result = await cdk('deploy Prod', { block: { account: map } });
    expect(result.exitCode).toBe(1);
    // Told once in three parts; the other is the first line of it as `cdk` ends with it.
    expect(result.stderr.match(/account of context\.cdkx in cdk\.json cannot be an object/g)).toHaveLength(2);
    expect(result.stderr.match(/^cdkx: /gm)).toHaveLength(2);
  });

  it('is silent where the project block says nothing of accounts', async () => {
    const result = await cdk('synth --quiet Prod', { block: 'acme-dev' });
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });
    expect(result.stderr).not.toContain('cdkx');
  });
});
