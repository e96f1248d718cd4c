import { appendFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IBaseCredentialsProvider, Toolkit } from '@aws-cdk/toolkit-lib';
import type { BaseCredentialsProvider } from '../lib/index.ts';
import type { Emulator } from './emulator/emulator.ts';
import { cleanEnvironment, repository } from './helpers/cli.ts';
import { personAsBrowser } from './helpers/person.ts';
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
} from './plugin/three-accounts.ts';
import { crossings, logins } from './plugin/who-did-what.ts';
import { onPosix } from './helpers/needs.ts';

const itOnPosix = onPosix(it, 'way to delete the current directory');

describe('the programmatic API', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());

  /** Runs a module that has imported cdkx as `cdkx`; what it passes to `print` is the result. */
  const run = async (
    body: string,
    project: { readonly home: string; readonly cwd: string },
    env: Record<string, string> = {},
  ) => {
    const script = join(project.cwd, 'script.mjs');
    const api = pathToFileURL(join(repository, 'dist/index.cjs')).href;
    writeFileSync(
      script,
      `import * as cdkx from '${api}';
       const print = (value) => process.stdout.write(JSON.stringify(value));
       try { ${body} } catch (error) { print({ isUserError: error instanceof cdkx.UserError, exitCode: error.exitCode, what: error.message }); }`,
    );
    const child = spawn(process.execPath, [script], {
      cwd: project.cwd,
      env: cleanEnvironment(project.home, { ...emulator.env(), ...env }),
    });
    const chunks: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (chunks.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (chunks.stderr += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    return { result: JSON.parse(chunks.stdout || 'null') as unknown, stderr: chunks.stderr };
  };
  const project = (block: unknown, tokens = validTokens(emulator)) => createThreeAccountProject({ block, tokens });
  const deployDev = (options: string, { before = '', stacks = "['Dev']" } = {}) => `
    const { Toolkit } = await import('@aws-cdk/toolkit-lib');
    const notify = async () => {};
    const credentials = cdkx.cdkxCredentials(${options});
    const toolkit = new Toolkit({
      ioHost: { notify, requestResponse: async (message) => message.defaultResponse },
      sdkConfig: { baseCredentials: credentials },
    });
    ${before}
    const source = await toolkit.fromCdkApp('node app.mjs');
    await toolkit.deploy(source, { concurrency: 3, stacks: { strategy: 'pattern-must-match', patterns: ${stacks} } });
    print('deployed');`;
  const register = 'credentials.registerAccounts(toolkit.pluginHost);';
  const loadPlugin = `await toolkit.pluginHost.load(${JSON.stringify(pluginPath)});`;

  it('detects the profile that the project means, and why', async () => {
    const { result } = await run('print(cdkx.detectProfile())', project({ profile: 'acme-dev' }));
    expect(result).toMatchObject({
      profile: 'acme-dev',
      where: 'context.cdkx.profile in cdk.json',
      account: accounts.dev,
      role: 'Deployer',
    });
    expect(emulator.log).toEqual([]);
  });

  it('takes the stage and the folder from its options', async () => {
    const { home, cwd } = project({ profile: 'acme-dev', stages: { live: { profile: 'partner' } } });
    const elsewhere = project('acme-prod');
    const { result } = await run(`print(cdkx.detectProfile({ stage: 'live', cwd: ${JSON.stringify(cwd)} }))`, {
      home,
      cwd: elsewhere.cwd,
    });
    expect(result).toMatchObject({ profile: 'partner', account: accounts.partner });
  });

  it.each([
    ['a profile that is not defined', `cdkx.detectProfile({ profile: 'acme-dve' })`, 78, 'acme-dve'],
    ['a stage that does not exist', `cdkx.detectProfile({ stage: 'nope' })`, 78, 'nope'],
    ['a wrong account', `await cdkx.ensureSession({ profile: 'partner' })`, 78, 'wrong account'],
  ])('throws a UserError for %s', async (_, call, exitCode, what) => {
    const block = { profile: 'acme-dev', account: accounts.dev, stages: { live: {} } };
    const { result } = await run(call, project(block));
    expect(result).toMatchObject({ isUserError: true, exitCode });
    expect(JSON.stringify(result).toLowerCase()).toContain(what);
  });

  it('gives role credentials, and fails without a person to log in', async () => {
    const good = await run(
      `const { accessKeyId, expiration } = await cdkx.roleCredentials(); print({ accessKeyId, expiration })`,
      project('acme-dev'),
    );
    expect(good.result).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/), expiration: expect.any(String) });
    const bad = await run(`print(await cdkx.roleCredentials())`, project('acme-dev', expiredTokens(emulator)));
    expect(bad.result).toMatchObject({ isUserError: true, exitCode: 77 });
  });

  it('logs in where it may', async () => {
    const { result } = await run(
      `print(await cdkx.ensureSession({ login: 'auto' }))`,
      project('acme-dev', expiredTokens(emulator)),
      personAsBrowser(),
    );
    expect(result).toMatchObject({ profile: 'acme-dev', expiresAt: expect.any(String) });
    expect(countOf(emulator, 'CreateToken')).toBe(1);
  });

  it('passes the keys of the environment on where nothing is pinned', async () => {
    const keys = emulator.credentialsFor({ account: accounts.prod });
    const { result } = await run(`print((await cdkx.roleCredentials()).accessKeyId)`, project({}), { ...keys });
    expect(result).toBe(keys.AWS_ACCESS_KEY_ID);
  });

  it('touches no stream of the program that uses it', async () => {
    const body = `
      const touched = [];
      for (const name of ['stdin', 'stderr']) {
        const { get } = Object.getOwnPropertyDescriptor(process, name);
        Object.defineProperty(process, name, { get: () => { touched.push(name); return get(); }, configurable: true });
      }
      const { profile } = cdkx.detectProfile({ profile: 'acme-dev' });
      await cdkx.ensureSession({ profile: 'acme-dev', logLevel: 'quiet' });
      print({ profile, touched });`;
    expect((await run(body, project('acme-dev'))).result).toEqual({ profile: 'acme-dev', touched: [] });
  });

  itOnPosix('needs no current folder where it is told one', async () => {
    const { home, cwd } = project('acme-dev');
    const gone = join(cwd, 'gone');
    const body = `
      const { mkdirSync, rmdirSync } = await import('node:fs');
      mkdirSync(${JSON.stringify(gone)}); process.chdir(${JSON.stringify(gone)}); rmdirSync(${JSON.stringify(gone)});
      print(cdkx.detectProfile({ cwd: ${JSON.stringify(cwd)} }).profile);`;
    expect((await run(body, { home, cwd })).result).toBe('acme-dev');
  });

  it.each([[{}], [{ AWS_DEFAULT_REGION: 'eu-west-1' }]])(
    'gives the credentials of a web identity, with %j for a region, as cdk',
    async (region) => {
      const { home, cwd } = project({});
      const tokenFile = join(cwd, 'web-identity');
      writeFileSync(tokenFile, 'a-job-token');
      const env = {
        AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
        AWS_ROLE_ARN: `arn:aws:iam::${accounts.dev}:role/not-there`,
        AWS_REGION: '',
        ...region,
      };
      const { result, stderr } = await run('print(await cdkx.roleCredentials())', { home, cwd }, env);
      expect(JSON.stringify({ result, stderr })).not.toContain('Region is missing');
      // It got as far as STS, whose answer is the one that counts.
      expect(emulator.log.map(({ operation }) => operation)).toEqual(['AssumeRoleWithWebIdentity']);
      expect(result).toMatchObject({ isUserError: true, exitCode: 77 });
    },
  );

  it('takes the keys of the environment before a profile without credentials that AWS_PROFILE names', async () => {
    const keys = emulator.credentialsFor({ account: accounts.prod });
    const { home, cwd } = project({});
    appendFileSync(join(home, '.aws/config'), '\n[profile settings-only]\nregion = eu-west-1\n');
    const env = { ...keys, AWS_PROFILE: 'settings-only' };
    const { result } = await run(`print((await cdkx.roleCredentials()).accessKeyId)`, { home, cwd }, env);
    expect(result).toBe(keys.AWS_ACCESS_KEY_ID);
  });

  it('deploys through the real toolkit-lib', async () => {
    const { result, stderr } = await run(deployDev(''), project({ profile: 'acme-dev', account: accounts.dev }));
    expect({ result, stderr }).toEqual({ result: 'deployed', stderr: '' });
    expect(deployedStacks(emulator)).toEqual([`${accounts.dev}/Dev: CREATE_COMPLETE`]);
    expect(countOf(emulator, 'GetRoleCredentials')).toBe(1);
  });

  it.each([
    ['registered', register],
    ['loaded as a plugin', loadPlugin],
  ])('deploys into several accounts through toolkit-lib, here with the accounts %s', async (_, before) => {
    const block = { profile: 'acme-dev', accounts: map };
    const body = deployDev('', { before, stacks: "['Dev', 'Prod', 'Partner']" });
    const { result, stderr } = await run(body, project(block, expiredTokens(emulator)), {
      ...personAsBrowser(),
      CDKX_LOGIN: 'auto',
    });
    expect({ result, stderr }).toMatchObject({ result: 'deployed' });
    expect(deployedStacks(emulator)).toEqual(everywhere);
    expect(logins(emulator)).toHaveLength(2);
    expect(crossings(emulator)).toEqual([]);
    expect(stderr.includes('"accounts" of the project block is not registered')).toBe(before === loadPlugin);
  });

  describe('with a stage that maps an account to another profile', () => {
    const role = 'Releaser';
    const block = {
      profile: 'acme-dev',
      login: 'never',
      accounts: { [accounts.prod]: 'acme-prod' },
      stages: { live: { accounts: { [accounts.prod]: 'acme-live' } } },
    };
    const config = `${sharedConfig}
[profile acme-live]
sso_session = acme
sso_account_id = ${accounts.prod}
sso_role_name = ${role}
`;
    const staged = (tokens = validTokens(emulator)) => createThreeAccountProject({ block, config, tokens });
    /** The roles whose credentials were asked for in the account that the stage is about. */
    const rolesInProd = () =>
      emulator.log.flatMap(({ operation, target }) =>
        operation === 'GetRoleCredentials' && target?.startsWith(`${accounts.prod}/`) ? [target.slice(13)] : [],
      );
    const stacks = "['Prod']";

    it('hands its options over to the accounts, and not the arguments of the program', async () => {
      const { home, cwd } = staged(expiredTokens(emulator));
      const elsewhere = project({});
      const options = JSON.stringify({ stage: 'live', cwd, login: 'auto' });
      const before = `process.argv.push('--profile', 'nobody', '-c', 'stage=nothing'); ${register}`;
      const body = deployDev(options, { before, stacks });
      const { result, stderr } = await run(body, { home, cwd: elsewhere.cwd }, personAsBrowser());
      expect({ result, stderr }).toMatchObject({ result: 'deployed' });
      expect(stderr).not.toContain('not registered');
      expect(rolesInProd()).toEqual([role]);
      expect(logins(emulator)).toHaveLength(1);
    });

    it('keeps the toolkits of one program apart', async () => {
      const body = `
        const { Toolkit } = await import('@aws-cdk/toolkit-lib');
        const ioHost = { notify: async () => {}, requestResponse: async (message) => message.defaultResponse };
        const toolkits = [{ stage: 'live' }, {}].map((options) => {
          const credentials = cdkx.cdkxCredentials(options);
          const toolkit = new Toolkit({ ioHost, sdkConfig: { baseCredentials: credentials } });
          ${register}
          return toolkit;
        });
        for (const toolkit of toolkits) {
          const source = await toolkit.fromCdkApp('node app.mjs');
          await toolkit.deploy(source, { stacks: { strategy: 'pattern-must-match', patterns: ${stacks} } });
        }
        print('deployed');`;
      expect(await run(body, staged())).toEqual({ result: 'deployed', stderr: '' });
      expect(rolesInProd()).toEqual([role, 'Deployer']);
    });

    it('reads no argument of the program where that loads the plugin, and says what does not reach it', async () => {
      const before = `process.argv.push('-c', 'stage=live', '--profile', 'nobody'); ${loadPlugin}`;
      const { result, stderr } = await run(deployDev("{ stage: 'live' }", { before, stacks }), staged());
      expect(result).toBe('deployed');
      expect(rolesInProd()).toEqual(['Deployer']);
      expect(stderr).toContain('"accounts" of the project block is not registered with the toolkit');
      expect(stderr).toContain('credentials.registerAccounts(toolkit.pluginHost)');
    });
  });

  it('renews a session that the portal refuses, once for all', async () => {
    const tokens = { acme: emulator.issueToken({ refreshable: false }) };
    emulator.revoke({ accessToken: tokens.acme.accessToken });
    const body = `print(typeof (await cdkx.roleCredentials({ login: 'auto' })).accessKeyId)`;
    expect(
      await run(body, project('acme-dev', { ...validTokens(emulator), ...tokens }), personAsBrowser()),
    ).toMatchObject({ result: 'string' });
    expect(logins(emulator)).toHaveLength(1);
  });

  it('tells a toolkit-lib program why there are no credentials, before anything is synthesised', async () => {
    const { result } = await run(deployDev(''), project('acme-dev', expiredTokens(emulator)));
    expect(result).toMatchObject({ isUserError: true, exitCode: 77 });
  });

  it('is what toolkit-lib takes for base credentials', () => {
    const accepts = (provider: BaseCredentialsProvider): IBaseCredentialsProvider => provider;
    const registers = (provider: BaseCredentialsProvider, { pluginHost }: Toolkit) =>
      provider.registerAccounts(pluginHost);
    expect([accepts, registers]).toBeDefined();
  });
});
