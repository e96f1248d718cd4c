import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSsoSessionData, parseKnownFiles } from '@smithy/core/config';
import type { CdkxFlags } from '../../../lib/cdkx-flags.ts';
import { checkOptions, type ConfigureFlags } from '../../../lib/commands/configure/options.ts';
import { configureFromPortal } from '../../../lib/commands/configure/portal.ts';
import { configureFromProject } from '../../../lib/commands/configure/project.ts';
import { UserError } from '../../../lib/messages/errors.ts';
import { createReporter } from '../../../lib/terminal/reporter.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createHome } from '../../helpers/home.ts';
import { findInstalled } from '../../helpers/installed.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { nextLines } from '../../helpers/message.ts';

const own: CdkxFlags = { confirm: [], dryRun: false, verbose: false, quiet: false, version: false, help: false };
const startUrl = 'https://acme.awsapps.com/start';
const everything = { startUrl, region: 'eu-west-1', session: 'acme', all: true, yes: true };
const sessionText = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`;
const profileText = (name: string, account: string, role: string) => `[profile ${name}]
# written by cdkx
sso_session = acme
sso_account_id = ${account}
sso_role_name = ${role}
`;
const allProfiles = [
  profileText('acme-dev-Developer', '111111111111', 'Developer'),
  profileText('acme-dev-ReadOnly', '111111111111', 'ReadOnly'),
  profileText('acme-prod-Deployer', '222222222222', 'Deployer'),
  profileText('acme-prod-ReadOnly', '222222222222', 'ReadOnly'),
];

const awsCli = findInstalled('AWS CLI v2') ?? '';
const describeWithAwsCli = awsCli === '' ? describe.skip : describe;
const expectedProfiles = Object.fromEntries(
  [
    ['acme-dev', '111111111111', 'Developer'],
    ['acme-dev', '111111111111', 'ReadOnly'],
    ['acme-prod', '222222222222', 'Deployer'],
    ['acme-prod', '222222222222', 'ReadOnly'],
  ].map(([name, account, role]) => [
    `${name}-${role}`,
    { sso_session: 'acme', sso_account_id: account, sso_role_name: role, region: 'eu-west-1' },
  ]),
);

describe('cdkx sso configure without a terminal', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  function createMachine(config?: string, signedIn = true) {
    const home = createHome(join(tempFolder(), 'home'), {
      ...(config === undefined ? {} : { config }),
      tokens: signedIn ? { acme: emulator.issueToken({ startUrl }) } : {},
    });
    const file = join(home, '.aws/config');
    // The stand-in's tokens are as old as the real clock says.
    const now = () => Date.now();
    const run = async (flags: ConfigureFlags) => {
      const ctx = createTestContext({ home, cwd: home, env: emulator.env() });
      const clocked = { ...ctx, clock: { ...ctx.clock, now } };
      const reporter = createReporter(clocked, 'normal');
      const code = await configureFromPortal({ ctx: clocked, reporter, flags: own }, checkOptions(flags)).catch(
        (error: unknown) => {
          if (error instanceof UserError) return error;
          throw error;
        },
      );
      return { code, stdout: ctx.written.stdout(), stderr: ctx.written.stderr() };
    };
    return { home, file, run, text: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined) };
  }

  it('writes the session and a profile for every role from nothing, and nothing more the second time', async () => {
    const { run, text } = createMachine();
    expect(await run(everything)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('wrote 4 profiles'),
    });
    expect(text()).toBe([sessionText, ...allProfiles].join('\n'));
    const again = await run({ all: true, yes: true });
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to write') });
    expect(text()).toBe([sessionText, ...allProfiles].join('\n'));
  });

  it.each([
    [{ session: 'nowhere' }, 'nowhere'],
    [{}, 'session'],
  ])('needs a start URL for %j, and names what is not known', async (flags, named) => {
    const { run, text } = createMachine(undefined, false);
    const { code } = await run({ ...flags, all: true, yes: true });
    expect(code).toMatchObject({ code: 'StartUrlRequired', exitCode: 64 });
    const { what } = (code as UserError).parts;
    expect(what).toContain(named);
    expect(what).not.toContain('undefined');
    expect(text()).toBeUndefined();
  });

  it.each<[ConfigureFlags, string, string]>([
    [{ region: 'eu' }, '--region', 'eu'],
    [{ profileRegion: 'eu' }, '--profile-region', 'eu'],
    [{ session: 'a b' }, '--session', 'a b'],
    [{ profile: 'a b' }, '--profile', 'a b'],
    [{ account: '1' }, '--account', '1'],
    [{ role: 'arn:aws:iam::1:role/R' }, '--role', 'arn:aws:iam::1:role/R'],
    [{ nameTemplate: '{nothing}' }, '--name-template', '{nothing}'],
    [{ startUrl: 'http://acme.example' }, '--start-url', 'http://acme.example'],
  ])('names the flag and its value where it is none: %j', (flags, flag, value) => {
    const words = new RegExp(`${flag}(?![\\w-])`);
    expect(() => checkOptions(flags)).toThrow(
      expect.objectContaining({ exitCode: 64, parts: expect.objectContaining({ what: expect.stringMatching(words) }) }),
    );
    expect(() => checkOptions(flags)).toThrow(value);
  });

  it('leaves everything else in the file as it was', async () => {
    const before = '# mine\r\n[default]\r\nregion=us-east-1 ; home\r\ns3 =\r\n  sso_session = x\r\n';
    const { run, text } = createMachine(before);
    await run({ ...everything, profileRegion: 'eu-north-1' });
    expect(text()?.startsWith(before)).toBe(true);
    expect(text()).toContain('[profile acme-dev-Developer]\r\n# written by cdkx\r\n');
    expect(text()?.match(/region = eu-north-1\r\n/g)).toHaveLength(4);
  });

  it('keeps a role that has a profile already, and evades a name that is another profile', async () => {
    const config = `${sessionText}\n${profileText('mine', '111111111111', 'Developer').replace(/#.*\n/, '')}\n[profile acme-dev-ReadOnly]\naws_access_key_id = a\naws_secret_access_key = b\n`;
    const { run, text } = createMachine(config);
    const { stderr } = await run({ all: true, yes: true });
    expect(stderr).toContain('1 role already has a profile: mine');
    expect(stderr).toContain('acme-dev-ReadOnly-111111111111');
    expect(text()).not.toContain('[profile acme-dev-Developer]');
    expect(text()).toContain(profileText('acme-dev-ReadOnly-111111111111', '111111111111', 'ReadOnly'));
  });

  it('shows the change on stdout with --dry-run and writes nothing', async () => {
    const { run, text } = createMachine();
    const { code, stdout } = await run({ ...everything, yes: false, dryRun: true });
    expect(code).toBe(0);
    expect(stdout).toContain('+ [profile acme-prod-Deployer]');
    expect(text()).toBeUndefined();
  });

  it('writes one profile by account and role', async () => {
    const { run, text } = createMachine(sessionText);
    const flags = { profile: 'prod', account: '222222222222', role: 'Deployer', yes: true };
    expect(await run(flags)).toMatchObject({ code: 0 });
    expect(text()).toBe(`${sessionText}\n${profileText('prod', '222222222222', 'Deployer')}`);
    expect(await run(flags)).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to write') });
  });

  it('takes account and role at their word where nobody is signed in', async () => {
    const { run, text } = createMachine(sessionText, false);
    const result = await run({ profile: 'prod', account: '222222222222', role: 'Deployer', yes: true });
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('did not check') });
    expect(text()).toContain('[profile prod]');
  });

  it('prunes only marked profiles whose role is gone', async () => {
    const gone = profileText('gone', '333333333333', 'Developer');
    const handMade = gone.replace(/#.*\n/, '').replace('profile gone', 'profile hand-made');
    const other = gone.replace('profile gone', 'profile other').replace('session = acme', 'session = elsewhere');
    const elsewhere = sessionText.replace('session acme', 'session elsewhere').replace('//acme', '//else');
    const config = [sessionText, elsewhere, ...allProfiles, gone, handMade, other].join('\n');
    const { run, text } = createMachine(config);
    expect(await run({ session: 'acme', prune: true, yes: true })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('removed 1'),
    });
    expect(text()).toBe([sessionText, elsewhere, ...allProfiles, handMade, other].join('\n'));
  });

  it('names an account that cannot be read, writes the rest, prunes nothing of it, and ends with 69', async () => {
    const { run, text } = createMachine([sessionText, profileText('old', '111111111111', 'Gone')].join('\n'));
    emulator.faults.add({ operation: 'ListAccountRoles', kind: 'error', status: 500, times: 5 });
    const { code, stderr } = await run({ all: true, prune: true, yes: true });
    expect(code).toBe(69);
    expect(stderr).toMatch(/of 1 of 2 accounts/);
    // Both are asked at once: which of them the portal fails is not for us to say.
    expect(text()).toMatch(/\[profile acme-(prod-Deployer|dev-Developer)\]/);
  });

  it('ends with 69 where no account can be read', async () => {
    const { run, text } = createMachine();
    emulator.faults.add({ operation: 'ListAccountRoles', kind: 'error', status: 500, times: 'always' });
    expect((await run(everything)).code).toMatchObject({ exitCode: 69 });
    expect(text()).toBeUndefined();
  });

  it.each<[what: string, flags: ConfigureFlags, exitCode: number, next: string]>([
    ['nothing said', {}, 64, '--yes'],
    ['no consent', { startUrl, region: 'eu-west-1', all: true }, 64, '--yes'],
    ['no session', { all: true, yes: true }, 64, '--start-url'],
    ['no choice', { ...everything, all: false }, 64, '--all --yes'],
    [
      'no choice for one profile',
      { ...everything, all: false, profile: 'x' },
      64,
      '--profile x --account 111111111111 --role Developer --yes',
    ],
    ['a role that is not assigned', { ...everything, role: 'Develper' }, 77, 'cdkx sso configure'],
    ['an account that is not assigned', { ...everything, account: '999999999999' }, 77, 'cdkx sso configure'],
  ])('fails with the command to run: %s', async (_, flags, exitCode, next) => {
    const { run, text } = createMachine();
    const { code } = await run(flags);
    expect(code).toMatchObject({ exitCode });
    expect(nextLines((code as UserError).parts.next).join('\n')).toContain(next);
    expect(text()).toBeUndefined();
  });

  it('ends with 77 and the login command where nobody is signed in', async () => {
    const { run } = createMachine(sessionText, false);
    expect((await run({ all: true, yes: true })).code).toMatchObject({ exitCode: 77 });
  });

  it.each<[what: string, config: string, flags: ConfigureFlags]>([
    ['a session of that name with another start URL', sessionText.replace('acme.aws', 'other.aws'), everything],
    ['a session of that name in another region', sessionText.replace('eu-west-1', 'eu-west-2'), everything],
    [
      'a session that only the AWS CLI reads',
      sessionText.replace('[sso-session acme]', '[ sso-session acme ]'),
      everything,
    ],
    [
      'a profile with keys of its own',
      '[profile x]\naws_access_key_id=a\naws_secret_access_key=b\n',
      { ...everything, all: false, profile: 'x', account: '111111111111', role: 'Developer' },
    ],
  ])('stops with 78 and changes nothing: %s', async (_, config, flags) => {
    const { run, text } = createMachine(config);
    expect((await run(flags)).code).toMatchObject({ exitCode: 78 });
    expect(text()).toBe(config);
  });

  it('writes what the AWS SDK reads as the same profiles', async () => {
    const { run, home, file } = createMachine();
    await run({ ...everything, profileRegion: 'eu-west-1' });
    const profiles = await parseKnownFiles({ configFilepath: file, filepath: join(home, 'none'), ignoreCache: true });
    expect(profiles).toMatchObject(expectedProfiles);
    expect(await loadSsoSessionData({ configFilepath: file })).toEqual({
      acme: { sso_start_url: startUrl, sso_region: 'eu-west-1', sso_registration_scopes: 'sso:account:access' },
    });
  });

  // Without the AWS CLI v2 on this machine the comparison is skipped, and reported as such.
  describeWithAwsCli('beside the AWS CLI v2', () => {
    it('writes what the AWS CLI v2 reads as the same profiles', async () => {
      const { run, home } = createMachine();
      await run({ ...everything, profileRegion: 'eu-west-1' });
      const aws = (...args: string[]) =>
        spawnSync(awsCli, args, { env: { HOME: home, PATH: '/usr/bin:/bin' }, encoding: 'utf8' }).stdout.trim();
      expect(aws('configure', 'list-profiles').split('\n').toSorted()).toEqual(Object.keys(expectedProfiles));
      for (const [profile, values] of Object.entries(expectedProfiles).slice(-1)) {
        const read = Object.keys(values).map((key) => [key, aws('configure', 'get', key, '--profile', profile)]);
        expect(Object.fromEntries(read)).toEqual(values);
      }
    });
  });
});

describe('cdkx sso configure with many accounts', () => {
  it('reads two hundred accounts of a portal that throttles', async () => {
    const accounts = Array.from({ length: 200 }, (_, index) => ({
      id: String(100_000_000_000 + index),
      name: `Team ${index}`,
      roles: ['Admin'],
    }));
    const emulator = await startEmulator({ accounts });
    try {
      emulator.faults.add({ operation: 'ListAccountRoles', kind: 'error', status: 429, times: 60 });
      const home = createHome(join(tempFolder(), 'home'), { tokens: { acme: emulator.issueToken({ startUrl }) } });
      const ctx = createTestContext({ home, cwd: home, env: emulator.env() });
      const clocked = { ...ctx, clock: { ...ctx.clock, now: () => Date.now() } };
      const code = await configureFromPortal(
        { ctx: clocked, reporter: createReporter(clocked, 'normal'), flags: own },
        checkOptions(everything),
      );
      expect(code).toBe(0);
      expect(readFileSync(join(home, '.aws/config'), 'utf8').match(/^\[profile /gm)).toHaveLength(200);
      expect(emulator.log.filter(({ status }) => status === 429)).toHaveLength(60);
    } finally {
      await emulator.close();
    }
  });
});

describe('cdkx sso configure --from-project', () => {
  const block = {
    account: '111111111111',
    role: 'Developer',
    region: 'eu-west-1',
    ssoSession: { name: 'acme', startUrl, region: 'eu-west-1' },
  };
  const from = async (profile: string, before = '') => {
    const home = createHome(join(tempFolder(), 'home'), { config: before });
    const ctx = createTestContext({ home });
    writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { ...block, profile } } }));
    const run = { ctx, reporter: createReporter(ctx, 'normal'), flags: own };
    const end = await configureFromProject(run, { yes: true }).catch((error: unknown) => (error as UserError).code);
    return { end, text: readFileSync(join(home, '.aws/config'), 'utf8') };
  };

  it('writes the profile and the session of the project, and only the profile where the session is there', async () => {
    const written = await from('acme-dev');
    expect(written.end).toBe(0);
    expect(written.text).toContain('[profile acme-dev]');
    expect(written.text).toContain('[sso-session acme]');
    const again = await from('acme-dev', sessionText);
    expect(again.end).toBe(0);
    expect(again.text).toBe(`${sessionText}\n${again.text.slice(sessionText.length + 1)}`);
    expect(again.text.match(/\[sso-session/g)).toHaveLength(1);
  });

  it('writes nothing where the project needs a profile that nobody should write', async () => {
    expect(await from('default')).toEqual({ end: 'FirstRunNotPossible', text: '' });
    const other = '[sso-session acme]\nsso_start_url = https://other.awsapps.com/start\nsso_region = eu-west-1\n';
    expect(await from('acme-dev', other)).toEqual({ end: 'ConfigNotEditable', text: other });
  });
});
