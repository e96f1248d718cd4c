import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkxChecked as runCdkx } from '../helpers/suggested-commands.ts';
import { controlC, enter } from '../helpers/person.ts';
import { createScriptedProject, createWorkplace, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { questions } from '../helpers/questions.ts';

const config = `${sharedConfig}
[profile acme-prod]
sso_session = acme
sso_account_id = 222222222222
sso_role_name = Deployer
region = eu-west-1
`;

const block = {
  profile: 'acme-dev',
  account: '111111111111',
  stages: {
    test: { stacks: ['Test*', 'Test/**'] },
    prod: { profile: 'acme-prod', account: '222222222222', stacks: ['Prod*', 'Prod/**'], protected: true },
  },
};

describe('the stages of a project', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  /** A signed-in machine and a project with that cdk.json, whose `cdk` says what it was started with. */
  function createProject(cdkJson: object = { context: { cdkx: block } }) {
    const project = createScriptedProject('console.log("cdk ran with", process.argv.slice(2).join(" "))', {
      config,
      tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
    });
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(cdkJson));
    synthesized(project.cwd, { Shared: [], TestApi: [], ProdApi: [], ProdWeb: [] });
    return { ...project, env: { ...emulator.env(), ...project.env }, columns: 120 };
  }

  /** Leaves a `cdk.out` with these stacks, each with what it depends on. */
  function synthesized(cwd: string, stacks: Readonly<Record<string, readonly string[]>>): void {
    const artifacts = Object.fromEntries(
      Object.entries(stacks).map(([name, dependencies]) => [name, { type: 'aws:cloudformation:stack', dependencies }]),
    );
    mkdirSync(join(cwd, 'cdk.out'), { recursive: true });
    writeFileSync(join(cwd, 'cdk.out/manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  }

  describe('that are protected', () => {
    const question = /"prod" is protected \(account 222222222222, profile acme-prod\)[^]*Type prod to run cdk deploy/;

    it.each([
      [['deploy', 'ProdApi']],
      [['deploy', '-c', 'stage=prod', '--all', '--require-approval', 'never']],
      [['deploy', '-f', '-y', '-c', 'stage=prod', 'ProdApi']],
    ])('ask for the typed name on a terminal: %j', async (args) => {
      const project = createProject();
      if (args.includes('-c')) synthesized(project.cwd, { ProdApi: [], ProdWeb: [] });
      const terminal = openCdkx(args, project);
      await terminal.answer([question, `yes${enter}`]);
      await terminal.waitFor(questions.confirmProd);
      expect(terminal.screen()).not.toContain('cdk ran');
      terminal.type('\u007f\u007f\u007f');
      terminal.type(`prod${enter}`);
      expect(await terminal.exit).toMatchObject({ exitCode: 0 });
      const forwarded = args.filter((word) => !word.startsWith('--cdkx-')).join(' ');
      expect(terminal.screen()).toContain(`cdk ran with --profile acme-prod ${forwarded}`);
    });

    it('are not entered after Ctrl-C or an empty answer', async () => {
      const terminal = openCdkx(['destroy', '--force', 'ProdApi'], createProject());
      await terminal.answer(['Type prod to run cdk destroy', enter], [questions.confirmProd, controlC]);
      expect(await terminal.exit).toMatchObject({ exitCode: 130 });
      expect(terminal.screen()).not.toContain('cdk ran');
    });

    it.each([
      [['deploy', 'ProdApi']],
      [['deploy', 'ProdApi', '--require-approval', 'never']],
      [['deploy', 'ProdApi', '--require-approval=never', '--yes', '--ci']],
      [['deploy', 'ProdApi', '--force']],
      [['deploy', 'ProdApi', '-f', '-y']],
      [['deploy', 'ProdApi', '--cdkx-confirm=test']],
      [['deploy', '--', 'ProdApi', '--cdkx-confirm=prod', '--cdkx-stage=prod']],
      [['destroy', 'ProdApi', '--force']],
      [['rollback', 'ProdApi', '--force', '--yes']],
      [['import', 'ProdApi', '--force']],
      [['watch', 'ProdApi']],
      [['refactor', '--cdkx-stage=prod', '--force']],
      [['gc', '--cdkx-stage=prod', '--confirm=false']],
      [['bootstrap', '--cdkx-stage=prod', '--force']],
      // Quotes that the shell leaves, as cmd.exe does.
      [['destroy', '-f', "'ProdApi'"]],
      [['destroy', '-f', '"ProdApi"']],
      // Every command that is not known to change nothing.
      [['orphan', 'ProdApi/Bucket', '--cdkx-stage=prod', '--unstable=orphan']],
      [['publish-assets', 'ProdApi', '--unstable=publish-assets']],
      [['a-command-of-the-future', 'ProdApi']],
      [['watch', '--all', 'x', '--cdkx-stage=test']],
      [['deploy', '--STACK', 'ProdApi']],
      // What our own reading takes for refused.
      [['deploy', 'ProdApi', '--profile', 'acme-prod', '--profile', 'acme-prod']],
    ])('are not entered without a terminal: %j', async (args) => {
      const result = await runCdkx(args, createProject());
      expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    });

    it.each<Record<string, string>>([{ CLAUDECODE: '1' }, { CLAUDECODE: '1', CI: 'true' }])(
      'are not confirmed by an agent: %j',
      async (env) => {
        const project = createProject();
        const args = ['deploy', 'ProdApi', '--cdkx-confirm=prod'];
        const result = await runCdkx(args, { ...project, env: { ...project.env, ...env } });
        expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('CLAUDECODE') });
        const dry = await runCdkx([...args, '--cdkx-dry-run'], { ...project, env: { ...project.env, ...env } });
        expect(dry).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('protected stage "prod"') });
      },
    );

    it('name what confirms them, and what only seemed to', async () => {
      const { stderr } = await runCdkx(['deploy', 'ProdApi', '--force', '--cdkx-confirm=prd'], createProject());
      expect(stderr).toMatch(/stage "prod" is protected, and cdk deploy was not confirmed/i);
      expect(stderr).toContain('--force do not confirm it');
      expect(stderr).toContain('--cdkx-confirm=prd isn');
      expect(stderr).toContain('    cdkx deploy --cdkx-confirm=prd,prod ProdApi --force\n');
    });

    it.each([
      [['deploy', 'ProdApi', '--cdkx-confirm=prod']],
      [['deploy', '--cdkx-stage=prod', '--cdkx-confirm=test,prod']],
      [['diff', 'ProdApi']],
      [['diff', '--cdkx-stage=prod']],
      [['synth', '--cdkx-stage=prod']],
    ])('are entered without a terminal by: %j', async (args) => {
      const result = await runCdkx(args, createProject());
      const forwarded = args.filter((word) => !word.startsWith('--cdkx-')).join(' ');
      expect(result).toMatchObject({ exitCode: 0, stdout: `cdk ran with --profile acme-prod ${forwarded}\n` });
    });
  });

  it.each([
    [['deploy', '--all']],
    [['deploy']],
    [['deploy', '*']],
    [['deploy', 'P*']],
    [['deploy', 'TestApi', 'ProdApi']],
    [['deploy', 'ProdApi', 'Shared']],
    [['deploy', 'ProdApi', '--cdkx-stage=test']],
    [['destroy', '--all', '--force']],
    [['deploy', '--all', '--cdkx-stage=prod', '--cdkx-confirm=prod,test']],
    [['diff', '--all']],
    [['bootstrap', 'aws://222222222222/eu-west-1']],
    [['bootstrap', '222222222222/eu-west-1']],
    [['bootstrap', "'aws://222222222222/eu-west-1'"]],
    [['bootstrap']],
    [['gc', '222222222222/eu-west-1', '--unstable=gc']],
    [['deploy', "'**'"]],
    [['deploy', 'Test|(ProdApi)']],
    [['deploy', '"ProdApi']],
    [['deploy', '-']],
    [['deploy', '--STACKS', 'TestApi', '--STACKS', 'ProdWeb']],
    [['deploy', '*Api', '--cdkx-stage=test']],
    [['deploy', 'TestApi', '--cdkx-stage=test', '-c', 'stage=prod']],
  ])('are not entered by accident: %j', async (args) => {
    const result = await runCdkx(args, createProject());
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
    expect(result.stderr).toContain('--cdkx-stage=prod');
  });

  it.each([
    ['CDK_ALL', { CDK_ALL: 'true', CDKX_STAGE: 'test' }, {}, []],
    ['CDK_CONTEXT', { CDK_CONTEXT: 'stage=prod' }, {}, ['Shared']],
    ['CDK_C', { CDK_C: "'stage=prod'" }, {}, ['Shared']],
    ['cdk.context.json', {}, { stored: { stage: 'prod' } }, ['Shared']],
    ['~/.cdk.json', {}, { user: { context: { stage: 'prod' } } }, ['Shared']],
  ])(
    'are not entered by what cdk reads from %s',
    async (_, env, files: { stored?: object; user?: object }, names: readonly string[]) => {
      const project = createProject();
      const write = (path: string, json?: object) => json && writeFileSync(path, JSON.stringify(json));
      write(join(project.cwd, 'cdk.context.json'), files.stored);
      write(join(project.home, '.cdk.json'), files.user);
      const result = await runCdkx(['deploy', '--force', ...names], { ...project, env: { ...project.env, ...env } });
      expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
    },
  );

  it.each([
    ['Shared', 'destroy Shared --force', 'destroy "ProdApi"', 'cdkx destroy --exclusively Shared --force'],
    ['TestApi', 'deploy TestApi', 'deploy "ProdApi"', 'cdkx deploy --cdkx-stage=test --exclusively TestApi'],
  ])('are not entered by what cdk adds to %s, as the last synthesis shows it', async (_, line, added, remedy) => {
    const project = createProject();
    synthesized(project.cwd, { Shared: [], ProdApi: ['Shared'], TestApi: ['ProdApi'] });
    const result = await runCdkx(line.split(' '), project);
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain(`cdk would also ${added}, which belongs to stage "prod"`);
    const [, suggested = ''] = /^ {4}(cdkx .*--exclusively.*)$/m.exec(result.stderr) ?? [];
    expect(suggested).toBe(remedy);
    const again = await runCdkx(suggested.split(' ').slice(1), project);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--exclusively') });
  });

  it.each([
    ['deploy TestApi', 'cdkx deploy --cdkx-stage=test --exclusively TestApi'],
    ['watch -c a=b TestApi', 'cdkx watch --cdkx-stage=test --exclusively TestApi -c a=b'],
    ['destroy Shared --force', 'cdkx destroy --exclusively Shared --force'],
  ])('are not entered while it is not known what cdk adds: %s', async (line, remedy) => {
    const project = createProject();
    rmSync(join(project.cwd, 'cdk.out'), { recursive: true });
    const result = await runCdkx(line.split(' '), project);
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
    expect(result.stderr).toContain(`    ${remedy}\n`);
    expect(result.stderr).toMatch(/^ {4}cdkx synth --quiet/m);
    // The `cdk list` of this project leaves nothing to read.
    expect(result.stderr).toContain('with cdk list');
    expect(await runCdkx(remedy.split(' ').slice(1), project)).toMatchObject({ exitCode: 0 });
    // The protected stage itself has nothing to fear.
    const ofProd = await runCdkx(['deploy', 'ProdApi', '--cdkx-confirm=prod'], project);
    expect(ofProd).toMatchObject({ exitCode: 0, stdout: 'cdk ran with --profile acme-prod deploy ProdApi\n' });
  });

  it.each([
    ['not on another stage', { TestApi: [], ProdApi: [] }, 0],
    ['on another stage', { TestApi: ['ProdApi'], ProdApi: [] }, 78],
  ])(
    'are kept apart on the first deployment: the app is synthesized, and a stack depends %s',
    async (_, stacks, exitCode) => {
      const project = createProject();
      synthesized(project.cwd, stacks);
      renameSync(join(project.cwd, 'cdk.out'), join(project.cwd, 'next'));
      writeFileSync(
        project.env.CDKX_CDK,
        `if (process.argv.includes('list')) require('node:fs').renameSync('next', 'cdk.out');
      console.log("cdk ran with", process.argv.slice(2).join(" "))`,
      );
      const args = ['deploy', 'TestApi', '-c', 'a=b', '-f', '--app', 'x'];
      // It starts nothing to show what would be run.
      const dry = await runCdkx([...args, '--cdkx-dry-run'], project);
      expect([dry.exitCode, existsSync(join(project.cwd, 'cdk.out'))]).toEqual([0, false]);
      const result = await runCdkx(args, project);
      const started = 'cdk ran with --profile acme-dev deploy TestApi -c a=b -f --app x\n';
      expect(result).toMatchObject({ exitCode, stdout: exitCode === 0 ? started : '' });
    },
  );

  it.each([
    ['refactor TestApi --additional-stack-name live', 78],
    ['refactor TestApi --additional-stack-name=ProdOld', 78],
    ['refactor TestApi --additional-stack-name TestOld', 0],
    ['refactor TestApi --additional-stack-name Live-Old', 78],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name live', 78],
    ['bootstrap aws://111111111111/eu-west-1 --toolkitStackName=ProdOld', 78],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name Live-Eu-Api', 78],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name test --cdkx-stage=prod --cdkx-confirm=prod', 78],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name Acme-Toolkit', 0],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name CDKToolkit --output nowhere', 0],
    ['bootstrap aws://111111111111/eu-west-1 --toolkit-stack-name Acme-Toolkit --output nowhere', 78],
    ['deploy --all -c stage=test --app cdk.out', 78],
    ['deploy --all -c stage=test --app only-test', 0],
    ['deploy --all --cdkx-stage=test --app only-test', 0],
  ])('are kept apart by what cdk reaches besides its words: %s', async (line, exitCode) => {
    const prod = { ...block.stages.prod, stacks: ['Prod*', 'Live/**'] };
    const project = createProject({ context: { cdkx: { ...block, stages: { ...block.stages, prod } } } });
    synthesized(project.cwd, { TestApi: [] });
    renameSync(join(project.cwd, 'cdk.out'), join(project.cwd, 'only-test'));
    const stack = (stackName: string) => ({ type: 'aws:cloudformation:stack', properties: { stackName } });
    mkdirSync(join(project.cwd, 'cdk.out'));
    const artifacts = { TestApi: stack('test'), ProdApi: stack('live') };
    writeFileSync(join(project.cwd, 'cdk.out/manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
    expect(await runCdkx(line.split(' '), project)).toMatchObject({ exitCode });
  });

  describe('that the app is told, by the real cdk', () => {
    /** Makes the stack of the stage in its context, and those of all stages without one. */
    const app = `import { mkdirSync, writeFileSync } from 'node:fs';
const { env, note } = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
const folder = process.env.CDK_OUTDIR;
mkdirSync(folder, { recursive: true });
const names = env === undefined ? ['TestApi', 'ProdApi'] : [env === 'prod' ? 'ProdApi' : 'TestApi'];
const artifacts = {};
for (const name of names) {
  const templateFile = name + '.json';
  const Value = name + (note ?? '');
  const Resources = { It: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } } };
  writeFileSync(folder + '/' + templateFile, JSON.stringify({ Resources }));
  artifacts[name] = { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile } };
}
writeFileSync(folder + '/manifest.json', JSON.stringify({ version: '34.0.0', artifacts }));
`;

    function createApp() {
      const projectJson = { app: 'node app.mjs', context: { cdkx: { ...block, stageContext: 'env' } } };
      const files = { config, tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) }, projectJson };
      const workplace = createWorkplace(files);
      writeFileSync(join(workplace.cwd, 'app.mjs'), app);
      return { ...workplace, env: emulator.env() };
    }

    it('synthesize that stage alone, and keep the context of a variable', async () => {
      const project = createApp();
      const env = { ...project.env, CDK_CONTEXT: 'note=kept' };
      const result = await runCdkx(['synth', '--cdkx-stage=test'], { ...project, env });
      expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Value: TestApikept') });
      expect(result.stderr).toContain('stage test (--context env=test)');
      const all = await runCdkx(['ls'], project);
      expect(all.stdout.trim().split('\n')).toEqual(['TestApi', 'ProdApi']);
      const named = await runCdkx(['diff', 'ProdApi', '--cdkx-dry-run'], project);
      expect(named.stdout).toContain('--profile acme-prod --context env=prod diff ProdApi');
      // The user's own key is all that the app gets.
      const own = await runCdkx(['synth', '--cdkx-stage=test', '-c', 'env=test', '--cdkx-dry-run'], project);
      expect(own.stdout).not.toContain('--context');
    });

    it('deploy with --all only what belongs to it, also after a synthesis of all', async () => {
      const project = createApp();
      expect(await runCdkx(['synth', '--quiet'], project)).toMatchObject({ exitCode: 0 });
      const args = ['deploy', '--all', '--cdkx-stage=test', '--require-approval=never', '--method=direct'];
      const result = await runCdkx(args, project);
      expect(result.stderr).toContain('TestApi');
      expect(result.stderr).not.toContain('ProdApi');
      expect(result).toMatchObject({ exitCode: 0 });
    });

    it.each([
      [['--cdkx-stage=test', '-c', 'env=prod'], {}],
      [['--cdkx-stage=test'], { CDK_CONTEXT: 'env=prod' }],
    ])('stop where the app is told another one: %j %j', async (args, env) => {
      const project = createApp();
      const result = await runCdkx(['deploy', '--all', ...args], { ...project, env: { ...project.env, ...env } });
      expect(result).toMatchObject({ exitCode: 78, stdout: '' });
      expect(result.stderr).toContain('your app gets stage "prod"');
    });
  });

  it('have a bootstrap that works when pasted', async () => {
    const project = createProject();
    const { stderr } = await runCdkx(['bootstrap', '--force'], project);
    const suggested = [...stderr.matchAll(/^ {4}cdkx (.*)$/gm)].map(([, line = '']) => line);
    expect(suggested).toEqual([
      'bootstrap --cdkx-stage=prod aws://222222222222/eu-west-1 --force',
      'bootstrap aws://111111111111/eu-north-1 --force',
    ]);
    const [ofProd = '', ofNone = ''] = suggested;
    const confirmed = await runCdkx([...ofProd.split(' '), '--cdkx-confirm=prod'], project);
    expect(confirmed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--profile acme-prod bootstrap aws'),
    });
    expect(await runCdkx(ofNone.split(' '), project)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--profile acme-dev bootstrap aws://111111111111/eu-north-1'),
    });
  });

  it.each([
    [['deploy', 'Shared', '--exclusively'], {}, '--profile acme-dev deploy Shared --exclusively'],
    [['deploy', 'TestApi', '-e'], {}, '--profile acme-dev deploy TestApi -e'],
    [['diff', 'ProdApi'], {}, '--profile acme-prod diff ProdApi'],
    [['diff', '--cdkx-stage=prod'], { CDKX_STAGE: 'test' }, '--profile acme-prod diff'],
    [['diff'], { CDKX_STAGE: 'prod' }, '--profile acme-prod diff'],
    [['diff', '-c', 'stage=prod'], {}, '--profile acme-prod diff -c stage=prod'],
  ])('decide the profile: %j %j', async (args, env, expected) => {
    const project = createProject();
    const result = await runCdkx(args, { ...project, env: { ...project.env, ...env } });
    expect(result).toMatchObject({ exitCode: 0, stdout: `cdk ran with ${expected}\n` });
  });

  it.each([
    [['deploy', '--cdkx-stage=prdo'], {}, '--cdkx-stage'],
    [['deploy'], { CDKX_STAGE: 'prdo' }, 'CDKX_STAGE'],
    [['deploy', '-c', 'stage=prdo'], {}, '-c stage'],
    [['synth', '-c', 'stage=prdo'], {}, '-c stage'],
  ])('are listed where none of them is meant: %j %j', async (args, env, where) => {
    const project = createProject();
    const result = await runCdkx(args, { ...project, env: { ...project.env, ...env } });
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toMatch(/no stage "prdo"/i);
    for (const said of [`from ${where}`, 'test, prod', '"prod"']) {
      expect(result.stderr).toContain(said);
    }
  });

  it.each([
    ['a misspelt key', { ...block, acount: '1' }, /"?acount"?[^]*"?account"?/],
    ['an account of eleven digits', { account: '11111111111' }, /12 digits/],
    ['an account that is a number', { account: 11_111_111_111 }, /leading zeros[^]*"011111111111"/],
    ['a stage that leads nowhere', { stages: { prod: { protected: true } } }, /prod/],
    ['a stage with a misspelt key', { stages: { prod: { profile: 'acme-prod', protcted: true } } }, /protected/],
  ])('stop before cdk starts, in a block with %s', async (_, cdkx, said) => {
    const project = createProject({ context: { cdkx } });
    const env = { ...project.env, ...('stages' in cdkx && 'prod' in cdkx.stages ? { CDKX_STAGE: 'prod' } : {}) };
    const result = await runCdkx(['deploy', 'ProdApi'], { ...project, env });
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringMatching(said) });
    expect(result.stderr).toContain('cdk.json');
  });

  it('are not guessed where two of them match one stack', async () => {
    const shared = { a: { stacks: ['Prod*'] }, b: { profile: 'acme-prod', account: '222222222222', stacks: ['*Api'] } };
    const project = createProject({ context: { cdkx: { ...block, stages: shared } } });
    const result = await runCdkx(['deploy', 'ProdApi'], project);
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain('stages "a" and "b"');
    expect(await runCdkx(['deploy', 'ProdApi', '--cdkx-stage=b'], project)).toMatchObject({
      exitCode: 0,
      stdout: 'cdk ran with --profile acme-prod deploy ProdApi\n',
    });
  });

  it('and the pin win over cdk.json’s own profile, with a warning where they disagree', async () => {
    const disagreeing = createProject({ profile: 'acme-prod', context: { cdkx: block } });
    const result = await runCdkx(['deploy', 'Shared'], disagreeing);
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran with --profile acme-dev deploy Shared\n' });
    expect(result.stderr).toContain('cdk.json has two profiles: "acme-dev"');
    expect(result.stderr).toContain('cdk alone would use "acme-prod"');

    const agreeing = createProject({ profile: 'acme-dev', context: { cdkx: block } });
    expect(await runCdkx(['deploy', 'Shared'], agreeing)).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringMatching(/^cdkx: [^]*^cdkx: /m),
    });
  });

  it.each([
    ['the credentials of the stage’s account', '222222222222', ['--cdkx-confirm=prod'], 0, ''],
    ['the credentials of another account', '111111111111', ['--cdkx-confirm=prod'], 78, 'wrong account 111111111111'],
    ['no confirmation', '222222222222', [], 78, '--cdkx-confirm=prod'],
  ])('hold in CI too, where nothing is pinned by name: %s', async (_, account, confirmation, exitCode, said) => {
    const project = createProject();
    writeFileSync(join(project.home, '.aws/config'), '');
    const env = { ...project.env, ...emulator.credentialsFor({ account }), AWS_REGION: 'eu-west-1', CI: 'true' };
    const result = await runCdkx(['deploy', '--cdkx-stage=prod', ...confirmation], { ...project, env });
    expect(result).toMatchObject({ exitCode, stdout: exitCode === 0 ? 'cdk ran with deploy\n' : '' });
    expect(result.stderr).toContain(said);
  });

  it('stop where a pinned profile is defined here for another account', async () => {
    const stages = { prod: { ...block.stages.prod, profile: 'acme-dev' } };
    const project = createProject({ context: { cdkx: { ...block, stages } } });
    const result = await runCdkx(['deploy', 'ProdApi', '--cdkx-confirm=prod'], project);
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain(
      'wrong account 111111111111 from profile "acme-dev"; this project deploys to 222222222222 (context.cdkx.stages.prod.account in cdk.json)',
    );
  });
});
