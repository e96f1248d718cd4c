import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { dependencies, runCdkx } from '../helpers/cli.ts';
import { createHome } from '../helpers/home.ts';
import { configWith } from '../helpers/project.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const account = '111111111111';

/** An app that makes the stacks of the stage that its context names, and those of all stages if told none; it prints its context to stderr. */
const app = `import { mkdirSync, writeFileSync } from 'node:fs';
const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
console.error('context', context.environment, context.size);
const folder = process.env.CDK_OUTDIR ?? 'cdk.out';
mkdirSync(folder, { recursive: true });
const write = (name, content) => writeFileSync(folder + '/' + name, JSON.stringify(content));
const all = ['TestApi', 'TestWeb', 'ProdApi'];
const isMine = (name) => context.environment === undefined || name.toLowerCase().startsWith(context.environment);
const artifacts = {};
for (const name of context.ignoresStage ? all : all.filter(isMine)) {
  const templateFile = name + '.template.json';
  write(templateFile, { Resources: { Name: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: name } } } });
  artifacts[name] = { type: 'aws:cloudformation:stack', environment: 'aws://${account}/eu-west-1', properties: { templateFile } };
}
write('manifest.json', { version: '34.0.0', artifacts });
`;

describe('a stage that the app is told, with the real cdk', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  function createProject(block: object, context: object = {}) {
    const folder = tempFolder();
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    symlinkSync(dependencies, join(cwd, 'node_modules'), 'junction');
    writeFileSync(join(cwd, 'app.mjs'), app);
    const stages = { test: { stacks: ['Test*'] }, prod: { stacks: ['Prod*'] } };
    const cdkx = { profile: 'acme-dev', stages, ...block };
    writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.mjs', context: { ...context, cdkx } }));
    const home = createHome(join(folder, 'home'), {
      config: configWith([{ name: 'acme-dev', account, role: 'Developer' }]),
      tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
    });
    return (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runCdkx(args, { home, cwd, env: { ...emulator.env(), ...env } });
  }
  const told = { stageContext: 'environment' };

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['a flag', ['ls', '--cdkx-stage=test'], {}],
    ['a variable', ['ls'], { CDKX_STAGE: 'test' }],
    ['the stack names', ['ls', 'TestApi', 'TestWeb'], {}],
    ['a flag, beside other context on the command line', ['ls', '--cdkx-stage=test', '-c', 'other=1'], {}],
  ])('synthesizes the stage that is chosen by %s', async (_, args, env) => {
    const run = createProject(told);
    expect(await run(args, env)).toMatchObject({ exitCode: 0, stdout: 'TestApi\nTestWeb\n' });
    expect(await createProject({})(args, env)).not.toHaveProperty('stderr', expect.stringContaining('context test'));
  });

  it.each([['CDK_CONTEXT'], ['CDK_C']])('keeps what %s gives', async (variable) => {
    const run = createProject(told);
    const { stderr } = await run(['ls', '--cdkx-stage=test'], { [variable]: 'size=7' });
    expect(stderr).toContain('context test 7');
  });

  it('overrides the context of cdk.json, and leaves that of the command line alone', async () => {
    const run = createProject(told, { environment: 'prod' });
    expect(await run(['ls', '--cdkx-stage=test'])).toMatchObject({ exitCode: 0, stdout: 'TestApi\nTestWeb\n' });
    expect(await run(['ls', '--cdkx-stage=test', '-c', 'environment=prod'])).toMatchObject({ stdout: 'ProdApi\n' });
    const refused = await run(['deploy', '--all', '--cdkx-stage=test', '-c', 'environment=prod']);
    expect(refused).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
  });

  it('makes --all safe: only the stacks of the stage are deployed', async () => {
    const run = createProject(told);
    expect(await run(['deploy', '--all', '--cdkx-stage=test', '--require-approval', 'never'])).toMatchObject({
      exitCode: 0,
    });
    const environments = [...emulator.world.environments.values()];
    const deployed = environments.flatMap(({ stacks }) => [...stacks.values()].map(({ name }) => name));
    expect(deployed.filter((name) => name !== 'CDKToolkit').sort()).toEqual(['TestApi', 'TestWeb']);
    // Without the key the app makes all stacks, and the run does not start.
    const untold = createProject({});
    expect(await untold(['deploy', '--all', '--cdkx-stage=test'])).toMatchObject({ exitCode: 78, stdout: '' });
  });

  it('stops --all of an app whose last synthesis shows that it ignores the key', async () => {
    const run = createProject(told, { ignoresStage: true });
    expect(await run(['ls'])).toMatchObject({ exitCode: 0 });
    const result = await run(['deploy', '--all', '--cdkx-stage=test']);
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
  });

  it('is shown by a dry run', async () => {
    const run = createProject(told);
    const { stdout } = await run(['deploy', '--all', '--cdkx-stage=test', '--cdkx-dry-run']);
    expect(stdout).toContain('--context environment=test');
  });
});
