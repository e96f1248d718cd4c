import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { config, createOwnContext, credentials, runOwn, runOwnIn } from './run-own.ts';

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
      region: 'eu-west-1',
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

  it('tells which profile serves which account', async () => {
    const { shown } = await show(['--accounts'], { projectJson: { context: { cdkx: block } } });
    expect(shown?.['accounts']).toEqual([
      { account: '222222222222', profile: 'acme-prod', how: 'mapped' },
      { account: '999999999999', problem: expect.stringContaining('"gone"') },
    ]);
  });

  it('finds the accounts of "auto" among the profiles of the session', async () => {
    const auto = { context: { cdkx: { profile: 'acme-dev', accounts: 'auto' } } };
    const { shown } = await show(['--accounts'], { projectJson: auto });
    expect(shown?.['accounts']).toMatchObject([
      { account: '111111111111', profile: 'acme-dev' },
      { account: '222222222222', profile: 'acme-prod', how: 'only' },
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
    ['pass-through', {}, 0, { reason: expect.stringContaining('Nothing names one') }],
    ['ask', { interactive: true }, 0, { reason: expect.stringContaining('would ask') }],
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
    expect(stdout).toMatch(/^Profile +acme-dev\nChosen by +context\.cdkx\.profile in cdk\.json\n/);
    expect(stdout).toMatch(/\nState +signed out\ncdk +no cdk was found/);
    expect(stdout).toMatch(
      /\nSource +Says +Result\ncontext\.cdkx\.profile in cdk\.json +acme-dev +used\nAWS_PROFILE +acme-prod +passed over/,
    );
    expect(stdout).toMatch(/\nAccount +Profile +How\n222222222222 +acme-prod +mapped\n/);
  });

  it('fails where cdk.json is no JSON', async () => {
    const { exitCode, stdout, stderr } = await show([], { projectJson: '{"context":}' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(stderr).toContain('cdk.json is not JSON');
  });
});
