import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCdkx } from '../helpers/cli.ts';
import { createScriptedProject, createWorkplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';

describe('words that cdk does not know', () => {
  const createPlace = () => createWorkplace({ config: '', projectJson: { app: 'node app.mjs' } });

  it.each([
    [['login'], 'cdkx sso login'],
    [['login', 'acme-dev'], 'cdkx sso login acme-dev'],
    [['whoami'], 'cdkx profile show'],
    [['profiles'], 'cdkx profile list'],
    [['use', 'acme-dev'], 'cdkx profile pin acme-dev'],
    [['switch', 'acme-dev'], 'cdkx profile pin acme-dev'],
    [['console'], 'cdkx sso console'],
    [['--profile', 'acme-dev', 'sso', 'status'], 'cdkx sso status --profile acme-dev'],
    [['-v', 'sso', 'list'], 'cdkx sso status'],
    [['-v', 'sso', 'status'], 'cdkx sso status'],
  ])('%j: names the one command that is meant, and needs no session', async (args, command) => {
    const { exitCode, stderr } = await runCdkx(args, createPlace());
    expect(stderr.split('\n').filter((line) => line.startsWith('    cdkx '))).toEqual([`    ${command}`]);
    expect(exitCode).toBe(1);
  });

  it.each([['dploy'], ['destory']])('%s: is left to cdk', async (word) => {
    const { stderr } = await runCdkx([word, 'Stack'], createPlace());
    expect(stderr).not.toMatch(/^cdkx:/m);
  });
});

describe('help', () => {
  it.each([[['--help']], [['help']], [[]]])('%j ends on a terminal with how to get that of cdkx', async (args) => {
    const project = createScriptedProject('console.log("cdk helps")');
    const terminal = openCdkx(args, project);
    await terminal.exit;
    expect(terminal.screen()).toMatch(/cdk helps\s+cdkx: .*--cdkx-help/);
  });
});

describe('below a project', () => {
  it('says where cdk.json is, unless --app names the app', async () => {
    const project = createScriptedProject('', { config: '' });
    const cwd = join(project.cwd, 'lib');
    mkdirSync(cwd);
    const env = project.env;
    expect((await runCdkx(['synth'], { ...project, cwd, env })).stderr).toContain(`    cd ${project.cwd}\n`);
    expect((await runCdkx(['synth', '--app=x'], { ...project, cwd, env })).stderr).not.toContain('cdk.json');
    writeFileSync(join(cwd, 'cdk.json'), '{}');
    expect((await runCdkx(['synth'], { ...project, cwd, env })).stderr).not.toContain(`cd ${project.cwd}`);
  });
});

describe('a default profile with start URL and region only', () => {
  const legacy = '[default]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';
  const token = {
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-west-1',
    accessToken: 'a-token',
    expiresAt: '2100-01-01T00:00:00Z',
  };

  it.each([[['sso', 'login']], [['sso', 'login', 'default']]])('is enough for %j', async (args) => {
    const { home, cwd } = createScriptedProject('', { config: legacy, tokens: { [token.startUrl]: token } });
    writeFileSync(join(cwd, 'cdk.json'), '{}');
    const result = await runCdkx(args, { home, cwd });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr).toContain('already signed in');
  });

  it('is not advised to sign in if no sign-in helps', async () => {
    const { home, cwd } = createScriptedProject('', { config: '[default]\nsso_session = gone\n' });
    writeFileSync(join(cwd, 'cdk.json'), '{}');
    for (const env of [{ AWS_PROFILE: '' }, { AWS_PROFILE: 'default' }]) {
      expect((await runCdkx(['sso', 'status'], { home, cwd, env })).stdout).not.toContain('login --profile default');
    }
  });
});

describe('cdkx profile show', () => {
  it('tells region, what sets it, and the verdict of the guard', async () => {
    const { home, cwd } = createScriptedProject('');
    const guarded = async (account: string, env: Record<string, string> = {}) => {
      writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { profile: 'acme-dev', account } } }));
      const { stdout } = await runCdkx(['profile', 'show', '--json'], { home, cwd, env });
      return JSON.parse(stdout) as unknown;
    };
    expect(await guarded('111111111111')).toMatchObject({
      region: 'eu-north-1',
      regionFrom: 'profile "acme-dev"',
      guard: { account: '111111111111', verdict: 'ok' },
    });
    expect(await guarded('222222222222', { AMAZON_REGION: 'cn-north-1' })).toMatchObject({
      region: 'cn-north-1',
      regionFrom: 'AMAZON_REGION',
      guard: { verdict: 'wrong-account' },
    });
  });
});

describe('profiles that other tools generate', () => {
  it.each([
    ['granted', 'granted_sso_account_id = 222222222222\ngranted_sso_role_name = Dev\ncredential_process = granted x'],
    ['aws-sso-cli', 'credential_process = aws-sso process --arn arn:aws:iam::222222222222:role/Dev'],
  ])('of %s are found by account and role', async (_, lines) => {
    const config = `[profile generated]\n${lines}\n[profile other]\n${lines.replace('Dev', 'Ops')}\n`;
    const project = createScriptedProject('', { config });
    writeFileSync(
      join(project.cwd, 'cdk.json'),
      JSON.stringify({ context: { cdkx: { account: '222222222222', role: 'Dev' } } }),
    );
    const { stdout } = await runCdkx(['profile', 'show', '--json'], project);
    expect(JSON.parse(stdout)).toMatchObject({ profile: 'generated', account: '222222222222' });
  });
});
