import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../../lib/aws-config/shared-config.ts';
import { formatCredentials } from '../../../lib/commands/sso/credentials-format.ts';
import { profileOfCdkxProcess, refuseRecursion } from '../../../lib/commands/sso/credentials.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { cdkxPath } from '../../helpers/cli.ts';
import { createHome } from '../../helpers/home.ts';
import { hasShell } from '../../helpers/installed.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { config, credentials, type OwnSetup, runOwn } from '../run-cdkx.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'program env');

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    accounts: [
      { id: '111111111111', roles: ['Developer'] },
      {
        id: '222222222222',
        roles: ['Deployer'],
        iamRoles: [{ name: 'Vendor', trusts: ['111111111111'], externalId: 'agreed', maxSessionSeconds: 43_200 }],
      },
    ],
  });
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

function run(flags: readonly string[], more: OwnSetup = {}) {
  return runOwn(['sso', 'credentials', ...flags], {
    config,
    credentials,
    tokens: { acme: emulator.issueToken({ expiresIn: 3600 }) },
    ...more,
    env: { ...emulator.env(), ...more.env },
  });
}

describe('cdkx sso credentials', () => {
  it('is a credential_process: one JSON object on stdout, nothing else', async () => {
    const { exitCode, stdout, stderr } = await run(['--profile', 'acme-dev']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const answer = JSON.parse(stdout) as Record<string, string>;
    expect(Object.keys(answer)).toEqual([
      'Version',
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
      'AccountId',
    ]);
    expect(answer).toMatchObject({ Version: 1, AccountId: '111111111111' });
    expect(answer['Expiration']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(answer['Expiration'] ?? '')).toBeGreaterThan(Date.now() + 3000 * 1000);
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  it('gives the profile of the project, and its account with --format json', async () => {
    const { exitCode, stdout } = await run(['--format', 'json'], { projectJson: { context: { cdkx: 'acme-prod' } } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, profile: 'acme-prod', accountId: '222222222222' });
  });

  it.each([
    ['external_id = agreed', 3600],
    ['external_id = agreed\nduration_seconds = 1800', 1800],
  ])('gives those of a role in another account, by the settings of its profile: %s', async (settings, seconds) => {
    const chain = `${config}
[profile vendor]
role_arn = arn:aws:iam::222222222222:role/Vendor
source_profile = acme-dev
region = eu-north-1
${settings}
`;
    const { exitCode, stdout } = await run(['--profile', 'vendor'], { config: chain });
    expect(exitCode).toBe(0);
    const answer = JSON.parse(stdout) as Record<string, string>;
    expect(answer).toMatchObject({ AccountId: '222222222222' });
    expect(Math.round((Date.parse(answer['Expiration'] ?? '') - Date.now()) / 10_000)).toBe(seconds / 10);
  });

  it('renews the session first where it can', async () => {
    emulator.log.length = 0;
    const { exitCode } = await run(['--profile', 'acme-dev'], {
      tokens: { acme: emulator.issueToken({ expiresIn: -1, refreshable: true }) },
    });
    expect(exitCode).toBe(0);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['CreateToken', 'GetRoleCredentials']);
  });

  it('gives keys that never end without what they have not', async () => {
    const { stdout } = await run(['--profile', 'keys']);
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      SecretAccessKey: 'secret-of-keys',
    });
  });

  it.each([
    ['not signed in', ['--profile', 'acme-dev'], { tokens: {} }, 77, /cdkx sso login --profile acme-dev/],
    ['no access to the role', ['--profile', 'no-access'], {}, 77, /no access to role Owner/],
    ['keys that have ended', ['--profile', 'ended'], {}, 77, /expired/],
    ['a profile that cannot work', ['--profile', 'broken'], {}, 78, /no \[sso-session nowhere\]/],
    ['a profile with settings only', ['--profile', 'only-settings'], {}, 78, /settings only/],
    ['a profile that is not defined', ['--profile', 'nobody'], {}, 78, /no profile named "nobody"/],
    ['no profile', [], {}, 78, /no AWS profile selected/],
    ['a sign-in of aws login that is missing', ['--profile', 'console'], { env: { PATH: '' } }, 77, /aws login/],
  ] as const)('fails with nothing on stdout: %s', async (_, flags, more, code, message) => {
    const { exitCode, stdout, stderr } = await run(flags, more);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('fails where the portal cannot be reached', async () => {
    emulator.faults.add({ operation: '*', kind: 'reset', times: 'always' });
    const { exitCode, stdout, stderr } = await run(['--profile', 'acme-dev']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: '' });
    expect(stderr).not.toContain('secret');
  });

  it.each([
    ['acme-dev', 'cdkx sso credentials --profile acme-dev'],
    ['loop', 'npx cdkx sso credentials'],
    ['loop', '"/opt/my tools/cdkx" sso credentials --format process --profile=loop'],
  ])('refuses profile loop whose credential_process asks profile %s by %s', async (_, command) => {
    const looping = `${config.replace('[profile acme-dev]', '[profile acme-dev]\ncredential_process = cdkx sso credentials --profile loop')}
[profile loop]
credential_process = ${command}
`;
    const { exitCode, stdout, stderr } = await run(['--profile', 'loop'], { config: looping });
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(stderr).toMatch(/^cdkx: .*"loop"/);
    expect(stderr).toContain('credential_process = cdkx sso credentials --profile NAME');
  });
});

describe('a credential_process', () => {
  itOnPosix('that is cdkx serves the AWS SDK for JavaScript, and so cdk', async () => {
    const home = createHome(tempFolder(), { config, tokens: { acme: emulator.issueToken({ expiresIn: 3600 }) } });
    const portal = emulator.env()['AWS_ENDPOINT_URL_SSO'];
    const configFilepath = join(home, 'process-config');
    const command = `env HOME=${home} AWS_ENDPOINT_URL_SSO=${portal} ${process.execPath} ${cdkxPath} sso credentials --profile acme-dev`;
    writeFileSync(configFilepath, `[profile by-process]\ncredential_process = ${command}\n`);
    const provider = fromIni({
      profile: 'by-process',
      configFilepath,
      filepath: join(home, 'none'),
      ignoreCache: true,
    });
    expect(await provider()).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA/),
      sessionToken: expect.any(String),
      expiration: expect.any(Date),
    });
  });

  it('knows its own file, and its flags wherever they stand', () => {
    for (const command of [
      'node /x/dist/cdkx.cjs sso credentials --profile a',
      'node /x/dist/cdkx.mjs --cdkx-quiet sso credentials --profile a',
      'cdkx sso --cdkx-verbose credentials --profile=a --cdkx-quiet',
    ])
      expect(profileOfCdkxProcess(command)).toBe('a');
  });

  it.each([
    ['cdkx sso credentials --profile acme', 'acme'],
    ['cdkx sso credentials --profile=acme', 'acme'],
    ['npx -y cdkx@1 sso credentials --profile "acme"', 'acme'],
    ['C:\\tools\\cdkx.cmd sso credentials', ''],
    ['cdkx sso login', undefined],
    ['aws configure export-credentials --profile acme', undefined],
    ['my-cdkx sso credentials', undefined],
  ])('%s asks cdkx for %s', (command, profile) => {
    expect(profileOfCdkxProcess(command)).toBe(profile);
  });
});

const shells = [
  ['env', 'bash'],
  ['env', 'sh'],
  ['env', 'zsh'],
  ['fish', 'fish'],
] as const;

describe('the formats for shells', () => {
  const hostile = {
    profile: 'p',
    accessKeyId: 'AKIA',
    secretAccessKey: `a'b"c$d\`e\\f g;h`,
    sessionToken: '$(touch /tmp/owned)',
    expiration: new Date('2026-06-01T12:00:00.123Z'),
  };
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'];
  const values = [hostile.accessKeyId, hostile.secretAccessKey, hostile.sessionToken, '2026-06-01T12:00:00Z'];
  const dump = `"${process.execPath}" -e 'console.log(JSON.stringify(["${names.join('","')}"].map((name) => process.env[name] ?? null)))'`;

  onPosix(describe, 'shells of that kind').each(shells)('%s: %s', (format, shell) => {
    const whereItIs = shell === 'sh' || hasShell(shell) ? it : it.skip;

    whereItIs('takes every character as it is', () => {
      const script = `${formatCredentials(hostile, format).join('\n')}\n${dump}`;
      expect(JSON.parse(execFileSync(shell, ['-c', script], { encoding: 'utf8' }))).toEqual(values);
    });

    whereItIs('forgets a session token that an earlier run has left', () => {
      const { sessionToken: _token, expiration: _end, ...keys } = hostile;
      const script = `${formatCredentials(keys, format).join('\n')}\n${dump}`;
      const env = { ...process.env, AWS_SESSION_TOKEN: 'old', AWS_CREDENTIAL_EXPIRATION: 'old' };
      expect(JSON.parse(execFileSync(shell, ['-c', script], { encoding: 'utf8', env }))).toEqual([
        ...values.slice(0, 2),
        null,
        null,
      ]);
    });
  });

  it('fish: only the backslash and the quote are special within quotes', () => {
    expect(formatCredentials(hostile, 'fish')).toContain(`set -gx AWS_SECRET_ACCESS_KEY 'a\\'b"c$d\`e\\\\f g;h'`);
  });

  it('windows-cmd: as the AWS CLI writes them, and an earlier session token is taken away', () => {
    const { sessionToken: _token, ...keys } = { ...hostile, secretAccessKey: 'a/b+c=' };
    expect(formatCredentials(keys, 'windows-cmd')).toEqual([
      'set AWS_ACCESS_KEY_ID=AKIA',
      'set AWS_SECRET_ACCESS_KEY=a/b+c=',
      'set AWS_SESSION_TOKEN=',
      'set AWS_CREDENTIAL_EXPIRATION=2026-06-01T12:00:00Z',
    ]);
  });

  it('powershell: quotes are doubled', () => {
    expect(formatCredentials(hostile, 'powershell').slice(0, 2)).toEqual([
      "$Env:AWS_ACCESS_KEY_ID='AKIA'",
      `$Env:AWS_SECRET_ACCESS_KEY='a''b"c$d\`e\\f g;h'`,
    ]);
  });
});

describe('a profile whose credential process is cdkx', () => {
  const by = (profile: string) => `cdkx sso credentials --profile ${profile}`;
  const judge = (chain: Readonly<Record<string, string>>) => {
    const text = Object.entries(chain).map(([name, command]) => `[profile ${name}]\ncredential_process = ${command}\n`);
    const home = createHome(join(tempFolder(), 'home'), { config: config + text.join('') });
    const read = readSharedConfig({ env: {}, home, cwd: home });
    const source = { kind: 'process', profile: 'a', command: chain['a'] ?? '' } as const;
    return () => refuseRecursion({ name: 'a', source }, { config: read });
  };

  it.each([
    [{ a: by('acme-dev') }],
    [{ a: by('b'), b: by('acme-dev') }],
    [{ a: by('b'), b: by('c'), c: 'other-tool' }],
  ])('is good where it ends at another source: %j', (chain) => {
    expect(judge(chain)).not.toThrow();
  });

  it.each([[{ a: by('a') }], [{ a: by('b'), b: by('a') }], [{ a: by('b'), b: by('c'), c: by('b') }]])(
    'is refused where it comes back: %j',
    (chain) => {
      expect(judge(chain)).toThrow(expect.objectContaining({ code: 'CredentialLoop' }));
    },
  );
});
