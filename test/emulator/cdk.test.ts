import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, repository, runCdk, type RunResult } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { createHome } from '../helpers/home.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const DEV = '111111111111';
const PROD = '222222222222';
const REGION = 'eu-west-1';

let emulator: Emulator;
let home: string;
let project: string;
/** The example, synthesized for whatever account and region it is deployed to. */
let example: string;

beforeAll(() => {
  example = mkdtempSync(join(tmpdir(), 'cdkx-example-'));
  cpSync(join(repository, 'examples/app'), example, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(example, 'node_modules'));
  const env = cleanEnvironment(example, { CDK_OUTDIR: join(example, 'cdk.out') });
  execFileSync(process.execPath, ['app.mjs'], { cwd: example, env });
});
afterAll(() => rmSync(example, { recursive: true, force: true }));

beforeEach(async () => {
  emulator = await startEmulator();
  home = createHome(tempFolder(), {});
  project = tempFolder();
  cpSync(join(example, 'cdk.out'), join(project, 'cdk.out'), { recursive: true });
  writeFileSync(join(project, 'cdk.json'), JSON.stringify({ app: 'cdk.out', requireApproval: 'never' }));
});

afterEach(() => emulator.close());

function cdk(account: string, ...args: readonly string[]): Promise<RunResult> {
  const env = { ...emulator.env(), ...emulator.credentialsFor({ account }), AWS_REGION: REGION };
  return runCdk(args, { cwd: project, home, env });
}

/** Puts an app of one stack in the example's place, which writes its assembly by itself. */
function useApp(stack: string): void {
  writeFileSync(
    join(project, 'app.mjs'),
    `import { mkdirSync, writeFileSync } from 'node:fs';
     const folder = process.env.CDK_OUTDIR;
     const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
     const environment = 'aws://${DEV}/${REGION}';
     const { template, missing = [] } = (${stack})(context);
     mkdirSync(folder, { recursive: true });
     const write = (name, content) => writeFileSync(folder + '/' + name, JSON.stringify(content));
     write('Only.template.json', template);
     const artifacts = { Only: { type: 'aws:cloudformation:stack', environment, properties: { templateFile: 'Only.template.json' } } };
     write('manifest.json', { version: '36.0.0', missing, artifacts });`,
  );
  writeFileSync(join(project, 'cdk.json'), JSON.stringify({ app: 'node app.mjs', requireApproval: 'never' }));
}

/** Living stacks of the region as `account/name: status`. */
function stacks(): readonly string[] {
  return [...emulator.world.environments.values()].flatMap(({ account, region, stacks }) =>
    [...stacks.values()]
      .filter(({ deletedAt }) => region === REGION && deletedAt === undefined)
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
    const first = await cdk(DEV, 'deploy');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('Greeting.BucketName = greeting-greetings');
    expect(first.stderr).toContain(`Greeting.AssetUrl = s3://cdk-hnb659fds-assets-${DEV}-${REGION}/`);
    expect(stacks()).toContain(`${DEV}/Greeting: CREATE_COMPLETE`);
    expect(assets(DEV).filter((key) => key.endsWith('.zip'))).toHaveLength(1);

    expect(await cdk(DEV, 'deploy')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('(no changes)') });

    const same = await cdk(DEV, 'diff', '--fail');
    expect(same).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('There were no differences') });
    const templatePath = join(project, 'cdk.out/Greeting.template.json');
    writeFileSync(templatePath, readFileSync(templatePath, 'utf8').replaceAll(/[0-9a-f]{64}\.zip/g, 'other.zip'));
    expect(await cdk(DEV, 'diff', '--fail')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('AssetUrl'),
    });

    expect(await cdk(DEV, 'destroy', '--force')).toMatchObject({ exitCode: 0 });
    expect(stacks()).toEqual([`${DEV}/CDKToolkit: CREATE_COMPLETE`]);
    expect(unknownCalls()).toEqual([]);
  });

  it('deploys to an account only after bootstrapping it, and keeps two accounts apart', async () => {
    const early = await cdk(PROD, 'deploy');
    expect(early).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Has the environment been bootstrapped?'),
    });
    expect(await cdk(PROD, 'bootstrap')).toMatchObject({ exitCode: 0 });
    expect(await cdk(PROD, 'deploy', '--method=direct')).toMatchObject({ exitCode: 0 });
    expect(stacks().toSorted()).toEqual([
      `${DEV}/CDKToolkit: CREATE_COMPLETE`,
      `${PROD}/CDKToolkit: CREATE_COMPLETE`,
      `${PROD}/Greeting: CREATE_COMPLETE`,
    ]);
    expect(assets(DEV)).toEqual([]);
    expect(emulator.log.filter(({ account }) => account === DEV)).toEqual([]);
    expect(unknownCalls()).toEqual([]);
  });

  it('lets a read-only role look, and not deploy', async () => {
    const env = {
      ...emulator.env(),
      ...emulator.credentialsFor({ account: DEV, role: 'ReadOnly' }),
      AWS_REGION: REGION,
    };
    const refused = await runCdk(['deploy'], { cwd: project, home, env });
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /ReadOnly\/stand-in is not authorized to perform: \w+:\w+ because no identity-based policy/,
      ),
    });
    expect(stacks()).toEqual([`${DEV}/CDKToolkit: CREATE_COMPLETE`]);
    expect(await runCdk(['diff'], { cwd: project, home, env })).toMatchObject({ exitCode: 0 });
  });

  it('looks up availability zones and SSM parameters', async () => {
    emulator.putParameter({ account: DEV, region: REGION, name: '/greeting', value: 'hello from the store' });
    useApp(`(context) => {
      const props = { account: '${DEV}', region: '${REGION}' };
      const asked = [
        { key: 'zones', provider: 'availability-zones', props },
        { key: 'greeting', provider: 'ssm', props: { ...props, parameterName: '/greeting' } },
      ];
      const value = [...(context.zones ?? []), context.greeting].join('+');
      const Resources = { Told: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } } };
      return { template: { Resources }, missing: asked.filter(({ key }) => context[key] === undefined) };
    }`);
    const synth = await cdk(DEV, 'synth');
    expect(synth).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Value: eu-west-1a+eu-west-1b+eu-west-1c+hello from the store'),
    });
    expect(unknownCalls()).toEqual([]);
  });

  it('rolls a stack back when a resource cannot be made', async () => {
    useApp(`() => ({ template: { Resources: { Taken: {
      Type: 'AWS::S3::Bucket', Properties: { BucketName: 'cdk-hnb659fds-assets-${DEV}-${REGION}' },
    } } } })`);
    expect(await cdk(DEV, 'deploy')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('already exists') });
    expect(stacks()).toContain(`${DEV}/Only: ROLLBACK_COMPLETE`);
  });
});
