import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accounts, createPlace, expectSuccess, profiles } from '../docs/place.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

const block = { profile: 'acme-dev', accounts: { '222222222222': 'acme-prod' } };
const newPlace = () => createPlace(emulator, { block, stacks: { Dev: '111111111111', Prod: '222222222222' } });

/** What a shortcut link of the access portal says. */
function readLink(link: string) {
  const { origin, pathname, hash } = new URL(link.trim());
  const query = new URLSearchParams(hash.slice(hash.indexOf('?') + 1));
  return { portal: origin + pathname, ...Object.fromEntries(query) };
}

describe('cdkx sso console', () => {
  it('prints the link to a stack of the last synthesis, with the account and role of its own account', async () => {
    const place = newPlace();
    expectSuccess(await place.run('npx cdk synth --quiet'));
    const prod = await place.run('npx cdkx sso console Prod --print');
    expectSuccess(prod);
    expect(readLink(prod.stdout)).toEqual({
      portal: 'https://acme.awsapps.com/start/',
      account_id: '222222222222',
      role_name: 'Deployer',
      destination: expect.stringMatching(
        /^https:\/\/([\w-]+)\.console\.aws\.amazon\.com\/cloudformation\/home\?region=\1#\/stacks\/stackinfo\?stackId=Prod$/,
      ),
    });
    const dev = await place.run('npx cdkx sso console Dev');
    expect(readLink(dev.stdout)).toMatchObject({ account_id: '111111111111', role_name: 'Developer' });
  });

  it('prints the home of the account without a stack, and needs no synthesis', async () => {
    const result = await newPlace().run('npx cdkx sso console');
    expectSuccess(result);
    expect(readLink(result.stdout)).toMatchObject({
      account_id: '111111111111',
      destination: 'https://eu-north-1.console.aws.amazon.com/console/home?region=eu-north-1',
    });
  });

  it('opens a stack without a Region of its own where cdk deploys it', async () => {
    const place = newPlace();
    const env = { AWS_REGION: 'ap-south-1' };
    expectSuccess(await place.run('npx cdk synth --quiet'));
    const manifest = join(place.cwd, 'cdk.out/manifest.json');
    const anywhere = readFileSync(manifest, 'utf8').replaceAll(
      /aws:\/\/(\d+|unknown-account)\/[\w-]+/g,
      'aws://unknown-account/unknown-region',
    );
    writeFileSync(manifest, anywhere);
    const result = await place.run('npx cdkx sso console Dev', env);
    expectSuccess(result);
    expect(readLink(result.stdout)).toMatchObject({ destination: expect.stringContaining('region=ap-south-1#') });
  });

  it.each([
    ['Dev', 'cdkx sso console Dev --profile acme-dev', true],
    ['--all', 'cdkx sso console --profile acme-dev', false],
  ])('is suggested after the deployment of %s failed, to a person', async (words, command, hasLink) => {
    // This role may deploy nothing.
    const config = profiles.replace('= Developer', '= ReadOnly');
    const place = createPlace(emulator, { block, config, stacks: { Dev: '111111111111', Other: '111111111111' } });
    const deploy = `npx cdkx deploy ${words}`;
    const terminal = place.open(deploy, { TERM_PROGRAM: 'vscode' });
    expect(await terminal.exit).not.toBe(0);
    expect(terminal.output()).toContain(command);
    expect(terminal.output().includes('stackId%3DDev')).toBe(hasLink);
    const { stderr } = await place.run(deploy);
    expect(stderr).not.toContain('sso console');
    // An app that fails has deployed nothing.
    writeFileSync(join(place.cwd, 'cdk.json'), JSON.stringify({ app: 'false', context: { cdkx: block } }));
    const failing = place.open(deploy);
    expect(await failing.exit).not.toBe(0);
    expect(failing.output()).not.toContain('sso console');
  });

  it.each(['evil.example/#', 'x@evil.example', 'evil.example\\'])(
    'leads to no other host by a Region of the project: %s',
    async (region) => {
      const place = newPlace();
      const artifacts = { Dev: { type: 'aws:cloudformation:stack', environment: `aws://111111111111/${region}` } };
      mkdirSync(join(place.cwd, 'cdk.out'), { recursive: true });
      writeFileSync(join(place.cwd, 'cdk.out/manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
      writeFileSync(join(place.cwd, 'cdk.json'), JSON.stringify({ app: 'x', region, context: { cdkx: block } }));
      for (const words of ['Dev --print', '--print'])
        expect(await place.run(`npx cdkx sso console ${words}`)).toMatchObject({ exitCode: 78, stdout: '' });
      const terminal = place.open('npx cdkx list', { TERM_PROGRAM: 'vscode' });
      await terminal.exit;
      expect(terminal.output()).toContain('account 111111111111');
      expect(terminal.output()).not.toContain('\u001B]8;;');
    },
  );

  it('is linked to by the account in the line before cdk, on a terminal that has links', async () => {
    const terminal = newPlace().open('npx cdkx list', { TERM_PROGRAM: 'vscode' });
    await terminal.exit;
    const [link = '', text] = terminal.output().split('\u001B]8;;')[1]?.split('\u001B\\') ?? [];
    expect(text).toBe('account 111111111111');
    expect(readLink(link)).toMatchObject({ account_id: '111111111111', role_name: 'Developer' });
  });

  it.each([
    ['cn-north-1', 'https://start.cn-north-1.home.awsapps.cn/directory/acme', 'console.amazonaws.cn'],
    [
      'us-gov-west-1',
      'https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/acme',
      'console.amazonaws-us-gov.com',
    ],
  ])('opens a stack of a nested assembly in %s', async (region, startUrl, host) => {
    const config = `[profile acme-dev]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Developer\n[sso-session acme]\nsso_start_url = ${startUrl}\nsso_region = ${region}\n`;
    const place = createPlace(emulator, { block: { profile: 'acme-dev' }, config });
    const write = (folder: string, artifacts: object) => {
      mkdirSync(join(place.cwd, folder), { recursive: true });
      writeFileSync(join(place.cwd, folder, 'manifest.json'), JSON.stringify({ version: '34.0.0', artifacts }));
    };
    const properties = { directoryName: 'assembly-Prod', displayName: 'Prod' };
    write('cdk.out', { 'assembly-Prod': { type: 'cdk:cloud-assembly', properties } });
    const environment = `aws://111111111111/${region}`;
    const api = { templateFile: 'Api.template.json', stackName: 'Prod-Api' };
    write('cdk.out/assembly-Prod', {
      ProdApi: { type: 'aws:cloudformation:stack', environment, displayName: 'Prod/Api', properties: api },
    });
    for (const name of ['Prod/Api', 'Prod-Api']) {
      const result = await place.run(`npx cdkx sso console ${name} --print`);
      expectSuccess(result);
      expect(readLink(result.stdout)).toMatchObject({
        account_id: '111111111111',
        destination: `https://${region}.${host}/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=Prod-Api`,
      });
    }
  });

  it('names the nearest stack for one that is not in cdk.out', async () => {
    const place = newPlace();
    expectSuccess(await place.run('npx cdk synth --quiet'));
    const { exitCode, stdout, stderr } = await place.run('npx cdkx sso console Pord');
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(stderr).toContain('    cdkx sso console Prod\n');
  });
});

describe('cdkx sso exec --keys', () => {
  const show = `npx cdkx sso exec --keys -- node -p "JSON.stringify(Object.keys(process.env).filter((n) => /^AWS_(?!EN|EC2|SDK)/.test(n)).sort())"`;

  it('hands over keys that work, in place of the profile, and says so', async () => {
    const place = newPlace();
    const result = await place.run(show, { AWS_PROFILE: 'acme-dev' });
    expectSuccess(result);
    expect(JSON.parse(result.stdout)).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_CREDENTIAL_EXPIRATION',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
    ]);
    expect(result.stderr).toContain('acme-dev');
    expectSuccess(await place.run('npx cdkx sso exec --keys -- npx cdk deploy Dev --no-notices'));
  });

  it('is refused under an AI agent without the setting of the user', async () => {
    const place = newPlace();
    const refused = await place.run(show, { CLAUDECODE: '1' });
    expect(refused).toMatchObject({ exitCode: 64, stdout: '' });
    expect(refused.stderr).toContain('CLAUDECODE');
    expectSuccess(await place.run(show, { CLAUDECODE: '1', CDKX_ALLOW_KEYS: '1' }));
  });
});
