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
    const ctx = createTestContext({ env: given.env ?? {} });
    mkdirSync(ctx.home, { recursive: true });
    if (project !== undefined) writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify(project));
    if (given.user !== undefined) writeFileSync(join(ctx.home, '.cdk.json'), JSON.stringify(given.user));
    return readPluginSettings(ctx, { argv: given.argv?.split(' ') ?? [] });
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
    ['the wrapper says that no stage', 'auto', () => read(staged, { env: { X_CDKX_STAGE: '' } })],
    ['cdk.json names a stage', live, () => read(staged)],
    [
      'the command line names a stage',
      live,
      () => read({ context: { cdkx: block } }, { argv: 'deploy -c stage=live' }),
    ],
    [
      'a variable of cdk names a stage',
      live,
      () => read({ context: { cdkx: block } }, { env: { CDK_CONTEXT: 'stage=live' } }),
    ],
    ['CDKX_STAGE names a stage', live, () => read({ context: { cdkx: block } }, { env: { CDKX_STAGE: 'live' } })],
  ])('where %s, takes accounts %j', (_, accounts, settings) => {
    expect(settings().block.accounts).toEqual(accounts);
  });

  it.each([
    ['deploy Api', 'DeployAccess', 'ReadOnlyAccess'],
    ['diff Api', 'ReadOnlyAccess', 'DeployAccess'],
    ['--app x ls', 'ReadOnlyAccess', 'DeployAccess'],
    ['', 'DeployAccess', 'ReadOnlyAccess'],
  ])('takes the role for cdk %s, of the project or the home folder', (argv, role, otherRole) => {
    const json = { context: { cdkx: { accounts: 'auto', role: { read: 'ReadOnlyAccess', change: 'DeployAccess' } } } };
    expect(read(json, { argv }).block).toMatchObject({ role, otherRole });
    expect(read(undefined, { argv, user: json }).block).toMatchObject({ role, otherRole });
  });

  it('takes what is pinned, for the profile that the project means', () => {
    const cdkJson = { profile: 'c', context: { cdkx: { profile: 'p', role: 'Deployer' } } };
    const user = { profile: 'd', context: { cdkx: 'u' } };
    expect(read(cdkJson, { argv: '--profile a deploy', user }).pins).toMatchObject({
      flag: 'a',
      projectPin: { profile: 'p', role: 'Deployer', where: 'context.cdkx.profile in cdk.json' },
      projectProfile: 'c',
      userPin: { profile: 'u' },
      userProfile: 'd',
    });
    expect(read({}, { argv: '--no-profile -c cdkx=x' }).pins).toMatchObject({
      flag: false,
      projectPin: { profile: 'x', where: '-c cdkx' },
    });
  });

  it.each([
    ['LOGIN', 'nevr', 'invalid value "nevr" for CDKX_LOGIN'],
    ['LOG', 'loud', 'invalid value "loud" for CDKX_LOG'],
    ['DEVICE_CODE', 'yes', 'invalid value "yes" for CDKX_DEVICE_CODE'],
    ['NO_BROWSER', 'no', 'invalid value "no" for CDKX_NO_BROWSER'],
  ])('refuses a wrong value of CDKX_%s', (name, value, message) => {
    expect(() => read({}, { env: { [`CDKX_${name}`]: value } })).toThrow(message);
    expect(() => read({}, { env: { [`CDKX_${name}`]: '' } })).not.toThrow();
  });

  it('takes the login of the home folder where the project says none', () => {
    const user = { context: { cdkx: { login: 'never' } } };
    expect(read({ context: { cdkx: 'acme-dev' } }, { user }).login).toBe('never');
    expect(read({ context: { cdkx: { login: 'prompt' } } }, { user }).login).toBe('prompt');
  });

  it('takes a sign-in without a question from the user, and from the project on a terminal only', () => {
    const auto = { context: { cdkx: { login: 'auto' } } };
    expect(read(auto).login).toBe('prompt');
    expect(read({}, { user: auto }).login).toBe('auto');
    expect(read(auto, { env: { CDKX_LOGIN: 'auto' } }).login).toBe('auto');
  });

  it('takes login, log level, proxy and certificates as the wrapper and cdk do', () => {
    const cdkJson = { proxy: 'http://file:1', caBundlePath: '/file.pem', context: { cdkx: { login: 'never' } } };
    expect(read(cdkJson)).toMatchObject({
      login: 'never',
      logLevel: 'normal',
      http: { proxy: 'http://file:1', caBundlePath: '/file.pem' },
    });
    const env = { X_CDKX_LOGIN: 'auto', CDKX_LOGIN: 'prompt', X_CDKX_LOG: 'verbose', CDKX_DEVICE_CODE: '0' };
    expect(read(cdkJson, { argv: '--proxy= deploy', env })).toMatchObject({
      login: 'auto',
      logLevel: 'verbose',
      deviceCode: false,
      noBrowser: false,
      http: { proxy: '', caBundlePath: '/file.pem' },
    });
  });
});
