import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { openCdkx } from '../helpers/pty.ts';
import {
  accounts,
  countOf,
  createThreeAccountProject,
  deployedStacks,
  everywhere,
  expiredTokens,
  map,
  sharedConfig,
  startTwoInstances,
  synthesizeApp,
  validTokens,
} from './three-accounts.ts';
import { onPosix } from '../helpers/needs.ts';
import { questions } from '../helpers/questions.ts';

const itOnPosix = onPosix(it, 'pseudo-terminals as Unix has them');

/** A credential plugin of the user that serves nobody. */
const ownPlugin = `
exports.version = '1';
exports.init = (host) => {
  console.error('own plugin loaded');
  host.registerCredentialProviderSource({
    name: 'own',
    isAvailable: async () => true,
    canProvideCredentials: async (account) => (console.error('own plugin asked about ' + account), false),
    getProvider: async () => { throw new Error('never'); },
  });
};`;

describe('cdkx with accounts in the project block', () => {
  let app: string;
  beforeAll(() => {
    app = synthesizeApp();
  });
  afterAll(() => rmSync(dirname(app), { recursive: true, force: true }));
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());

  const block = { profile: 'acme-dev', accounts: map };

  itOnPosix('asks for one login after the other, before the app runs', async () => {
    const project = createThreeAccountProject({ block, tokens: expiredTokens(emulator) });
    const terminal = openCdkx(['deploy', '--all'], {
      ...project,
      env: { ...emulator.env(), ...personAsBrowser() },
      columns: 140,
      rows: 60,
    });
    await terminal.waitFor(/acme[^]*Sign in now\?/);
    expect(terminal.screen().split(questions.signIn)).toHaveLength(2);
    terminal.type(enter);
    await terminal.waitFor(/partner[^]*Sign in now\?/);
    expect(terminal.screen()).not.toContain('Synthesis time');
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere);
  });

  it.each(['cdk.json', '~/.cdk.json', 'a string in cdk.json', 'CDK_PLUGIN', '--plugin'])(
    'keeps the plugins of the user, here from %s',
    async (place) => {
      const project = createThreeAccountProject({ block, settings: { app }, tokens: validTokens(emulator) });
      const path = join(project.cwd, 'own-plugin.cjs');
      writeFileSync(path, ownPlugin);
      if (place.endsWith('cdk.json')) {
        const isString = place.startsWith('a string');
        const settings = { app, context: { cdkx: block } };
        const plugin = { plugin: isString ? path : [path] };
        const isHome = place.startsWith('~');
        writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(isHome ? settings : { ...settings, ...plugin }));
        if (isHome) writeFileSync(join(project.home, '.cdk.json'), JSON.stringify(plugin));
      }
      const result = await runCdkx(['diff', 'Prod', ...(place === '--plugin' ? ['--plugin', path] : [])], {
        ...project,
        env: { ...emulator.env(), ...(place === 'CDK_PLUGIN' ? { CDK_PLUGIN: path } : {}) },
      });
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.stderr.split('own plugin loaded')).toHaveLength(2);
      // It is asked first; ours serves what it does not.
      expect(result.stderr).toContain(`own plugin asked about ${accounts.prod}`);
      expect(countOf(emulator, 'GetRoleCredentials')).toBe(2);
      const complaint = `"plugin" in cdk.json is the string "${path}".`;
      expect(result.stderr.includes(complaint)).toBe(place === 'a string in cdk.json');
    },
  );

  it('says what is wrong with a plugin list that is a string, at which cdk fails without a word of use', async () => {
    const project = createThreeAccountProject({ block: 'acme-dev', tokens: validTokens(emulator) });
    const settings = { app: 'node app.mjs', plugin: 'cdkx/plugin', context: { cdkx: 'acme-dev' } };
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(settings));
    const result = await runCdkx(['ls'], { ...project, env: emulator.env() });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain(
      [
        'cdkx: "plugin" in cdk.json is the string "cdkx/plugin".',
        '  cdk wants a list, and takes a string letter by letter.',
        '  Write it as a list: "plugin": ["cdkx/plugin"]',
      ].join('\n'),
    );
    expect(result.stderr).toMatch(/plug-in.*\bc\b/);
  });

  it.each([
    ['context', 1],
    ['doctor', 1],
    ['--version', 0],
  ])('says so after cdk failed at it, where nothing of the project was read: %s', async (command, exitCode) => {
    const project = createThreeAccountProject({ block: 'acme-dev', settings: { plugin: 'x' }, tokens: {} });
    const result = await runCdkx([command], { ...project, env: emulator.env() });
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr.split('cdkx: "plugin" in cdk.json is the string "x".')).toHaveLength(1 + exitCode);
  });

  it('takes the accounts of ~/.cdk.json where the project has no block, and tells them before', async () => {
    const project = createThreeAccountProject({ block: undefined, tokens: validTokens(emulator) });
    writeFileSync(join(project.home, '.cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    const env = emulator.env();
    expect(await runCdkx(['deploy', 'Prod', 'Partner'], { ...project, env })).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere.slice(1));
    const shown = await runCdkx(['profile', 'show', '--accounts', '--json'], { ...project, env });
    expect((JSON.parse(shown.stdout) as { accounts: unknown }).accounts).toMatchObject([
      { account: accounts.dev, profile: 'acme-dev', how: 'own', state: 'valid', stacks: ['Dev'] },
      { account: accounts.prod, profile: 'acme-prod', how: 'mapped', state: 'valid', stacks: ['Prod'] },
      { account: accounts.partner, profile: 'partner', how: 'mapped', state: 'valid', stacks: ['Partner'] },
    ]);
  });

  it('hands the chosen stage to the plugin', async () => {
    const stages = { live: { accounts: { [accounts.partner]: 'partner' } } };
    const project = createThreeAccountProject({
      block: { profile: 'acme-dev', accounts: { [accounts.prod]: 'acme-prod' }, stages },
      settings: { app },
      tokens: validTokens(emulator),
    });
    const deploy = (...args: string[]) => runCdkx(args, { ...project, env: { ...emulator.env() } });
    expect(await deploy('deploy', 'Partner', '--cdkx-stage=live')).toMatchObject({ exitCode: 0 });
    expect(await deploy('deploy', 'Prod', '--cdkx-stage=live')).toMatchObject({ exitCode: 1 });
    expect(deployedStacks(emulator)).toEqual([`${accounts.partner}/Partner: CREATE_COMPLETE`]);
  });

  it('stops before cdk at a profile that leads to another account', async () => {
    const project = createThreeAccountProject({
      block: { ...block, accounts: { ...map, [accounts.prod]: 'partner' } },
      tokens: expiredTokens(emulator),
    });
    const result = await runCdkx(['deploy', 'Dev'], { ...project, env: emulator.env() });
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain(`profile "partner" is mapped to account ${accounts.prod}`);
    expect(emulator.log).toEqual([]);
  });

  itOnPosix('asks for aws login before the app runs, once for all accounts of that profile', async () => {
    const project = createThreeAccountProject({
      block: { profile: 'acme-dev', accounts: { [accounts.prod]: 'console', [accounts.partner]: 'through-console' } },
      config: `${sharedConfig}
[profile console]
login_session = arn:aws:iam::${accounts.prod}:user/ada

[profile through-console]
role_arn = arn:aws:iam::${accounts.partner}:role/Deployer
source_profile = console
`,
      tokens: validTokens(emulator),
    });
    // An AWS CLI that can sign in: what it leaves is not looked at after a success.
    const bin = join(project.home, 'bin');
    const ran = join(project.home, 'ran');
    mkdirSync(bin);
    const aws = `#!/bin/sh\nls cdk.out >/dev/null 2>&1 && echo late >> ${ran}\necho "$@" >> ${ran}\n`;
    writeFileSync(join(bin, 'aws'), aws, { mode: 0o755 });
    const env = { ...emulator.env(), PATH: `${bin}:${process.env['PATH']}` };
    const terminal = openCdkx(['deploy', 'Dev'], { ...project, env, columns: 140, rows: 60 });
    await terminal.waitFor(/"console" is not signed in[^]*now\?/);
    expect(terminal.screen()).not.toContain('Synthesis time');
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen().split('is not signed in')).toHaveLength(2);
    expect(readFileSync(ran, 'utf8')).toBe('login --profile console\n');
    expect(deployedStacks(emulator)).toEqual(everywhere.slice(0, 1));
  });

  it.each([
    ['a sign-in of aws login that is missing', 'console', 77, 'profile "console" is not signed in (aws login)'],
    ['temporary keys that have expired', 'keys', 77, 'the short-term keys of profile "keys" expired'],
    ['a profile that cannot work', 'broken', 78, 'no profile named "nowhere" (source_profile of "broken")'],
  ])('stops before cdk at %s', async (_, name, exitCode, complaint) => {
    const project = createThreeAccountProject({
      block: { profile: 'acme-dev', accounts: { ...map, [accounts.prod]: name } },
      config: `${sharedConfig}
[profile console]
login_session = arn:aws:iam::${accounts.prod}:user/ada

[profile broken]
role_arn = arn:aws:iam::${accounts.prod}:role/Deployer
source_profile = nowhere
`,
      credentials:
        '[keys]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T\nexpiration = 2020-01-01T00:00:00Z\n',
      tokens: validTokens(emulator),
    });
    const result = await runCdkx(['deploy', '--all'], { ...project, env: emulator.env() });
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr).toContain(complaint);
    expect(result.stderr).not.toContain('Synthesis time');
    expect(deployedStacks(emulator)).toEqual([]);
    // Nothing was begun in the accounts that would have worked.
    expect(existsSync(join(project.cwd, 'cdk.out'))).toBe(false);
  });

  it('leaves expired keys of a mapped profile alone where the command does less without credentials', async () => {
    const project = createThreeAccountProject({
      block: { profile: 'acme-dev', accounts: { ...map, [accounts.prod]: 'keys' } },
      credentials:
        '[keys]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T\nexpiration = 2020-01-01T00:00:00Z\n',
      tokens: validTokens(emulator),
    });
    const result = await runCdkx(['synth', '--quiet'], { ...project, env: emulator.env() });
    expect(result).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('expired') });
  });
});
