import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startAwsProxy } from '../emulator/aws-proxy.ts';
import { runCdk, runCdkx } from '../helpers/cli.ts';
import { needing } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { noOpenssl } from '../helpers/tls.ts';
import {
  accounts,
  countOf,
  createThreeAccountProject,
  deployedStacks,
  map,
  pluginPath,
  startTwoInstances,
  validTokens,
} from './three-accounts.ts';
import { crossings, logins } from './who-did-what.ts';

/** An app whose assets are each built for 15 seconds: `cdk` needs credentials before, between and after. The stacks are in those accounts. */
const slowApp = (accountOf: Readonly<Record<string, string>>) => `
import { App, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

const app = new App();
let previous;
for (const [id, account] of Object.entries(${JSON.stringify(accountOf)})) {
  const stack = new Stack(app, id, { env: { account, region: 'eu-west-1' } });
  const { objectKey } = stack.synthesizer.addFileAsset({
    sourceHash: 'slow' + id,
    executable: [process.execPath, import.meta.dirname + '/slow-build.mjs', id],
  });
  new StringParameter(stack, 'Where', { stringValue: objectKey });
  if (previous) stack.addDependency(previous);
  previous = stack;
}
`;

const slowBuild = `
import { writeFileSync } from 'node:fs';
const path = import.meta.dirname + '/built-' + process.argv[2] + '.txt';
setTimeout(() => {
  writeFileSync(path, process.argv[2]);
  console.log(path);
}, 15_000);
`;

const starters = [
  {
    title: 'lasts a minute on role credentials that live 20 seconds',
    run: runCdk,
    block: { accounts: map },
    settings: { plugin: [pluginPath] },
    env: { AWS_PROFILE: 'acme-dev' } as Record<string, string>,
    accountOf: { One: accounts.prod, Two: accounts.prod, Three: accounts.prod, Four: accounts.prod },
  },
  {
    title: 'lasts a minute through cdkx too, in two accounts by turns',
    run: runCdkx,
    block: { profile: 'acme-dev', accounts: map },
    settings: {},
    env: {},
    accountOf: { One: accounts.prod, Two: accounts.partner, Three: accounts.prod, Four: accounts.partner },
  },
];

const withCertificates = needing(describe, 'openssl', noOpenssl);

withCertificates('a deployment that outlives its credentials', () => {
  it.each(starters)(
    '$title',
    async ({ run, block, settings, env, accountOf }) => {
      const emulator = await startTwoInstances({ lifetimes: { roleCredentials: 20, assumedRole: 20 } });
      const proxy = await startAwsProxy(emulator, tempFolder());
      try {
        const project = createThreeAccountProject({ block, settings, tokens: validTokens(emulator) });
        writeFileSync(join(project.cwd, 'app.mjs'), slowApp(accountOf));
        writeFileSync(join(project.cwd, 'slow-build.mjs'), slowBuild);
        const args = ['deploy', '--all', '--asset-prebuild=false', '--asset-parallelism=false'];
        const result = await run(args, { ...project, env: { ...proxy.env(), ...env } });
        expect(result).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('❌') });
        const stacks = Object.entries(accountOf).map(([id, account]) => `${account}/${id}: CREATE_COMPLETE`);
        expect(deployedStacks(emulator)).toEqual(stacks.sort());
        const last = emulator.log.at(-1)?.at ?? 0;
        expect(last - (emulator.log[0]?.at ?? 0)).toBeGreaterThan(60_000);
        // Each account's were fetched anew in the middle.
        for (const account of new Set(Object.values(accountOf))) {
          const fetched = emulator.log.filter(({ target }) => target === `${account}/Deployer`);
          expect(fetched.length).toBeGreaterThan(1);
        }
        expect(countOf(emulator, 'GetRoleCredentials')).toBeGreaterThan(3);
        expect(emulator.log.filter(({ error }) => error === 'ExpiredToken')).toEqual([]);
        expect(crossings(emulator)).toEqual([]);
        expect(logins(emulator)).toEqual([]);
      } finally {
        await proxy.close();
        await emulator.close();
      }
    },
    180_000,
  );
});
