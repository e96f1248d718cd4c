import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { tokenFileName } from '../helpers/home.ts';
import { controlC, enter, personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { questions } from '../helpers/questions.ts';

const pinned = {
  profile: 'acme-dev',
  account: '111111111111',
  role: 'Developer',
  region: 'eu-north-1',
  ssoSession: { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' },
};
const added = `[profile acme-dev]
# written by cdkx
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-north-1

[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`;
/** Nothing outside this machine is asked: the page behind a start URL cannot be reached. */
const offline = { HTTPS_PROXY: 'http://127.0.0.1:1' };

describe('profiles on a real terminal', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  /** A machine with that config file, and a project with that block whose `cdk` is a script. */
  function createMachine(block: unknown, config = '') {
    const project = createScriptedProject('console.log("cdk ran with", process.argv.slice(2).join(" "))', { config });
    const cdkJson = join(project.cwd, 'cdk.json');
    writeFileSync(
      cdkJson,
      JSON.stringify({ app: 'node app.js', ...(block === undefined ? {} : { context: { cdkx: block } }) }, null, 2),
    );
    const options = {
      cwd: project.cwd,
      home: project.home,
      env: { ...emulator.env(), ...project.env, ...personAsBrowser(), ...offline },
      columns: 120,
      rows: 50,
    };
    const configText = () => readFileSync(join(project.home, '.aws/config'), 'utf8');
    return { options, config: configText, cdkJson: () => readFileSync(cdkJson, 'utf8') };
  }

  it('finds every role, page by page, though the portal answers some twenty calls a second', async () => {
    await emulator.close();
    const ids = Array.from({ length: 25 }, (_, index) => String(500_000_000_000 + index));
    emulator = await startEmulator({
      accounts: ids.map((id) => ({ id, name: `team-${id.slice(-2)}`, roles: ['A', 'B'] })),
    });
    emulator.faults.add({ operation: 'sso:*', kind: 'throttle', perSecond: 20 });
    const { options, config } = createMachine(undefined, sharedConfig);
    writeFileSync(join(options.home, '.aws/sso/cache', tokenFileName('acme')), JSON.stringify(emulator.issueToken()));
    const result = await runCdkx(['sso', 'configure', '--session', 'acme', '--all', '--yes'], options);
    expect({ exitCode: result.exitCode, stderr: result.exitCode === 0 ? '' : result.stderr }).toEqual({
      exitCode: 0,
      stderr: '',
    });
    expect(emulator.log.some(({ status }) => status === 429)).toBe(true);
    const written = ids.flatMap((id) => ['A', 'B'].map((role) => `[profile team-${id.slice(-2)}-${role}]`));
    expect(config().match(/^\[profile team-.*\]$/gm)).toEqual(written);
  });

  it('writes one profile of a name whose account and role are chosen', async () => {
    const { options, config } = createMachine(undefined, sharedConfig);
    const terminal = openCdkx(['sso', 'configure', '--profile', 'viewer', '--session', 'acme'], options);
    await terminal.answer(
      ['Which account and role for profile "viewer"?', `acme-dev read${enter}`],
      [questions.profileRegion, enter],
      [questions.write, enter],
    );
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(config().startsWith(sharedConfig)).toBe(true);
    expect(config()).toContain('sso_account_id = 111111111111\nsso_role_name = ReadOnly\n');
  });

  it.each(['n', controlC])('writes nothing after %j at the last question', async (key) => {
    const { options, config } = createMachine(undefined, sharedConfig);
    const terminal = openCdkx(
      ['sso', 'configure', '--all', '--profile-region', 'eu-west-1', '--session', 'acme'],
      options,
    );
    await terminal.answer([questions.write, key]);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    expect(config()).toBe(sharedConfig);
  });

  it('adds the profile of the project on a fresh laptop, signs in and starts cdk', async () => {
    const { options, config } = createMachine(pinned);
    const terminal = openCdkx(['deploy'], options);
    await terminal.waitFor(questions.addToConfig);
    expect(terminal.screen()).toContain('sign in at https://acme.awsapps.com/start');
    expect(terminal.screen()).toContain('+ [profile acme-dev]');
    expect(emulator.log).toEqual([]);
    terminal.type(enter);
    await terminal.answer([questions.signIn, 'y']);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran with --profile acme-dev deploy');
    expect(config()).toBe(added);
  });

  it('changes nothing and does not start cdk where the first run is declined', async () => {
    const { options, config } = createMachine(pinned);
    const terminal = openCdkx(['deploy'], options);
    await terminal.answer([questions.addToConfig, 'n']);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
    expect(terminal.screen()).not.toContain('cdk ran');
    expect(config()).toBe('');
  });

  it('names the command on a fresh laptop without a terminal, and that command does the same', async () => {
    const { options, config } = createMachine(pinned);
    const refused = await runCdkx(['deploy'], options);
    expect(refused).toMatchObject({
      exitCode: 78,
      stdout: '',
      stderr: expect.stringContaining('cdkx sso configure --from-project'),
    });
    expect(refused.stderr).toContain('https://acme.awsapps.com/start');

    expect(await runCdkx(['sso', 'configure', '--from-project'], options)).toMatchObject({ exitCode: 64 });
    const shown = await runCdkx(['sso', 'configure', '--from-project', '--dry-run'], options);
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('+ [profile acme-dev]') });
    expect(config()).toBe('');

    expect(await runCdkx(['sso', 'configure', '--from-project', '--yes'], options)).toMatchObject({ exitCode: 0 });
    expect(config()).toBe(added);
    expect(await runCdkx(['sso', 'configure', '--from-project', '--yes'], options)).toMatchObject({ exitCode: 0 });
    expect(config()).toBe(added);
  });

  it('offers hundreds of profiles with type-ahead, and pins the chosen one', async () => {
    const many = Array.from(
      { length: 300 },
      (_, index) =>
        `[profile team-${index}]\nsso_session = acme\nsso_account_id = ${String(300_000_000_000 + index)}\nsso_role_name = Admin\n`,
    );
    const { options, cdkJson } = createMachine(undefined, [sharedConfig, ...many].join('\n'));
    const terminal = openCdkx(['deploy'], options);
    await terminal.answer([questions.whichProfile, 'dev deve']);
    await terminal.waitFor(/Search: dev deve[^]*acme-dev\s+111111111111\s+Developer\s+not signed in/);
    expect(terminal.screen()).not.toContain('team-');
    terminal.type(enter);
    await terminal.answer([questions.signIn, 'y'], ['Save "acme-dev" in cdk.json', 'y']);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran with --profile acme-dev deploy');
    expect(JSON.parse(cdkJson())).toEqual({ app: 'node app.js', context: { cdkx: pinned } });
  });

  it('pins what makes the same profile on a fresh laptop, its region included', async () => {
    const author = createMachine(undefined, sharedConfig);
    expect(await runCdkx(['profile', 'pin', 'acme-dev', '--yes'], author.options)).toMatchObject({ exitCode: 0 });
    const { context } = JSON.parse(author.cdkJson()) as { context: { cdkx: unknown } };
    const colleague = createMachine(context.cdkx);
    const command = ['sso', 'configure', '--from-project', '--yes'];
    expect(await runCdkx(command, colleague.options)).toMatchObject({ exitCode: 0 });
    expect(colleague.config()).toBe(added);
  });

  it('pins by command with the change shown, and says so when it is pinned already', async () => {
    const { options, cdkJson } = createMachine(undefined, sharedConfig);
    const terminal = openCdkx(['profile', 'pin', 'acme-dev'], options);
    await terminal.waitFor(questions.writeCdkJson);
    expect(terminal.screen()).toContain('"account": "111111111111"');
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    const once = cdkJson();
    expect(await runCdkx(['profile', 'pin'], options)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('already'),
    });
    expect(cdkJson()).toBe(once);
    expect(await runCdkx(['profile', 'pin', 'acme-dev', '--stage', 'dev'], options)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(cdkJson())).toMatchObject({
      context: { cdkx: { stages: { dev: { account: '111111111111' } } } },
    });
  });

  it.each([
    [['profile', 'pin', 'acme-dve'], 78, 'cdkx profile pin acme-dev'],
    [['profile', 'pin'], 64, 'cdkx profile pin NAME'],
    [['sso', 'configure', '--account', '1'], 64, '--account'],
    [['sso', 'configure', '--from-project', '--all'], 64, "can't be used with"],
    [['sso', 'configure', '--name-template', '{x}'], 64, '{accountName}'],
    [['sso', 'configure', '--start-url', 'http://acme.example'], 64, 'https://'],
    [['sso', 'configure', '--scopes', 'codewhisperer:completions'], 64, 'sso:account:access'],
  ])('%j without a terminal ends with %i and says: %s', async (args, exitCode, said) => {
    const { options } = createMachine(undefined, sharedConfig);
    expect(await runCdkx(args, options)).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(said) });
  });

  it.each([
    ['sso', 'configure'],
    ['profile', 'pin'],
  ])('explains %s %s with --help', async (...words) => {
    const { options } = createMachine(undefined);
    expect(await runCdkx([...words, '--help'], options)).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('Examples:'),
    });
  });
});
