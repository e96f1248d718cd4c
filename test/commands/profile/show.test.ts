import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { config, createOwnContext, credentials, runOwn, runOwnIn } from '../run-cdkx.ts';

const block = {
  profile: 'acme-dev',
  accounts: { '222222222222': 'acme-prod', '999999999999': 'gone' },
  stages: { prod: { profile: 'acme-prod' } },
};

interface Shown {
  readonly candidates: { source: string; state: string }[];
  readonly [member: string]: unknown;
}

async function show(flags: readonly string[], setup: Parameters<typeof runOwn>[1] = {}) {
  const result = await runOwn(['profile', 'show', '--json', ...flags], { config, credentials, ...setup });
  return { ...result, shown: result.stdout === '' ? undefined : (JSON.parse(result.stdout) as Shown) };
}

/** A cloud assembly as the last synthesis left it: stacks with their accounts. */
function writeAssembly(folder: string, stacks: Readonly<Record<string, string>>): void {
  const artifacts = Object.entries(stacks).map(([name, account]) => [
    name,
    { type: 'aws:cloudformation:stack', environment: `aws://${account}/eu-west-1` },
  ]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(artifacts) as unknown }));
}

const profileOfProd = (name: string) =>
  `[profile ${name}]\nsso_session = acme\nsso_account_id = 222222222222\nsso_role_name = ReadOnly\n\n`;

describe('cdkx profile show', () => {
  it('tells the profile, what it leads to, and why it was chosen', async () => {
    const { exitCode, shown } = await show([], {
      projectJson: { context: { cdkx: block } },
      env: { AWS_PROFILE: 'acme-prod' },
    });
    expect(exitCode).toBe(0);
    expect(shown).toMatchObject({
      version: 1,
      outcome: 'profile',
      profile: 'acme-dev',
      kind: 'sso-session',
      account: '111111111111',
      role: 'Developer',
      region: 'eu-north-1',
      session: 'acme',
      state: 'signed-out',
      where: 'context.cdkx.profile in cdk.json',
    });
    expect(
      shown?.candidates.filter(({ state }) => state !== 'absent').map(({ source, state }) => [source, state]),
    ).toEqual([
      ['project-block', 'won'],
      ['aws-profile', 'shadowed'],
    ]);
  });

  it.each([
    [['--cdkx-stage=prod'], { stage: 'prod', profile: 'acme-prod' }],
    [['--profile', 'keys'], { profile: 'keys', kind: 'static', where: '--profile' }],
  ])('with %j tells what cdk would use then', async (flags, expected) => {
    const { exitCode, shown } = await show(flags, { projectJson: { context: { cdkx: block } } });
    expect(exitCode).toBe(0);
    expect(shown).toMatchObject(expected);
  });

  const shownAccounts = async (setup: Parameters<typeof runOwn>[1], stacks: Readonly<Record<string, string>> = {}) => {
    const ctx = createOwnContext({ config, credentials, ...setup });
    if (Object.keys(stacks).length > 0) writeAssembly(join(ctx.cwd, 'cdk.out'), stacks);
    const { stdout } = await runOwnIn(ctx, ['profile', 'show', '--accounts', '--json']);
    return (JSON.parse(stdout) as Shown)['accounts'];
  };

  it('tells which profile serves which account of the map, and in what state', async () => {
    const accounts = {
      ...block.accounts,
      '111111111111': 'legacy',
      '444444444444': 'console',
      '555555555555': 'acme-dev',
    };
    const expiresAt = new Date(Date.now() + 8 * 3600_000).toISOString();
    const token = { startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', accessToken: 'aoa', expiresAt };
    const setup = { projectJson: { context: { cdkx: { ...block, accounts } } }, tokens: { acme: token } };
    expect(await shownAccounts(setup)).toEqual([
      { account: '222222222222', profile: 'acme-prod', how: 'mapped', state: 'valid', expiresAt },
      { account: '999999999999', problem: 'profile "gone" can\'t be used; no profile uses this account' },
      // cdk asks nobody about the account of its own credentials.
      { account: '111111111111', profile: 'acme-dev', how: 'own', state: 'valid', expiresAt },
      { account: '444444444444', profile: 'console', how: 'mapped', state: 'signed-out' },
      { account: '555555555555', problem: 'profile "acme-dev" uses account 111111111111' },
    ]);
  });

  it('tells it of the accounts of the stacks in cdk.out too', async () => {
    const stacks = { Dev: '111111111111', Prod: '222222222222', Prod2: '222222222222', Other: '777777777777' };
    const one = { context: { cdkx: { ...block, accounts: { '222222222222': 'acme-prod' } } } };
    expect(await shownAccounts({ projectJson: one }, { ...stacks, Anywhere: 'unknown-account' })).toEqual([
      { account: '222222222222', profile: 'acme-prod', how: 'mapped', state: 'signed-out', stacks: ['Prod', 'Prod2'] },
      { account: '111111111111', profile: 'acme-dev', how: 'own', state: 'signed-out', stacks: ['Dev'] },
      { account: '777777777777', problem: 'not in "accounts"', stacks: ['Other'] },
    ]);
    expect(await shownAccounts({ projectJson: { context: { cdkx: 'acme-dev' } } }, stacks)).toMatchObject([
      { account: '111111111111', how: 'own' },
      { account: '222222222222', problem: 'the project block has no "accounts"' },
      { account: '777777777777', problem: 'the project block has no "accounts"' },
    ]);
  });

  it('finds the accounts of "auto" among the profiles of the session, and names those that could be meant', async () => {
    const auto = { context: { cdkx: { profile: 'acme-dev', accounts: 'auto' } } };
    expect(await shownAccounts({ projectJson: auto })).toMatchObject([
      { account: '111111111111', profile: 'acme-dev' },
      { account: '222222222222', profile: 'acme-prod', how: 'only' },
    ]);
    const another = config.replace(
      '[profile legacy]',
      `${profileOfProd('second')}${profileOfProd('third')}[profile legacy]`,
    );
    expect(await shownAccounts({ projectJson: auto, config: another })).toMatchObject([
      { account: '111111111111' },
      { account: '222222222222', problem: 'several profiles match: acme-prod, second, third' },
    ]);
  });

  it('takes the map of ~/.cdk.json where the project has no block', async () => {
    const setup = {
      cdkJson: { context: { cdkx: { profile: 'acme-dev', accounts: { '222222222222': 'acme-prod' } } } },
    };
    expect(await shownAccounts(setup)).toMatchObject([
      { account: '222222222222', profile: 'acme-prod', how: 'mapped' },
    ]);
  });

  it('names the cdk that would run, and the plugin beside cdkx itself', async () => {
    const ctx = createOwnContext({ config, env: { AWS_PROFILE: 'acme-dev' } });
    const folder = join(ctx.cwd, 'node_modules/aws-cdk');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"aws-cdk","version":"2.1148.1"}');
    writeFileSync(join(folder, 'bin/cdk'), '');
    const { stdout } = await runOwnIn(ctx, ['profile', 'show', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      cdk: { path: join(folder, 'bin/cdk'), version: '2.1148.1', from: 'project' },
      plugin: join(dirname(ctx.selfPath), 'plugin.cjs'),
    });
  });

  it.each([
    [
      'pass-through',
      { env: { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' } },
      0,
      { reason: expect.stringContaining('AWS_ACCESS_KEY_ID') },
    ],
    ['pass-through', {}, 0, { reason: expect.stringContaining('No profile is set') }],
    ['ask', { interactive: true }, 0, { reason: expect.stringContaining('would prompt') }],
    ['not-defined', { env: { AWS_PROFILE: 'acme-de' } }, 78, { problem: expect.stringContaining('acme-de') }],
    [
      'several-matches',
      { projectJson: { context: { cdkx: { account: '111111111111' } } } },
      78,
      { problem: expect.stringContaining('111111111111') },
    ],
  ] as const)('tells the outcome %s with %j: exit code %d', async (outcome, setup, code, expected) => {
    const { exitCode, shown } = await show([], setup);
    expect(exitCode).toBe(code);
    expect(shown).toMatchObject({ outcome, ...expected });
  });

  it('names the keys of the environment without showing them', async () => {
    const { stdout, stderr } = await show([], {
      env: { AWS_ACCESS_KEY_ID: 'AKIAVISIBLE', AWS_SECRET_ACCESS_KEY: 'hidden' },
    });
    expect(stdout + stderr).not.toContain('hidden');
    expect(stdout + stderr).not.toContain('AKIAVISIBLE');
  });

  it('is plain text for people: facts, then sources in their order', async () => {
    const { exitCode, stdout } = await runOwn(['profile', 'show', '--accounts'], {
      config,
      projectJson: { context: { cdkx: block } },
      env: { AWS_PROFILE: 'acme-prod', PATH: '' },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Profile +acme-dev\nSelected by +context\.cdkx\.profile in cdk\.json\n/);
    expect(stdout).toMatch(/\nState +signed out\ncdk +no cdk was found/);
    expect(stdout).toMatch(
      /\nSource +Value +Result\ncontext\.cdkx\.profile in cdk\.json +acme-dev +used\nAWS_PROFILE +acme-prod +overridden/,
    );
    expect(stdout).toMatch(/\nAccount +Profile +How +State +Stacks\n222222222222 +acme-prod +mapped +signed out +-\n/);
    expect(stdout).toMatch(/\n999999999999 +- +none, see below +- +-\n\n999999999999: profile "gone" can't be used;/);
  });

  it('fails where cdk.json is no JSON', async () => {
    const { exitCode, stdout, stderr } = await show([], { projectJson: '{"context":}' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(stderr).toContain('cdk.json is not valid JSON');
  });
});
