import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startAwsProxy } from '../emulator/aws-proxy.ts';
import { runCdk } from '../helpers/cli.ts';
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

/** An app whose assets are each built for 15 seconds: `cdk` needs credentials before, between and after. */
const slowApp = `
import { App, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

const app = new App();
let previous;
for (const id of ['One', 'Two', 'Three', 'Four']) {
  const stack = new Stack(app, id, { env: { account: '${accounts.prod}', region: 'eu-west-1' } });
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

const withCertificates = needing(describe, 'openssl', noOpenssl);

withCertificates('a deployment that outlives its credentials', () => {
  it('lasts a minute on role credentials that live 20 seconds', async () => {
    const emulator = await startTwoInstances({ lifetimes: { roleCredentials: 20, assumedRole: 20 } });
    const proxy = await startAwsProxy(emulator, tempFolder());
    try {
      const project = createThreeAccountProject({
        block: { accounts: map },
        settings: { plugin: [pluginPath] },
        tokens: validTokens(emulator),
      });
      writeFileSync(join(project.cwd, 'app.mjs'), slowApp);
      writeFileSync(join(project.cwd, 'slow-build.mjs'), slowBuild);
      const env = { ...proxy.env(), AWS_PROFILE: 'acme-dev' };
      const args = ['deploy', '--all', '--asset-prebuild=false', '--asset-parallelism=false'];
      const result = await runCdk(args, { ...project, env });
      expect(result).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('❌') });
      expect(deployedStacks(emulator)).toHaveLength(4);
      const last = emulator.log.at(-1)?.at ?? 0;
      expect(last - (emulator.log[0]?.at ?? 0)).toBeGreaterThan(60_000);
      expect(countOf(emulator, 'GetRoleCredentials')).toBeGreaterThan(3);
      expect(emulator.log.filter(({ error }) => error === 'ExpiredToken')).toEqual([]);
    } finally {
      await proxy.close();
      await emulator.close();
    }
  }, 180_000);
});
