import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { repository, runCdk, type RunResult } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { createHome } from '../helpers/home.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const DEV = '111111111111';
const PROD = '222222222222';
const REGION = 'eu-west-1';
const DEPLOY = ['deploy', '--require-approval', 'never'];

let emulator: Emulator;
let home: string;
let app: string;

beforeEach(async () => {
  emulator = await startEmulator();
  home = createHome(tempFolder(), {});
  app = tempFolder();
  cpSync(join(repository, 'examples/app'), app, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(app, 'node_modules'));
});

afterEach(() => emulator.close());

function cdk(account: string, ...args: readonly string[]): Promise<RunResult> {
  const env = { ...emulator.env(), ...emulator.credentialsFor({ account }), AWS_REGION: REGION };
  return runCdk(args, { cwd: app, home, env });
}

/** Living stacks as `account/name: status`. */
function stacks(): readonly string[] {
  return [...emulator.world.environments.values()].flatMap(({ account, stacks }) =>
    [...stacks.values()]
      .filter(({ deletedAt }) => deletedAt === undefined)
      .map(({ name, status }) => `${account}/${name}: ${status}`),
  );
}

function assets(account: string): readonly string[] {
  return [...(emulator.world.buckets.get(`cdk-hnb659fds-assets-${account}-${REGION}`)?.objects.keys() ?? [])];
}

/** Requests that were refused for want of anything the stand-in should have. */
function unknownCalls(): readonly string[] {
  return emulator.log
    .filter(
      ({ service, error }) =>
        service === 'unknown' ||
        ['InvalidAction', 'UnknownOperation', 'UnknownOperationException'].includes(error ?? ''),
    )
    .map(({ service, operation }) => `${service} ${operation}`);
}

describe('the real cdk', () => {
  it('deploys the example with its asset, finds nothing to change, shows a difference, and destroys it', async () => {
    const first = await cdk(DEV, ...DEPLOY);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('Greeting.BucketName = greeting-greetings');
    expect(first.stderr).toContain(`Greeting.AssetUrl = s3://cdk-hnb659fds-assets-${DEV}-${REGION}/`);
    expect(stacks()).toContain(`${DEV}/Greeting: CREATE_COMPLETE`);
    expect(assets(DEV).filter((key) => key.endsWith('.zip'))).toHaveLength(1);

    expect(await cdk(DEV, ...DEPLOY)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('(no changes)') });

    const same = await cdk(DEV, 'diff', '--fail');
    expect(same).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('There were no differences') });
    writeFileSync(join(app, 'greeting/hello.txt'), 'Hello again.\n');
    expect(await cdk(DEV, 'diff', '--fail')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('AssetUrl'),
    });

    expect(await cdk(DEV, 'destroy', '--force')).toMatchObject({ exitCode: 0 });
    expect(stacks()).toEqual([`${DEV}/CDKToolkit: CREATE_COMPLETE`]);
    expect(unknownCalls()).toEqual([]);
  }, 300_000);

  it('deploys to an account only after bootstrapping it, and keeps two accounts apart', async () => {
    const early = await cdk(PROD, ...DEPLOY);
    expect(early).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Has the environment been bootstrapped?'),
    });
    expect(await cdk(PROD, 'bootstrap')).toMatchObject({ exitCode: 0 });
    expect(await cdk(PROD, ...DEPLOY, '--method=direct')).toMatchObject({ exitCode: 0 });
    expect(stacks().toSorted()).toEqual([
      `${DEV}/CDKToolkit: CREATE_COMPLETE`,
      `${PROD}/CDKToolkit: CREATE_COMPLETE`,
      `${PROD}/Greeting: CREATE_COMPLETE`,
    ]);
    expect(assets(DEV)).toEqual([]);
    expect(emulator.log.filter(({ account }) => account === DEV)).toEqual([]);
    expect(unknownCalls()).toEqual([]);
  }, 300_000);

  it('looks up availability zones and SSM parameters', async () => {
    emulator.putParameter({ account: DEV, region: REGION, name: '/greeting', value: 'hello from the store' });
    writeFileSync(
      join(app, 'app.mjs'),
      `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
       import { StringParameter } from 'aws-cdk-lib/aws-ssm';
       const stack = new Stack(new App(), 'Lookup', { env: { account: '${DEV}', region: '${REGION}' } });
       new CfnOutput(stack, 'Zones', { value: stack.availabilityZones.join('+') });
       new CfnOutput(stack, 'Greeting', { value: StringParameter.valueFromLookup(stack, '/greeting') });`,
    );
    const synth = await cdk(DEV, 'synth');
    expect(synth).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('hello from the store') });
    expect(synth.stdout).toContain('Value: eu-west-1a+eu-west-1b+eu-west-1c');
    expect(unknownCalls()).toEqual([]);
  }, 300_000);

  it('rolls a stack back when a resource cannot be made', async () => {
    writeFileSync(
      join(app, 'app.mjs'),
      `import { App, Stack } from 'aws-cdk-lib';
       import { Bucket } from 'aws-cdk-lib/aws-s3';
       new Bucket(new Stack(new App(), 'Clash'), 'Taken', { bucketName: 'cdk-hnb659fds-assets-${DEV}-${REGION}' });`,
    );
    expect(await cdk(DEV, ...DEPLOY)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('already exists') });
    expect(stacks()).toContain(`${DEV}/Clash: ROLLBACK_COMPLETE`);
  }, 300_000);

  it('gets new role credentials when the old ones have expired', async () => {
    await emulator.close();
    emulator = await startEmulator({ lifetimes: { roleCredentials: 20 } });
    createHome(home, {
      config: [
        `[profile dev]\nsso_session = acme\nsso_account_id = ${DEV}\nsso_role_name = Developer\nregion = ${REGION}`,
        '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n',
      ].join('\n'),
      tokens: { acme: emulator.issueToken() },
    });
    const run = (): Promise<RunResult> =>
      runCdk([...DEPLOY, '--profile', 'dev'], { cwd: app, home, env: emulator.env() });
    expect(await run()).toMatchObject({ exitCode: 0 });
    emulator.expire({ what: 'role-credentials' });
    expect(await run()).toMatchObject({ exitCode: 0 });
    const fetched = emulator.log.filter(({ operation }) => operation === 'GetRoleCredentials');
    expect(fetched.length).toBeGreaterThanOrEqual(2);
  }, 300_000);
});
