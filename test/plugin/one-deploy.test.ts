import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startAwsProxy, type AwsProxy } from '../emulator/aws-proxy.ts';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import { dependencies, runCdk, runCdkx } from '../helpers/cli.ts';
import { needing } from '../helpers/needs.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { noOpenssl } from '../helpers/tls.ts';
import {
  accounts,
  createThreeAccountProject,
  deployedStacks,
  everywhere,
  expiredTokens,
  map,
  pluginPath,
  startTwoInstances,
  validTokens,
} from './three-accounts.ts';
import { crossings, deeds, logins, refusals } from './who-did-what.ts';

const region = 'eu-west-1';
const stackOf = { [accounts.dev]: 'Dev', [accounts.prod]: 'Prod', [accounts.partner]: 'Partner' };
const everyAccount = Object.values(accounts);
const roleOf = (account: string, name: string) => `cdk-hnb659fds-${name}-${account}-${region}`;

const withCertificates = needing(describe, 'openssl', noOpenssl);

/**
 * The calls of `cdk` and of cdkx go through a proxy that stands for AWS: that way holds for every `cdk` since 2.100, and
 * `npm run test:cdks` runs this file with those.
 */
withCertificates('one deploy into three accounts under two SSO sessions', () => {
  let emulator: Emulator;
  let proxy: AwsProxy;
  const start = async (options: EmulatorOptions = {}) => {
    emulator = await startTwoInstances(options);
    proxy = await startAwsProxy(emulator, tempFolder());
  };
  afterEach(async () => {
    await proxy.close();
    await emulator.close();
  });

  const block = { accounts: map };
  const starters = [
    { starter: 'through cdkx', run: runCdkx, block: { ...block, profile: 'acme-dev' }, settings: {}, profile: {} },
    {
      starter: 'with plain cdk and the plugin in cdk.json',
      run: runCdk,
      block,
      settings: { plugin: [pluginPath] },
      profile: { AWS_PROFILE: 'acme-dev' } as Record<string, string>,
    },
  ];

  it.each(starters)(
    'deploys $starter, from two expired sessions with two logins',
    async ({ run, profile, ...files }) => {
      await start();
      const project = createThreeAccountProject({ ...files, tokens: expiredTokens(emulator) });
      const env = { CDKX_LOGIN: 'auto', ...proxy.env(), ...personAsBrowser(), ...profile };
      const result = await run(['deploy', '--all', '--concurrency', '3'], { ...project, env });
      expect(result).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('cdkx') });
      expect(deployedStacks(emulator)).toEqual(everywhere);
      expect(logins(emulator)).toHaveLength(2);
      // The stacks, by the deploy role of their own account.
      expect(deeds(emulator, 'ExecuteChangeSet', (stack) => stack.split('/')[1] ?? stack)).toEqual(
        everyAccount.map((account) => `${account}/${roleOf(account, 'deploy-role')} ${stackOf[account]}`),
      );
      // The template and the asset of each, by the publishing role of their own account.
      expect(deeds(emulator, 'PutObject', (object) => object.replace(/[0-9a-f]{64}/, 'HASH'))).toEqual(
        everyAccount.flatMap((account) => {
          const publisher = `${account}/${roleOf(account, 'file-publishing-role')}`;
          const bucket = `cdk-hnb659fds-assets-${account}-${region}`;
          return [`${publisher} ${bucket}/HASH.json`, `${publisher} ${bucket}/HASH.zip`];
        }),
      );
      // Those roles were assumed with the permission set of their own account.
      expect(deeds(emulator, 'AssumeRole', (arn) => arn.split(':')[4] ?? '')).toEqual(
        everyAccount.map((account) => `${account}/AWSReservedSSO_Deployer ${account}`),
      );
      expect(crossings(emulator)).toEqual([]);
      expect(refusals(emulator)).toEqual([]);
      // It was this version of cdk that did it.
      const { version } = JSON.parse(readFileSync(join(dependencies, 'aws-cdk/package.json'), 'utf8')) as {
        version: string;
      };
      const deployers = emulator.log.filter(({ operation }) => operation === 'ExecuteChangeSet');
      expect(deployers.every(({ userAgent }) => userAgent?.includes(`aws-cdk/${version}`))).toBe(true);
    },
  );

  it('would be seen to touch an account with the credentials of another, as cdk does where that is trusted', async () => {
    const trusting = ['deploy-role', 'file-publishing-role'].map((name) => roleOf(accounts.prod, name));
    const common = { roles: ['Deployer'], bootstrapped: [region] };
    await start({
      accounts: [
        { id: accounts.dev, ...common },
        { id: accounts.prod, ...common, iamRoles: trusting.map((name) => ({ name, trusts: [accounts.dev] })) },
      ],
    });
    const project = createThreeAccountProject({ block: 'acme-dev', tokens: validTokens(emulator) });
    const env = { ...proxy.env(), ...emulator.credentialsFor({ account: accounts.dev }), AWS_REGION: region };
    expect(await runCdk(['deploy', 'Prod'], { ...project, env })).toMatchObject({ exitCode: 0 });
    expect([...new Set(crossings(emulator))].sort()).toEqual(
      trusting.map((name) => `${accounts.dev}/Developer AssumeRole arn:aws:iam::${accounts.prod}:role/${name}`),
    );
  });
});
