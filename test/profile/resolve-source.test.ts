import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { type CredentialSource, leafSource } from '../../lib/profile/source.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const session = '[sso-session s]\nsso_start_url = https://s/start\nsso_region = eu-west-1\n';
const sso = 'sso_session = s\nsso_account_id = 111111111111\nsso_role_name = Dev\n';
const legacy =
  'sso_start_url = https://s/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = Dev\n';
const keys = 'aws_access_key_id = AKID\naws_secret_access_key = secret\n';
const role = 'role_arn = arn:aws:iam::222222222222:role/path/Deploy\n';
const processKeys = `credential_process = echo {\\"Version\\":1,\\"AccessKeyId\\":\\"PROCESS\\",\\"SecretAccessKey\\":\\"x\\"}\n`;

/** Each row: the config file, the profile `p` being asked for, and what comes of it. */
const rows: readonly (readonly [name: string, config: string, outcome: string])[] = [
  ['SSO through a session', `[profile p]\n${sso}${session}`, 'sso-session'],
  ['legacy SSO', `[profile p]\n${legacy}`, 'legacy-sso'],
  ['a session section that is missing', `[profile p]\n${sso}`, 'missing-session'],
  [
    'a session name with spaces',
    `[profile p]\n${sso.replace('= s', '= My SSO')}[sso-session 'My SSO']\nsso_region = x\n`,
    'missing-session',
  ],
  [
    'a session without region',
    `[profile p]\n${sso}[sso-session s]\nsso_start_url = https://s/start\n`,
    'missing-sso-keys',
  ],
  ['a session without start URL', `[profile p]\n${sso}[sso-session s]\nsso_region = eu-west-1\n`, 'missing-sso-keys'],
  ['no account', `[profile p]\nsso_session = s\nsso_role_name = Dev\n${session}`, 'missing-sso-keys'],
  ['no role', `[profile p]\nsso_session = s\nsso_account_id = 111111111111\n${session}`, 'missing-sso-keys'],
  ['only a session', `[profile p]\nsso_session = s\n${session}`, 'missing-sso-keys'],
  [
    'only legacy URL and region',
    '[profile p]\nsso_start_url = https://s/start\nsso_region = eu-west-1\n',
    'missing-sso-keys',
  ],
  ["a region that differs from the session's", `[profile p]\n${sso}sso_region = us-east-1\n${session}`, 'sso-session'],
  ["a region that equals the session's", `[profile p]\n${sso}sso_region = eu-west-1\n${session}`, 'sso-session'],
  [
    'a region in the profile but not in the session',
    `[profile p]\n${sso}sso_region = eu-west-1\n[sso-session s]\nsso_start_url = https://s/start\n`,
    'missing-sso-keys',
  ],
  [
    'an account inside the session',
    `[profile p]\nsso_session = s\nsso_role_name = Dev\n${session}sso_account_id = 111111111111\n`,
    'missing-sso-keys',
  ],
  ['a profile that is missing', `[profile q]\n${sso}${session}`, 'missing-profile'],
  ['only settings', '[profile p]\nregion = eu-west-1\n', 'none'],
  ['static keys', `[profile p]\n${keys}`, 'static'],
  ['static keys beside SSO', `[profile p]\n${keys}${sso}${session}`, 'static'],
  ['temporary keys', `[profile p]\n${keys}aws_session_token = t\n`, 'temporary'],
  ['half a key pair', '[profile p]\naws_access_key_id = AKID\n', 'missing-keys'],
  ['a process beside SSO', `[profile p]\n${processKeys}${sso}${session}`, 'process'],
  [
    'SSO beside a login session',
    `[profile p]\nlogin_session = arn:aws:iam::111111111111:user/x\n${sso}${session}`,
    'sso-session',
  ],
  ['a login session', '[profile p]\nlogin_session = arn:aws:iam::111111111111:user/x\n', 'login'],
  [
    'a role on an SSO profile',
    `[profile p]\n${role}source_profile = q\n[profile q]\n${sso}${session}`,
    'assume-role of sso-session',
  ],
  [
    'a role on a legacy SSO profile',
    `[profile p]\n${role}source_profile = q\n[profile q]\n${legacy}`,
    'assume-role of legacy-sso',
  ],
  [
    'a role on a role on SSO',
    `[profile p]\n${role}source_profile = q\n[profile q]\n${role}source_profile = r\n[profile r]\n${sso}${session}`,
    'assume-role of assume-role of sso-session',
  ],
  [
    'a role beside SSO keys and a source',
    `[profile p]\n${role}source_profile = q\n${sso}[profile q]\n${keys}${session}`,
    'assume-role of static',
  ],
  ['a role without source beside SSO', `[profile p]\n${role}${sso}${session}`, 'sso-session'],
  ['a role without source', `[profile p]\n${role}`, 'missing-source-profile'],
  ['a source without role', `[profile p]\nsource_profile = q\n[profile q]\n${keys}`, 'missing-keys'],
  [
    'a role that is its own source, with keys',
    `[profile p]\n${role}source_profile = p\n${keys}`,
    'assume-role of static',
  ],
  [
    'a role that is its own source, without keys',
    `[profile p]\n${role}source_profile = p\n`,
    'assume-role of assume-role of cycle',
  ],
  [
    'a circle of two',
    `[profile p]\n${role}source_profile = q\n[profile q]\n${role}source_profile = p\n`,
    'assume-role of assume-role of assume-role of cycle',
  ],
  ['a source that is missing', `[profile p]\n${role}source_profile = q\n`, 'assume-role of missing-source-profile'],
  [
    'a source with only settings',
    `[profile p]\n${role}source_profile = q\n[profile q]\nregion = x\n`,
    'assume-role of missing-source-profile',
  ],
  [
    'source and credential_source',
    `[profile p]\n${role}source_profile = q\ncredential_source = Environment\n[profile q]\n${keys}`,
    'conflicting-sources',
  ],
  ['a role on the environment', `[profile p]\n${role}credential_source = Environment\n`, 'assume-role of ambient'],
  [
    'an unknown credential_source',
    `[profile p]\n${role}credential_source = Cloud\n`,
    'assume-role of unknown-credential-source',
  ],
  [
    'a source with credential_source and no role',
    `[profile p]\n${role}source_profile = q\n[profile q]\ncredential_source = Environment\n`,
    'assume-role of ambient',
  ],
  ['credential_source without role', '[profile p]\ncredential_source = Environment\n', 'none'],
  ['a web identity', `[profile p]\n${role}web_identity_token_file = TOKEN_FILE\n`, 'web-identity'],
  ['a web identity without role', '[profile p]\nweb_identity_token_file = TOKEN_FILE\n', 'missing-keys'],
];

describe('the credential source of a profile', () => {
  const saved = { ...process.env };
  let home: string;

  beforeEach(() => {
    home = createHome(tempFolder(), {});
    for (const name of Object.keys(process.env)) if (/^(AWS|AMAZON|CDK)_/.test(name)) delete process.env[name];
    Object.assign(process.env, { HOME: home, AWS_ACCESS_KEY_ID: 'AMBIENT', AWS_SECRET_ACCESS_KEY: 'x' });
    writeFileSync(join(home, 'token'), 'jwt');
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, saved);
  });

  it.each(rows)('is found for %s', (_, config, outcome) => {
    createHome(home, { config: config.replace('TOKEN_FILE', join(home, 'token')) });
    const read = readSharedConfig({ env: {}, home, cwd: home });
    expect(describeSource(resolveCredentialSource(read, 'p', {}))).toBe(outcome);
  });

  // cmd.exe has no echo that prints JSON as it is.
  const rowsOfSdk = process.platform === 'win32' ? rows.filter(([, config]) => !config.includes(processKeys)) : rows;

  it.each(rowsOfSdk)('is what the SDK finds for %s', async (_, config, outcome) => {
    createHome(home, { config: config.replace('TOKEN_FILE', join(home, 'token')) });
    expect(await askSdk()).toBe(sdkOutcome(outcome));
  });
});

function describeSource(source: CredentialSource): string {
  if (source.kind === 'assume-role') return `assume-role of ${describeSource(source.source)}`;
  return source.kind === 'invalid' ? source.problem.code : source.kind;
}

/** What the real `fromIni` does with profile `p`: roles are assumed by a stand-in that returns its source's key, prefixed. */
async function askSdk(): Promise<string> {
  const provider = fromIni({
    profile: 'p',
    ignoreCache: true,
    roleAssumer: async (source) => ({ ...source, accessKeyId: `role ${source.accessKeyId}` }),
    roleAssumerWithWebIdentity: async () => ({ accessKeyId: 'WEB', secretAccessKey: 'x' }),
  });
  try {
    return (await provider()).accessKeyId;
  } catch (error) {
    const { message } = error as Error;
    const known = [
      'SSO session token associated with profile',
      'SSO session associated with this profile is invalid',
      "reading 'sso_region'",
      'invalid SSO credentials',
      'Detected a cycle',
      'Unsupported credential source',
      'Could not resolve credentials using profile',
      'Failed to load token from',
    ];
    return known.find((part) => message.includes(part)) ?? message;
  }
}

/** What our word for an outcome means in the SDK's. */
function sdkOutcome(outcome: string): string {
  const chain = outcome.split(' of ');
  const leaf = chain.at(-1) ?? '';
  const errors: Record<string, string> = {
    'sso-session': 'SSO session token associated with profile',
    'legacy-sso': 'SSO session associated with this profile is invalid',
    'missing-session': "reading 'sso_region'",
    'missing-sso-keys': 'invalid SSO credentials',
    'missing-keys': 'Could not resolve credentials using profile',
    cycle: 'Detected a cycle',
    login: 'Failed to load token from',
    'unknown-credential-source': 'Unsupported credential source',
    'missing-profile': 'Could not resolve credentials using profile',
    'missing-source-profile': 'Could not resolve credentials using profile',
    'conflicting-sources': 'Could not resolve credentials using profile',
    none: 'Could not resolve credentials using profile',
  };
  const credentials: Record<string, string> = {
    static: 'AKID',
    temporary: 'AKID',
    process: 'PROCESS',
    ambient: 'AMBIENT',
    'web-identity': 'WEB',
  };
  return credentials[leaf] === undefined
    ? (errors[leaf] ?? leaf)
    : 'role '.repeat(chain.length - 1) + credentials[leaf];
}

describe('the details of a source', () => {
  const read = (config: string, env = {}) => {
    const home = createHome(tempFolder(), { config });
    return resolveCredentialSource(readSharedConfig({ env, home, cwd: home }), 'p', env);
  };

  it.each([
    ['x_security_token_expires = 2026-11-24T10:00:00+01:00', '2026-11-24T09:00:00.000Z'],
    ['aws_expiration = 2026-11-24T10:00:00Z', '2026-11-24T10:00:00.000Z'],
    ['expiration = 2026-11-24 10:00:00', '2026-11-24T10:00:00.000Z'],
    ['expiration = soon', undefined],
    ['', undefined],
  ])('reads when temporary credentials end from "%s"', (line, expected) => {
    const source = read(`[profile p]\n${keys}aws_session_token = t\n${line}\n`);
    expect(source.kind === 'temporary' && source.expiresAt?.toISOString()).toBe(expected);
  });

  it('takes start URL, region and scopes from the session', () => {
    const source = read(`[profile p]\n${sso}sso_region = us-east-1\n${session}sso_registration_scopes = a, b ,,\n`);
    expect(leafSource(source)).toMatchObject({
      accountId: '111111111111',
      roleName: 'Dev',
      session: { name: 's', startUrl: 'https://s/start', region: 'eu-west-1', scopes: ['a', 'b'], endpoints: {} },
    });
  });

  const services = 'services = v\n';
  const section = '[services v]\nsso =\n  endpoint_url = https://v/sso\nsso_oidc =\n  endpoint_url = https://v/oidc\n';
  it.each([
    [
      'the variable of the service',
      { AWS_ENDPOINT_URL_SSO: 'https://e/sso', AWS_ENDPOINT_URL: 'https://e' },
      services + section,
      'https://e',
      'https://e/sso',
    ],
    ['the general variable', { AWS_ENDPOINT_URL: 'https://e' }, services + section, 'https://e', 'https://e'],
    ['the services section', {}, `endpoint_url = https://p\n${services}${section}`, 'https://v/oidc', 'https://v/sso'],
    ['the profile', {}, 'endpoint_url = https://p\n', 'https://p', 'https://p'],
    [
      'nothing, for a services section that is missing',
      {},
      `endpoint_url = https://p\n${services}`,
      undefined,
      undefined,
    ],
    [
      'nothing, where they are to be ignored',
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_ENDPOINT_URL: 'https://e' },
      '',
      undefined,
      undefined,
    ],
    [
      'nothing, where the profile ignores them',
      {},
      'ignore_configured_endpoint_urls = true\nendpoint_url = https://p\n',
      undefined,
      undefined,
    ],
  ])('takes endpoints from %s', (_, env, lines, oidc, portal) => {
    const source = leafSource(read(`${session}[profile p]\n${sso}${lines}`, env));
    const endpoints = source.kind === 'sso-session' ? source.session.endpoints : undefined;
    expect([endpoints?.oidc, endpoints?.portal]).toEqual([oidc, portal]);
  });

  it.each([
    ['is not defined', ''],
    ['holds half a key pair', '[profile r]\naws_access_key_id = AKID\n'],
    ['has settings only', '[profile r]\nregion = eu-west-1\n'],
  ])('names the role of a source that %s', (_, source) => {
    const chain = `[profile p]\n${role}source_profile = q\n[profile q]\n${role}source_profile = r\n`;
    const leaf = leafSource(read(`${chain}${source}`));
    expect(leaf.kind === 'invalid' && leaf.problem.what).toMatch(/"r".*source_profile of "q"/);
  });

  it("takes endpoint variants from the environment, then from the profile asked for, not from its source's", () => {
    const config = `[profile p]\n${role}source_profile = q\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n[profile q]\nendpoint_url = https://q\n${sso}${session}`;
    expect(leafSource(read(config, { AWS_USE_DUALSTACK_ENDPOINT: 'false', AWS_USE_FIPS_ENDPOINT: '' }))).toMatchObject({
      session: { endpoints: { useFips: true, useDualstack: false } },
    });
  });
});
