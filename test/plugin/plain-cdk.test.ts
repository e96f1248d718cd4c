import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../emulator/emulator.ts';
import { cdkPath, runCdk } from '../helpers/cli.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { openTerminal } from '../helpers/pty.ts';
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
  validTokens,
  type ProjectFiles,
} from './three-accounts.ts';
import { crossings, refusals } from './who-did-what.ts';

describe('plain cdk with the plugin in cdk.json', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());

  const cdk = (args: string, files: Omit<ProjectFiles, 'tokens'> & Partial<ProjectFiles>) => {
    const project = createThreeAccountProject({
      tokens: validTokens(emulator),
      ...files,
      settings: { plugin: [pluginPath], ...files.settings },
    });
    return runCdk(args.split(' '), { ...project, env: { ...emulator.env(), AWS_PROFILE: 'acme-dev' } });
  };

  it('deploys every account with the credentials of its own profile, fetched once for all who ask at a time', async () => {
    const result = await cdk('deploy --all --concurrency 3', { block: { accounts: map } });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).not.toContain('cdkx');
    expect(deployedStacks(emulator)).toEqual(everywhere);
    expect(refusals(emulator)).toEqual([]);
    expect(crossings(emulator)).toEqual([]);
    // The default account's by cdk itself; the other two by the plugin, though cdk asks for reading and for writing.
    expect(countOf(emulator, 'GetRoleCredentials')).toBeLessThanOrEqual(4);
  });

  it('finds the profiles of the same session by itself with "auto", and hints at what the others need', async () => {
    const result = await cdk('deploy Dev Prod', { block: { accounts: 'auto' } });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere.slice(0, 2));

    const partner = await cdk('deploy Partner', { block: { accounts: 'auto' } });
    expect(partner.exitCode).toBe(1);
    expect(partner.stderr).toContain(`no profile is known for account ${accounts.partner}`);
    expect(partner.stderr).toContain('No profile of the same SSO session leads to it');
    expect(partner.stderr).toContain(`"accounts": { "${accounts.partner}":`);
  });

  it('says what to add to the map for an account that is not in it, and who could serve it', async () => {
    const result = await cdk('deploy Prod', { block: { accounts: { [accounts.dev]: 'acme-dev' } } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`Profiles of that account: acme-prod`);
    expect(result.stderr).toContain(`"accounts": { "${accounts.prod}": "acme-prod" }`);
    expect(result.stderr.split(`no profile is known for account`)).toHaveLength(2);
    expect(result.stdout).toBe('');
  });

  it('stops at a profile that leads to another account than the one it is mapped to', async () => {
    const result = await cdk('deploy Prod', { block: { accounts: { ...map, [accounts.prod]: 'partner' } } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(
      `profile "partner" is mapped to account ${accounts.prod}, but leads to ${accounts.partner}`,
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
    expect(result.stderr).toContain(`but leads to ${accounts.partner}`);
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('does not log in when the permission set was removed', async () => {
    const config = sharedConfig.replace(/(profile acme-prod\][^[]*sso_role_name = )Deployer/, '$1Gone');
    const result = await cdk('deploy Prod', { block: { accounts: map }, config });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`no access to role Gone in account ${accounts.prod}`);
    expect(countOf(emulator, 'StartDeviceAuthorization')).toBe(0);
  });

  it('fails cleanly where a session has ended and nobody can be asked', async () => {
    const { acme } = validTokens(emulator);
    const result = await cdk('deploy Partner', { block: { accounts: map }, tokens: { acme } });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain('cdkx sso login');
    expect(result.stderr).toContain('partner');
  });

  it('asks one question at a time on a terminal', async () => {
    const project = createThreeAccountProject({
      block: { accounts: map },
      settings: { plugin: [pluginPath] },
      tokens: expiredTokens(emulator),
    });
    const env = { ...emulator.env(), ...personAsBrowser(), AWS_PROFILE: 'acme-dev' };
    const args = [cdkPath, 'deploy', '--all', '--concurrency', '3', '--progress', 'events'];
    const terminal = openTerminal(process.execPath, args, { ...project, env, columns: 140, rows: 60 });
    await terminal.waitFor('Log in now?');
    expect(terminal.screen().split('Log in now?')).toHaveLength(2);
    terminal.type(enter);
    await terminal.waitFor(/Log in now\?[^]*Log in now\?/);
    expect(countOf(emulator, 'CreateToken')).toBe(1);
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere);
  });

  it('logs in again where a session was ended that looked valid', async () => {
    const tokens = validTokens(emulator);
    emulator.revoke({ accessToken: tokens.partner.accessToken });
    const project = createThreeAccountProject({
      block: { accounts: map, login: 'auto' },
      settings: { plugin: [pluginPath] },
      tokens,
    });
    const env = { ...emulator.env(), ...personAsBrowser(), AWS_PROFILE: 'acme-dev' };
    const result = await runCdk(['deploy', 'Partner'], { ...project, env });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(countOf(emulator, 'CreateToken')).toBe(1);
  });

  it('stops at a project block that is wrong, which is told once', async () => {
    const result = await cdk('deploy Prod', { block: { account: map } });
    expect(result.exitCode).toBe(1);
    // Told once in three parts; the other is the first line of it as `cdk` ends with it.
    expect(result.stderr.match(/account of context\.cdkx in cdk\.json cannot be an object/g)).toHaveLength(2);
  });

  it('is silent where the project block says nothing of accounts', async () => {
    const result = await cdk('synth --quiet Prod', { block: 'acme-dev' });
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });
    expect(result.stderr).not.toContain('cdkx');
  });
});
