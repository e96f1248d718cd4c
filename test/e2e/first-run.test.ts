import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkxChecked as runCdkx } from '../helpers/suggested-commands.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { controlC, enter, personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, createWorkplace, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { questions } from '../helpers/questions.ts';

describe('a clone of the example on a machine without any AWS configuration', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  /** The example as it is in the repository, and a home folder without `.aws`. */
  function clone() {
    const { home, cwd } = createWorkplace();
    const awsFolder = join(home, '.aws');
    rmSync(awsFolder, { recursive: true });
    // No AWS CLI: only Node is on its PATH.
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const env = { ...emulator.env(), ...personAsBrowser(), PATH: bin };
    return { awsFolder, config: join(awsFolder, 'config'), options: { home, cwd, env, columns: 120, rows: 50 } };
  }

  /** Living stacks by account. */
  function deployedStacks() {
    return [...emulator.world.environments.values()].flatMap(({ account, stacks }) =>
      [...stacks.values()].map(({ name, status }) => `${account}/${name}: ${status}`),
    );
  }

  it('reaches a deployed stack with one cdkx deploy: what would be added, the sign-in, the real cdk', async () => {
    const { awsFolder, config, options } = clone();
    const terminal = openCdkx(['deploy'], options);
    await terminal.waitFor(questions.addToConfig);
    expect(terminal.screen()).toContain('https://acme.awsapps.com/start');
    for (const line of ['[profile acme-dev]', 'sso_account_id = 111111111111', '[sso-session acme]']) {
      expect(terminal.screen()).toContain(`+ ${line}`);
    }
    expect(emulator.connections()).toBe(0);
    expect(existsSync(awsFolder)).toBe(false);

    terminal.type(enter);
    await terminal.waitFor(questions.signIn);
    expect(emulator.connections()).toBe(0);
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });

    const screen = terminal.screen();
    expect(screen).toMatch(/signed in to .*acme/);
    expect(screen).toMatch(/profile acme-dev .* account 111111111111 · role Developer · region eu-west-1 ·/);
    expect(screen).not.toContain('wrong Region');
    expect(screen).toContain('Greeting.BucketName = greeting-greetings');
    expect(deployedStacks()).toContain('111111111111/Greeting: CREATE_COMPLETE');
    expect(emulator.log.map(({ grant }) => grant)).toContain('authorization_code');
    expect(statSync(config).mode & 0o777).toBe(0o600);

    const again = await runCdkx(['deploy'], options);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('(no changes)') });
  });

  it('adds nothing with --cdkx-dry-run, and shows each step', async () => {
    const { awsFolder, options } = clone();
    const terminal = openCdkx(['deploy', '--cdkx-dry-run'], options);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toMatch(/would prompt to add this to ~\/\.aws\/config[^]*would sign in to .*"acme"/);
    expect(terminal.screen()).toContain('--profile acme-dev deploy');
    expect(existsSync(awsFolder)).toBe(false);
  });

  it.each(['n', controlC])('has added nothing and opened nothing after %j at the question', async (key) => {
    const { awsFolder, options } = clone();
    const terminal = openCdkx(['deploy'], options);
    await terminal.answer([questions.addToConfig, key]);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    expect(existsSync(awsFolder)).toBe(false);
    expect(emulator.connections()).toBe(0);
  });

  it('exits with 78 without a terminal, naming the command, after which only the sign-in is missing', async () => {
    const { awsFolder, config, options } = clone();
    const refused = await runCdkx(['deploy'], options);
    expect(refused).toMatchObject({
      exitCode: 78,
      stdout: '',
      stderr: expect.stringContaining('cdkx sso configure --from-project'),
    });
    expect(existsSync(awsFolder)).toBe(false);

    const configured = await runCdkx(['sso', 'configure', '--from-project', '--yes'], options);
    expect(configured).toMatchObject({ exitCode: 0 });
    expect(readFileSync(config, 'utf8')).toContain('[profile acme-dev]');
    expect(emulator.connections()).toBe(0);
    expect(await runCdkx(['deploy'], options)).toMatchObject({
      exitCode: 77,
      stderr: expect.stringContaining('cdkx sso login'),
    });
  });

  it.each([
    [['deploy'], 78, 1],
    [['sso', 'login'], 78, 1],
    [['synth', '--quiet'], 0, 1],
    [['synth', '--quiet', '--no-profile'], 0, 0],
  ])('warns at most once in CI without credentials, and advises no sign-in: %j', async (args, exitCode, warnings) => {
    const { options } = clone();
    writeFileSync(join(options.cwd, 'app.mjs'), handWrittenApp);
    const result = await runCdkx(args, { ...options, env: { ...options.env, CI: 'true' } });
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).not.toMatch(/^ {4}/m);
    const messages = result.stderr.match(/^cdkx: (?!no AWS credentials found).*/gm) ?? [];
    expect(messages).toHaveLength(warnings);
    expect(result.stderr.includes('OpenID Connect')).toBe(exitCode === 78);
  });

  it('deploys with the credentials that CI has, whose account is the project’s', async () => {
    const { awsFolder, options } = clone();
    writeFileSync(join(options.cwd, 'app.mjs'), handWrittenApp);
    const ambient = { ...emulator.credentialsFor({ account: '111111111111' }), AWS_REGION: 'eu-west-1', CI: 'true' };
    const deployed = await runCdkx(['deploy'], { ...options, env: { ...options.env, ...ambient } });
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect(deployedStacks()).toContain('111111111111/Greeting: CREATE_COMPLETE');
    expect(existsSync(awsFolder)).toBe(false);
  });
});

describe('a project whose pinned profile has another name on this machine', () => {
  const pinned = { profile: 'the-team-calls-it-so', account: '111111111111', role: 'Developer' };
  const ssoSession = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' };
  const valid = { ...ssoSession, accessToken: 'a-token', expiresAt: '2100-01-01T00:00:00Z' };
  const also = (name: string, account = '111111111111', role = 'Developer') =>
    `[profile ${name}]\nsso_session = acme\nsso_account_id = ${account}\nsso_role_name = ${role}\n`;
  const roleOnly = '[profile by-arn]\nrole_arn = arn:aws:iam::222222222222:role/Deployer\nsource_profile = acme-dev\n';

  /** A project with that block, whose `cdk` is a script, on a machine with `acme-dev` and the given profiles. */
  function createMachine(block: object, profiles: readonly string[]) {
    const project = createScriptedProject('console.log("cdk ran with", process.argv.slice(2).join(" "))', {
      config: [sharedConfig, ...profiles].join('\n'),
      tokens: { acme: valid },
    });
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    return { ...project, columns: 120 };
  }

  it.each([
    ['its account and role', pinned, [also('viewer', '111111111111', 'ReadOnly')], 'acme-dev'],
    ['its account, start URL and role', { ...pinned, ssoSession }, [also('other', '222222222222')], 'acme-dev'],
    ['the account of its role’s ARN', { account: '222222222222', role: 'Deployer' }, [roleOnly], 'by-arn'],
  ])('uses the one that matches by %s, and names it', async (_, block, profiles, expected) => {
    const machine = createMachine(block, profiles);
    const result = await runCdkx(['deploy'], machine);
    expect(result).toMatchObject({ exitCode: 0, stdout: `cdk ran with --profile ${expected} deploy\n` });
    const terminal = openCdkx(['deploy'], machine);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain(`profile ${expected} `);
  });

  it('lists several matches without a terminal, and lets them be picked on one', async () => {
    const machine = createMachine(pinned, [also('mine-too')]);
    const result = await runCdkx(['deploy'], machine);
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain('acme-dev');
    expect(result.stderr).toContain('mine-too');

    const terminal = openCdkx(['deploy'], machine);
    await terminal.answer([questions.whichProfile, `mine${enter}`], ['Save "mine-too" in cdk.json', 'n']);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran with --profile mine-too deploy');
  });

  it('pins what was picked for a stage into that stage, and by default nowhere', async () => {
    const prod = { account: pinned.account, stacks: ['Prod*'] };
    for (const [answer, pins] of [
      [enter, false],
      ['y', true],
    ] as const) {
      const machine = createMachine({ profile: 'base', account: '999999999999', stages: { prod } }, [also('mine-too')]);
      const terminal = openCdkx(['deploy', 'ProdNet'], machine);
      await terminal.answer(
        [questions.whichProfile, `mine${enter}`],
        ['Save "mine-too" in cdk.json for stage "prod"', answer],
      );
      expect(await terminal.exit).toMatchObject({ exitCode: 0 });
      const written = JSON.parse(readFileSync(join(machine.cwd, 'cdk.json'), 'utf8')) as {
        context: { cdkx: { profile: string; account: string; stages: { prod: { profile?: string } } } };
      };
      const { cdkx } = written.context;
      expect([cdkx.profile, cdkx.account]).toEqual(['base', '999999999999']);
      expect(cdkx.stages.prod.profile).toBe(pins ? 'mine-too' : undefined);
    }
  });

  it('names the stage in the command that adds its profile', async () => {
    const prod = { profile: 'acme-prod', account: '222222222222', role: 'Deployer' };
    const machine = createMachine({ ...pinned, ssoSession, stages: { prod } }, []);
    const refused = await runCdkx(['deploy', '--cdkx-stage=prod'], machine);
    expect(refused).toMatchObject({ exitCode: 78, stdout: '' });
    expect(refused.stderr).toContain('    cdkx sso configure --from-project --cdkx-stage=prod\n');
    const command = ['sso', 'configure', '--from-project', '--yes', '--cdkx-stage=prod'];
    expect(await runCdkx(command, machine)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(machine.home, '.aws/config'), 'utf8')).toContain('[profile acme-prod]');
    expect(await runCdkx(['deploy', '--cdkx-stage=prod'], machine)).toMatchObject({
      exitCode: 0,
      stdout: 'cdk ran with --profile acme-prod deploy\n',
    });
  });

  it('adds the profile of a pin in ~/.cdk.json with the same command', async () => {
    const machine = createMachine({}, []);
    writeFileSync(join(machine.cwd, 'cdk.json'), '{}');
    const everywhere = { profile: 'mine', account: '222222222222', role: 'Deployer', ssoSession };
    writeFileSync(join(machine.home, '.cdk.json'), JSON.stringify({ context: { cdkx: everywhere } }));
    const refused = await runCdkx(['deploy'], machine);
    expect(refused).toMatchObject({ exitCode: 78, stdout: '' });
    expect(refused.stderr).toContain('    cdkx sso configure --from-project\n');
    const command = ['sso', 'configure', '--from-project', '--yes'];
    const added = await runCdkx(command, machine);
    expect(added).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('context.cdkx in ~/.cdk.json') });
    expect(await runCdkx(command, machine)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('already') });
    expect(await runCdkx(['deploy'], machine)).toMatchObject({
      exitCode: 0,
      stdout: 'cdk ran with --profile mine deploy\n',
    });
  });
});
