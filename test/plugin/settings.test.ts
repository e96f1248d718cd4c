import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readPluginSettings } from '../../lib/plugin/settings.ts';
import { createTestContext } from '../helpers/context.ts';

describe('what the plugin knows of the project', () => {
  const read = (
    project: unknown,
    given: { argv?: string; env?: Record<string, string>; user?: unknown; stage?: string } = {},
  ) => {
    const argv = given.argv?.split(' ') ?? [];
    const ctx = createTestContext({ argv, env: given.env ?? {} });
    mkdirSync(ctx.home, { recursive: true });
    if (project !== undefined) writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify(project));
    if (given.user !== undefined) writeFileSync(join(ctx.home, '.cdk.json'), JSON.stringify(given.user));
    return readPluginSettings(ctx);
  };
  const block = { accounts: 'auto', stages: { live: { accounts: { '222222222222': 'acme-prod' } } } };
  const staged = { context: { cdkx: block, stage: 'live' } };
  const live = { '222222222222': 'acme-prod' };

  it.each<[string, ReturnType<typeof read>['block']['accounts'], () => ReturnType<typeof read>]>([
    ['there is nothing', undefined, () => read(undefined)],
    ['the block names a profile only', undefined, () => read({ context: { cdkx: 'acme-dev' } })],
    ['no stage is named', 'auto', () => read({ context: { cdkx: block } })],
    ['only the home folder has a block', 'auto', () => read({}, { user: { context: { cdkx: block } } })],
    [
      'both have one',
      live,
      () => read({ context: { cdkx: { accounts: live } } }, { user: { context: { cdkx: block } } }),
    ],
    ['the wrapper names a stage', live, () => read({ context: { cdkx: block } }, { env: { X_CDKX_STAGE: 'live' } })],
    ['the wrapper says that there is no stage', 'auto', () => read(staged, { env: { X_CDKX_STAGE: '' } })],
    ['cdk.json names a stage', live, () => read(staged)],
    [
      'the command line names a stage',
      live,
      () => read({ context: { cdkx: block } }, { argv: 'deploy -c stage=live' }),
    ],
    ['CDKX_STAGE names a stage', live, () => read({ context: { cdkx: block } }, { env: { CDKX_STAGE: 'live' } })],
  ])('where %s, takes accounts %j', (_, accounts, settings) => {
    expect(settings().block.accounts).toEqual(accounts);
  });

  it.each([
    ['the flag', 'a', () => read({ profile: 'c' }, { argv: '--profile a deploy', env: { CDK_PROFILE: 'b' } })],
    ['CDK_PROFILE', 'b', () => read({ profile: 'c' }, { env: { CDK_PROFILE: 'b', AWS_PROFILE: 'e' } })],
    ['cdk.json', 'c', () => read({ profile: 'c' }, { user: { profile: 'd' }, env: { AWS_PROFILE: 'e' } })],
    ['the home folder', 'd', () => read({}, { user: { profile: 'd' }, env: { AWS_PROFILE: 'e' } })],
    ['AWS_PROFILE', 'e', () => read({}, { env: { AWS_PROFILE: 'e' } })],
    ['nothing', 'default', () => read({})],
  ])('knows the profile of cdk from %s', (_, profile, settings) => {
    expect(settings().profile).toBe(profile);
  });

  it('takes login, log level, proxy and certificates as the wrapper and cdk do', () => {
    const cdkJson = { proxy: 'http://file:1', caBundlePath: '/file.pem', context: { cdkx: { login: 'never' } } };
    expect(read(cdkJson)).toMatchObject({
      login: 'never',
      logLevel: 'normal',
      http: { proxy: 'http://file:1', caBundlePath: '/file.pem' },
    });
    const env = { X_CDKX_LOGIN: 'auto', CDKX_LOGIN: 'prompt', X_CDKX_LOG: 'verbose' };
    expect(read(cdkJson, { argv: '--proxy= deploy', env })).toMatchObject({
      login: 'auto',
      logLevel: 'verbose',
      http: { proxy: '', caBundlePath: '/file.pem' },
    });
  });
});
