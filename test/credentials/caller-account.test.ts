import { describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { parseCommandLine } from '../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../lib/cdk/command-line/option-table.ts';
import { accountBySts } from '../../lib/credentials/caller-account.ts';
import { resolveProject } from '../../lib/run/project.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { createRecorder } from '../sso/setup.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

/** The host of STS that is asked for the account of the credentials in the environment. */
async function askedHost(env: Record<string, string>, region?: string): Promise<string | undefined> {
  const asked: string[] = [];
  const ctx = createTestContext({
    env: { ...keys, ...env },
    requestHandler: async () => ({
      handle: (request: unknown) => {
        asked.push((request as { hostname: string }).hostname);
        return Promise.reject(Object.assign(new Error('no network here'), { name: 'TimeoutError' }));
      },
    }),
  });
  createHome(ctx.home, { config: '[default]\nregion = us-east-1\n[profile china]\nregion = cn-northwest-1\n' });
  const args = ['deploy', ...(region === undefined ? [] : ['--region', region])];
  const {
    config,
    http,
    region: ofRun,
  } = resolveProject(ctx, parseCommandLine(args, readOptionTable(undefined), ctx.env), {}, { trustsProject: true });
  expect(readSharedConfig(ctx).profiles.has('default')).toBe(true);
  const request = { config, http, region: ofRun.region, reporter: createRecorder(), command: 'cdkx deploy' };
  await accountBySts(ctx, request);
  return asked[0];
}

describe('the account of the credentials in the environment', () => {
  it.each([
    [
      'AWS_REGION before the default profile',
      { AWS_REGION: 'cn-north-1' },
      undefined,
      'sts.cn-north-1.amazonaws.com.cn',
    ],
    ['AMAZON_REGION', { AMAZON_REGION: 'us-gov-west-1' }, undefined, 'sts.us-gov-west-1.amazonaws.com'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eusc-de-east-1' }, undefined, 'sts.eusc-de-east-1.amazonaws.eu'],
    ['AMAZON_DEFAULT_REGION', { AMAZON_DEFAULT_REGION: 'cn-north-1' }, undefined, 'sts.cn-north-1.amazonaws.com.cn'],
    ['the default profile', {}, undefined, 'sts.us-east-1.amazonaws.com'],
    ['--region before all of them', { AWS_REGION: 'eu-west-1' }, 'cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['CDK_REGION', { CDK_REGION: 'cn-north-1', AWS_REGION: 'eu-west-1' }, undefined, 'sts.cn-north-1.amazonaws.com.cn'],
  ] as const)('is asked of STS in the region of the run: %s', async (_, env, region, host) => {
    expect(await askedHost(env, region)).toBe(host);
  });
});
