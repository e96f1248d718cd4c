import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCdkx } from '../helpers/cli.ts';
import type { HomeFiles } from '../helpers/home.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'y' };
const past = '2020-01-01T00:00:00+00:00';
const future = '2999-01-01T00:00:00+0000';
const webIdentity = {
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere',
  AWS_ROLE_ARN: 'arn:aws:iam::333333333333:role/ci',
  AMAZON_REGION: 'cn-north-1',
};

interface Run {
  readonly args?: readonly string[];
  readonly files?: HomeFiles;
  readonly env?: Readonly<Record<string, string>>;
  readonly pin?: string;
}

/** Runs cdkx without a terminal in a project that pins nothing. The `cdk` says that it ran. */
async function run({ args = ['deploy'], files = {}, env = {}, pin }: Run) {
  const project = createScriptedProject('console.log("cdk ran")', { config: '', ...files });
  writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(pin === undefined ? {} : { profile: pin }));
  const result = await runCdkx(args, { ...project, env: { ...project.env, ...env } });
  return { ...result, hasRun: result.stdout.includes('cdk ran'), lines: result.stderr.trimEnd().split('\n') };
}

describe('without a terminal, cdkx says before cdk starts', () => {
  it.each<[string, Run, string[]]>([
    ['that keys are used', { env: keys }, ['AWS_ACCESS_KEY_ID', 'region us-east-1']],
    ['that they win over AWS_PROFILE', { env: { ...keys, AWS_PROFILE: 'dev' } }, ['AWS_PROFILE=dev ignored']],
    [
      'that they win over AWS_DEFAULT_PROFILE',
      { env: { ...keys, AWS_DEFAULT_PROFILE: 'dev' } },
      ['AWS_DEFAULT_PROFILE=dev ignored'],
    ],
    ['that keys are used beside an empty AWS_PROFILE', { env: { ...keys, AWS_PROFILE: '' } }, ['AWS_ACCESS_KEY_ID']],
    ['how long they last', { env: { ...keys, AWS_SESSION_EXPIRATION: future } }, [' left']],
    [
      'which pin --no-profile took away',
      { args: ['deploy', '--no-profile'], env: keys, pin: 'dev' },
      ['"dev"', 'ignored'],
    ],
    ['whose the web identity is', { env: webIdentity }, ['333333333333', 'role ci', 'cn-north-1 (AMAZON_REGION)']],
    [
      'that a container gives them',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9' } },
      ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
    ],
    [
      'that a profile has settings only',
      { env: { AWS_PROFILE: 'x' }, files: { config: '[profile x]\nregion = eu-west-1\n' } },
      ['no AWS credentials found', '"x" (AWS_PROFILE) has no credentials'],
    ],
    ['that there is nothing', { args: ['synth'] }, ['no AWS credentials found']],
  ])('%s, in one line', async (_, given, words) => {
    const { exitCode, hasRun, lines } = await run(given);
    expect({ exitCode, hasRun }).toEqual({ exitCode: 0, hasRun: true });
    for (const word of words) expect(lines[0]).toContain(word);
    expect(lines.filter((line) => line.startsWith('cdkx:'))).toHaveLength(1);
  });

  it('nothing with --cdkx-quiet, and nothing on stdout ever', async () => {
    const { stderr, stdout } = await run({ args: ['deploy', '--cdkx-quiet'], env: keys });
    expect({ stderr, stdout }).toEqual({ stderr: '', stdout: 'cdk ran\n' });
  });

  it.each<[string, Run, string]>([
    ['sso configure without profiles', {}, 'cdkx sso configure'],
    ['profile pin with some', { files: { config: sharedConfig } }, 'cdkx profile pin'],
  ])('what helps if a required command finds nothing: %s', async (_, given, command) => {
    const { exitCode, hasRun, lines } = await run(given);
    expect({ exitCode, hasRun }).toEqual({ exitCode: 0, hasRun: true });
    expect(lines).toContain(`    ${command}`);
  });

  it.each(['[ default ]', '[profile  default]'])('why cdk reads no default profile: %s', async (header) => {
    const files = { config: `${header}\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n` };
    const { exitCode, stderr } = await run({ files });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/ignores the default section in ~\/\.aws\/config/);
  });

  it.each<[string, Run, string[]]>([
    ['one half of a key pair', { env: { AWS_ACCESS_KEY_ID: 'x' } }, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']],
    [
      'a web identity without a role',
      { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere' } },
      ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
    ],
    ['a config file that is not there', { env: { AWS_CONFIG_FILE: './typo' } }, ['AWS_CONFIG_FILE is set to ./typo']],
    [
      'a credentials file that is not there',
      { env: { AWS_SHARED_CREDENTIALS_FILE: '/nope' } },
      ['AWS_SHARED_CREDENTIALS_FILE is set to /nope'],
    ],
    [
      'a config file in UTF-16',
      { files: { config: Buffer.from('[default]', 'utf16le').toString() } },
      ['~/.aws/config', 'UTF-16'],
    ],
  ])('what is there and cannot be used: %s', async (_, given, words) => {
    const { exitCode, hasRun, stderr } = await run(given);
    expect({ exitCode, hasRun }).toEqual({ exitCode: 0, hasRun: true });
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).toContain('    cdkx sso configure');
  });

  it('nothing of a block that is null, which cdk takes for none', async () => {
    const project = createScriptedProject('console.log("cdk ran")', { config: '' });
    writeFileSync(join(project.cwd, 'cdk.json'), '{ "context": { "cdkx": null } }');
    const { exitCode, stdout } = await runCdkx(['synth'], project);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'cdk ran\n' });
  });

  it('in CI the advice of CI, and no sign-in', async () => {
    const { stderr, hasRun } = await run({ env: { CI: 'true' } });
    expect(hasRun).toBe(true);
    expect(stderr).toContain('OIDC');
    expect(stderr).not.toMatch(/configure|login/);
  });
});

const session = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';
const sso = 'sso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Dev\n';
const staleKeys = (expiry: string) =>
  `[dev]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\naws_session_token = y\n${expiry}\n`;

describe('what is certain to fail is an error before cdk starts', () => {
  it.each<[string, Run, number, string[]]>([
    [
      'expired keys in the environment',
      { env: { ...keys, AWS_PROFILE: 'dev', AWS_CREDENTIAL_EXPIRATION: past } },
      77,
      ['AWS_CREDENTIAL_EXPIRATION', '"dev"', 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'],
    ],
    ['the same by the variable of granted', { env: { ...keys, AWS_SESSION_EXPIRATION: past } }, 77, ['unset']],
    ...[
      'x_security_token_expires = 2020-01-01T00:00:00Z',
      'aws_expiration = 2020-01-01T00:00:00+00:00',
      'expiration = 2020-01-01 00:00:00',
      'aws_session_expiration = 2020-01-01T00:00:00+0000',
      'aws_credential_expiration = 2020-01-01T00:00:00Z',
      'aws_credentials_expiration = 2020-01-01T00:00:00Z',
      'aws_session_token_expiration = 2020-01-01T00:00:00Z',
      'expires = 2020-01-01T00:00:00Z',
    ].map((expiry): [string, Run, number, string[]] => [
      `expired keys of a profile: ${expiry}`,
      { env: { AWS_PROFILE: 'dev' }, files: { credentials: staleKeys(expiry) } },
      77,
      ['2020-01-01T00:00:00.000Z'],
    ]),
    [
      'expired keys that hide SSO settings',
      {
        env: { AWS_PROFILE: 'dev' },
        files: { config: `[profile dev]\n${sso}${session}`, credentials: staleKeys('expires = 2020-01-01T00:00:00Z') },
      },
      77,
      ['Delete section [dev] from ~/.aws/credentials'],
    ],
    [
      'a profile with settings only',
      { args: ['deploy', '--profile', 'x'], files: { config: '[profile x]\nregion = eu-west-1\n' } },
      78,
      ['"x"', 'cdkx sso configure --profile x'],
    ],
    [
      'the same, pinned',
      { pin: 'x', files: { config: '[profile x]\nregion = eu-west-1\n' } },
      78,
      ['cdkx sso configure --profile x'],
    ],
    [
      'the same by CDK_PROFILE',
      { env: { CDK_PROFILE: 'x' }, files: { config: '[profile x]\nregion = eu-west-1\n' } },
      78,
      ['cdkx sso configure --profile x'],
    ],
    ...(
      [
        ['AWS_ACCESS_KEY_ID=AKIAEXAMPLE', '~/.aws/credentials:2: AWS_ACCESS_KEY_ID'],
        ['aws_access_key_id: AKIAEXAMPLE', '":"'],
        ['export AWS_ACCESS_KEY_ID="AKIAEXAMPLE"', '"export"'],
        ['"aws_access_key_id" = AKIAEXAMPLE', 'quotes'],
        ['credential_process: true', 'credential_process'],
        ['SSO_START_URL = https://acme.awsapps.com/start', 'sso_start_url'],
      ] as const
    ).map(([line, word]): [string, Run, number, string[]] => [
      `a profile whose key cannot be read: ${line}`,
      { args: ['deploy', '--profile', 'x'], files: { credentials: `[x]\n${line}\n` } },
      78,
      ['~/.aws/credentials:2:', word],
    ]),
    ...['sso_session: acme', 'SSO_Session = acme', 'sso-session = acme'].map(
      (line): [string, Run, number, string[]] => [
        `a misspelt key of an SSO profile: ${line}`,
        {
          args: ['deploy', '--profile', 'x'],
          files: { config: `[profile x]\n${line}\nsso_account_id = 111111111111\nsso_role_name = Dev\n${session}` },
        },
        78,
        ['~/.aws/config:2:'],
      ],
    ),
    ...['role_arn: arn:aws:iam::222222222222:role/x', 'Role_Arn = arn:aws:iam::222222222222:role/x'].map(
      (line): [string, Run, number, string[]] => [
        `a misspelt key of a role profile: ${line}`,
        {
          args: ['deploy', '--profile', 'x'],
          files: { config: `[profile x]\n${line}\nsource_profile = dev\n[profile dev]\n${sso}${session}` },
        },
        78,
        ['~/.aws/config:2:'],
      ],
    ),
    ...['1111-1111-1111', '"111111111111"', '12345678910', '111111111111 (dev)'].map(
      (account): [string, Run, number, string[]] => [
        `an account that is none: ${account}`,
        {
          args: ['deploy', '--profile', 'x'],
          files: { config: `[profile x]\n${sso.replace('111111111111', account)}${session}` },
        },
        78,
        ['sso_account_id', 'twelve digits'],
      ],
    ),
    ...['11111111111:role/x', '111111111111:x', '1111-1111-1111:role/x', '111111111111:user/x'].map(
      (end): [string, Run, number, string[]] => [
        `a role that is none: ${end}`,
        {
          args: ['deploy', '--profile', 'x'],
          files: {
            config: `[profile x]\nrole_arn = arn:aws:iam::${end}\nsource_profile = dev\n[profile dev]\n${sso}${session}`,
          },
        },
        78,
        ['role_arn of profile "x"', end],
      ],
    ),
    [
      'a profile of aws-vault’s include_profile',
      { args: ['deploy', '--profile', 'x'], files: { config: '[profile x]\ninclude_profile = y\n' } },
      78,
      ['include_profile'],
    ],
    [
      'a source_profile in another case, in a dry run too',
      {
        args: ['deploy', '--profile', 'x', '--cdkx-dry-run'],
        files: {
          config: `[profile x]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = Dev\n[profile dev]\n${sso}${session}`,
        },
      },
      78,
      ['"Dev"', 'Did you mean "dev"'],
    ],
    [
      'an MFA code without a terminal',
      {
        env: { AWS_PROFILE: 'm' },
        files: {
          config: '[profile m]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = k\nmfa_serial = phone\n',
          credentials: '[k]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n',
        },
      },
      77,
      ['phone'],
    ],
  ])('%s', async (_, given, exitCode, words) => {
    const result = await run(given);
    expect({ exitCode: result.exitCode, hasRun: result.hasRun }).toEqual({ exitCode, hasRun: false });
    for (const word of words) expect(result.stderr).toContain(word);
    expect(result.stderr).not.toContain('AKIAEXAMPLE');
  });
});

describe('a default profile that nobody named and that cannot work', () => {
  it.each([
    'sso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1',
    'role_arn = arn:aws:iam::222222222222:role/x\nsource_profile = b\n[profile b]\nregion = eu-west-1',
    'role_arn = arn:aws:iam::222222222222:role/x',
    'source_profile = b',
    'sso_session = gone',
    'sso_session: acme\nsso_account_id = 111111111111\nsso_role_name = Dev',
    'sso_session = acme',
    'credential_source = EcsContainer',
    'aws_access_key_id = AKIAEXAMPLE',
    `${sso.replace('111111111111', '1111-1111-1111')}${session}`,
  ])('is said, and cdk goes on: %j', async (section) => {
    for (const args of [['synth'], ['deploy'], ['deploy', '--no-profile']]) {
      const { exitCode, hasRun, lines } = await run({ args, files: { config: `[default]\n${section}\n` } });
      expect({ exitCode, hasRun }).toEqual({ exitCode: 0, hasRun: true });
      expect(lines[0]).toMatch(/no AWS credentials found.*default profile/);
    }
  });

  it('stops a command that names it', async () => {
    const files = { config: '[default]\nsso_session = gone\n' };
    expect(await run({ args: ['deploy', '--profile', 'default'], files })).toMatchObject({
      exitCode: 78,
      hasRun: false,
    });
  });
});
