import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { controlC, enter } from '../helpers/person.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';

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
    return { ...project, env: { ...emulator.env(), ...project.env }, columns: 120 };
  }

  describe('that are protected', () => {
    const question = 'Stage prod is protected (account 222222222222, profile acme-prod). Type prod to run cdk deploy:';

    it.each([
      [['deploy', 'ProdApi']],
      [['deploy', '-c', 'stage=prod', '--all', '--require-approval', 'never']],
      [['deploy', '-f', '-y', '-c', 'stage=prod', 'ProdApi']],
    ])('ask for the typed name on a terminal: %j', async (args) => {
      const terminal = openCdkx(args, createProject());
      await terminal.waitFor(question);
      terminal.type(`yes${enter}`);
      await terminal.waitFor('Type prod to go on');
      expect(terminal.screen()).not.toContain('cdk ran');
      terminal.type('\u007f\u007f\u007f');
      terminal.type(`prod${enter}`);
      expect(await terminal.exit).toMatchObject({ exitCode: 0 });
      const forwarded = args.filter((word) => !word.startsWith('--cdkx-')).join(' ');
      expect(terminal.screen()).toContain(`cdk ran with --profile acme-prod ${forwarded}`);
    });

    it('are not entered after Ctrl-C or an empty answer', async () => {
      const terminal = openCdkx(['destroy', '--force', 'ProdApi'], createProject());
      await terminal.waitFor('Type prod to run cdk destroy');
      terminal.type(enter);
      await terminal.waitFor('Type prod to go on');
      terminal.type(controlC);
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
    ])('are not entered without a terminal: %j', async (args) => {
      const result = await runCdkx(args, createProject());
      expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    });

    it('name what confirms them, and what only seemed to', async () => {
      const { stderr } = await runCdkx(['deploy', 'ProdApi', '--force', '--cdkx-confirm=prd'], createProject());
      expect(stderr).toMatch(/stage "prod" is protected, and cdk deploy was not confirmed/i);
      expect(stderr).toContain('--force do not confirm it');
      expect(stderr).toContain('--cdkx-confirm=prd names no stage');
      expect(stderr).toContain('    --cdkx-confirm=prod\n');
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
  ])('are not entered by accident: %j', async (args) => {
    const result = await runCdkx(args, createProject());
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining('"prod"') });
    expect(result.stderr).toContain('--cdkx-stage=prod');
  });

  it.each([
    [['deploy', 'Shared'], {}, '--profile acme-dev deploy Shared'],
    [['deploy', 'TestApi'], {}, '--profile acme-dev deploy TestApi'],
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
    for (const said of [`asked for by ${where}`, 'Known stages: test, prod.', '"prod"']) {
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
    expect(result.stderr).toContain('cdk.json names two profiles: "acme-dev"');
    expect(result.stderr).toContain('cdk alone would use "acme-prod"');

    const agreeing = createProject({ profile: 'acme-dev', context: { cdkx: block } });
    expect(await runCdkx(['deploy', 'Shared'], agreeing)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([
    ['the credentials of the stage’s account', '222222222222', ['--cdkx-confirm=prod'], 0, ''],
    ['the credentials of another account', '111111111111', ['--cdkx-confirm=prod'], 78, 'leads to 111111111111'],
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
      'profile "acme-dev" leads to 111111111111, but this project means 222222222222 (context.cdkx.stages.prod.account in cdk.json)',
    );
  });
});
