import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { openDoor, type Door } from '../helpers/door.ts';
import { createAuthority, noOpenssl } from '../helpers/tls.ts';
import { dependencies, repository, runCdkx } from '../helpers/cli.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createHome, type HomeFiles } from '../helpers/home.ts';
import { hasNeed } from '../helpers/needs.ts';
import { isLongForm } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const account = '111111111111';
const session = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';
const ssoKeys = (role: string) => `sso_session = acme\nsso_account_id = ${account}\nsso_role_name = ${role}\n`;
const sso = (role = 'Developer') => `[profile p]\n${ssoKeys(role)}region = eu-west-1\n${session}`;
const legacy = (role = 'Developer') =>
  `[profile p]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\n`;
const chain = (source: string) =>
  `[profile p]\nrole_arn = arn:aws:iam::${account}:role/NoSuchRole\nsource_profile = q\nregion = eu-west-1\n[profile q]\n${source}`;
const keysOf = (id: string, secret: string, more = '') =>
  `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n${more}`;
const badKeys = keysOf('AKIAIOSFODNN7EXAMPLE', 'not-a-secret');
const printKeys = `echo '{"Version":1,"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"x"}'`;
const badVariables = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
const onEnvironment = `[profile p]\nrole_arn = arn:aws:iam::${account}:role/NoSuchRole\ncredential_source = Environment\nregion = eu-west-1\n`;
/** A file with a web identity token that no role trusts. */
const tokenFile = () => {
  const path = join(tempFolder(), 'token');
  writeFileSync(path, 'not-trusted');
  return path;
};

interface Cell {
  readonly source: string;
  readonly failure: string;
  /** What makes it: files, environment, faults of AWS. */
  readonly given: (
    emulator: Emulator,
    /** AWS behind a certificate that this machine does not trust. */
    places: { readonly tls: string },
  ) => HomeFiles & { readonly env?: Readonly<Record<string, string>> };
  /** Whether cdkx stops before `cdk`, with that exit code, or explains after it. */
  readonly told: 'after' | 77 | 78 | 69;
  /** What is named. */
  readonly names: readonly string[];
}

const pinned = { AWS_PROFILE: 'p' };
const tokens = (emulator: Emulator, request: Parameters<Emulator['issueToken']>[0] = {}) => ({
  tokens: {
    acme: emulator.issueToken({ expiresIn: 7200, ...request }),
    'https://acme.awsapps.com/start': emulator.issueToken({ expiresIn: 7200, ...request }),
  },
});
const unreachable = { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:9' };
const noSts = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' };

const loginSession = `arn:aws:iam::${account}:user/ada`;
const awsLogin = `[profile p]\nlogin_session = ${loginSession}\nregion = eu-west-1\n`;
/** What `aws login` left, with keys that are not AWS's, for that many seconds. */
function signedIn(seconds: number) {
  const folder = tempFolder();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cached = {
    accessToken: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'not-a-secret',
      sessionToken: 'not-a-token',
      accountId: account,
      expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
    },
    tokenType: 'aws_sigv4',
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: 'not-a-refresh-token',
    dpopKey: privateKey.export({ type: 'sec1', format: 'pem' }),
  };
  const name = `${createHash('sha256').update(loginSession).digest('hex')}.json`;
  writeFileSync(join(folder, name), JSON.stringify(cached));
  return { ...pinned, AWS_LOGIN_CACHE_DIRECTORY: folder };
}

const ssoCells = [
  ['SSO session', sso],
  ['legacy SSO', legacy],
].flatMap(([source, config]): Cell[] => {
  const named = { source: source as string };
  const write = config as (role?: string) => string;
  return [
    {
      ...named,
      failure: 'expired',
      given: (aws) => ({ config: write(), ...tokens(aws, { expiresIn: -60, refreshable: false }), env: pinned }),
      told: 77,
      names: ['cdkx sso login --profile p'],
    },
    {
      ...named,
      failure: 'revoked',
      given: (aws) => {
        const files = tokens(aws);
        aws.revoke();
        return { config: write(), ...files, env: pinned };
      },
      told: 'after',
      names: ['cdkx sso login --force --profile p'],
    },
    {
      ...named,
      failure: 'no access',
      given: (aws) => ({ config: write('Owner'), ...tokens(aws), env: pinned }),
      told: 'after',
      names: ['Owner', account, 'Developer'],
    },
    {
      ...named,
      failure: 'unreachable',
      given: (aws) => ({ config: write(), ...tokens(aws), env: { ...pinned, ...unreachable } }),
      told: 'after',
      names: ['ECONNREFUSED', '127.0.0.1:9'],
    },
    {
      ...named,
      failure: 'cannot work',
      given: (aws) => ({ config: write().replace(account, '1111-1111-1111'), ...tokens(aws), env: pinned }),
      told: 78,
      names: ['1111-1111-1111', 'sso_account_id'],
    },
  ];
});

const distrusted = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

const cells: readonly Cell[] = [
  ...ssoCells,
  ...[
    ['SSO session', sso],
    ['legacy SSO', legacy],
  ].map(([source, config]): Cell => ({
    source: source as string,
    failure: 'never signed in',
    given: () => ({ config: (config as () => string)(), env: pinned }),
    told: 77,
    names: ['cdkx sso login --profile p'],
  })),
  {
    source: 'role on SSO',
    failure: 'expired',
    given: (aws) => ({
      config: chain(`${ssoKeys('Developer')}${session}`),
      ...tokens(aws, { expiresIn: -60, refreshable: false }),
      env: pinned,
    }),
    told: 77,
    names: ['cdkx sso login --profile p'],
  },
  {
    source: 'role on SSO',
    failure: 'no access',
    given: (aws) => ({ config: chain(`${ssoKeys('Owner')}${session}`), ...tokens(aws), env: pinned }),
    told: 'after',
    names: ['Owner', account, 'Developer'],
  },
  {
    source: 'role on SSO',
    failure: 'cannot work',
    given: (aws) => ({
      config: chain(`${ssoKeys('Developer')}${session}`).replace(`id = ${account}`, 'id = 1111-1111-1111'),
      ...tokens(aws),
      env: pinned,
    }),
    told: 78,
    names: ['1111-1111-1111', 'sso_account_id'],
  },
  {
    source: 'role on SSO',
    failure: 'refused',
    given: (aws) => ({ config: chain(`${ssoKeys('Developer')}${session}`), ...tokens(aws), env: pinned }),
    told: 'after',
    names: ['assumed-role/', 'role/NoSuchRole', 'sts:AssumeRole'],
  },
  {
    source: 'role on SSO',
    failure: 'revoked',
    given: (aws) => {
      const files = tokens(aws);
      aws.revoke();
      return { config: chain(`${ssoKeys('Developer')}${session}`), ...files, env: pinned };
    },
    told: 'after',
    names: ['cdkx sso login --force --profile p'],
  },
  {
    source: 'role on SSO',
    failure: 'unreachable',
    given: (aws) => ({
      config: chain(`${ssoKeys('Developer')}${session}`),
      ...tokens(aws),
      env: { ...pinned, ...noSts },
    }),
    told: 'after',
    names: ['AssumeRole', 'ECONNREFUSED'],
  },
  {
    source: 'role on keys',
    failure: 'refused',
    given: (aws) => {
      const keys = aws.userKeyFor({ account });
      const own = keysOf(keys.AWS_ACCESS_KEY_ID, keys.AWS_SECRET_ACCESS_KEY);
      return { config: chain(own), env: pinned };
    },
    told: 'after',
    names: ['user/ada', 'role/NoSuchRole', 'sts:AssumeRole'],
  },
  {
    source: 'role on keys',
    failure: 'keys refused',
    given: () => ({ config: chain(badKeys), env: pinned }),
    told: 'after',
    names: ['"p"', 'InvalidClientTokenId'],
  },
  {
    source: 'role on keys',
    failure: 'unreachable',
    given: () => ({ config: chain(badKeys), env: { ...pinned, ...noSts } }),
    told: 'after',
    names: ['"p"', 'ECONNREFUSED'],
  },
  {
    source: 'role on credential_process',
    failure: 'fails',
    given: () => ({ config: chain('credential_process = sh -c "echo not signed in >&2; exit 3"\n'), env: pinned }),
    told: 'after',
    names: ['profile "q"', 'not signed in'],
  },
  ...(
    [
      ['refused', {}, 'InvalidClientTokenId'],
      ['unreachable', noSts, 'ECONNREFUSED'],
    ] as const
  ).flatMap(([failure, faults, name]): Cell[] => [
    {
      source: 'role on credential_process',
      failure,
      given: () => ({ config: chain(`credential_process = ${printKeys}\n`), env: { ...pinned, ...faults } }),
      told: 'after',
      names: ['"p"', name],
    },
    {
      source: 'role on keys in the environment',
      failure,
      given: () => ({ config: onEnvironment, env: { CDK_PROFILE: 'p', ...badVariables, ...faults } }),
      told: 'after',
      names: ['"p"', name],
    },
  ]),
  ...(
    [
      ['role on SSO', chain(`${ssoKeys('Developer')}${session}`), pinned],
      ['role on credential_process', chain(`credential_process = ${printKeys}\n`), pinned],
      ['role on keys in the environment', onEnvironment, { CDK_PROFILE: 'p', ...badVariables }],
    ] as const
  ).map(([source, config, env]): Cell => ({
    source,
    failure: 'MFA without a terminal',
    given: (aws) => ({ config: config.replace('role_arn', 'mfa_serial = phone\nrole_arn'), ...tokens(aws), env }),
    told: 77,
    names: ['phone'],
  })),
  {
    source: 'role on keys',
    failure: 'MFA without a terminal',
    given: () => ({
      config: chain(badKeys).replace('source_profile', 'mfa_serial = phone\nsource_profile'),
      env: pinned,
    }),
    told: 77,
    names: ['phone'],
  },
  {
    source: 'role',
    failure: 'cannot work',
    given: () => ({ config: chain('region = eu-west-1\n'), env: pinned }),
    told: 78,
    names: ['"q"'],
  },
  {
    source: 'keys of a profile',
    failure: 'refused',
    given: () => ({ config: `[profile p]\n${badKeys}`, env: pinned }),
    told: 'after',
    names: ['profile "p"', 'InvalidClientTokenId'],
  },
  {
    source: 'keys of a profile',
    failure: 'unreachable',
    given: () => ({ config: `[profile p]\n${badKeys}`, env: { ...pinned, ...noSts } }),
    told: 'after',
    names: ['ECONNREFUSED'],
  },
  {
    source: 'short-term keys of a profile',
    failure: 'expired, as the file tells',
    given: () => ({
      config: `[profile p]\n${badKeys}aws_session_token = t\nexpires = 2020-01-01T00:00:00Z\n`,
      env: pinned,
    }),
    told: 77,
    names: ['2020-01-01'],
  },
  {
    source: 'short-term keys of a profile',
    failure: 'refused',
    given: () => ({ config: `[profile p]\n${badKeys}aws_session_token = t\n`, env: pinned }),
    told: 'after',
    names: ['profile "p"', 'InvalidClientTokenId'],
  },
  {
    source: 'short-term keys of a profile',
    failure: 'unreachable',
    given: () => ({ config: `[profile p]\n${badKeys}aws_session_token = t\n`, env: { ...pinned, ...noSts } }),
    told: 'after',
    names: ['ECONNREFUSED'],
  },
  {
    source: 'short-term keys of a profile',
    failure: 'refused, with SSO settings beside them',
    given: (aws) => ({
      config: sso(),
      credentials: `[p]\n${badKeys}aws_session_token = t\n`,
      ...tokens(aws),
      env: pinned,
    }),
    told: 'after',
    names: ['section [p] from ~/.aws/credentials', 'InvalidClientTokenId'],
  },
  {
    source: 'keys in the environment',
    failure: 'expired, as a variable tells',
    given: () => ({
      env: {
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_SESSION_TOKEN: 't',
        AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
      },
    }),
    told: 77,
    names: ['unset AWS_ACCESS_KEY_ID'],
  },
  {
    source: 'keys in the environment',
    failure: 'refused',
    given: () => ({ env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' } }),
    told: 'after',
    names: ['InvalidClientTokenId', 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY'],
  },
  {
    source: 'keys in the environment',
    failure: 'unreachable',
    given: () => ({ env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', ...noSts } }),
    told: 'after',
    names: ['ECONNREFUSED'],
  },
  {
    source: 'credential_process',
    failure: 'fails',
    given: () => ({
      config: '[profile p]\ncredential_process = sh -c "echo first >&2; echo not signed in >&2; exit 3"\n',
      env: pinned,
    }),
    told: 'after',
    names: ['profile "p"', 'not signed in'],
  },
  {
    source: 'credential_process',
    failure: 'is not installed',
    given: () => ({ config: '[profile p]\ncredential_process = no-such-program --get\n', env: pinned }),
    told: 'after',
    names: ['profile "p"', 'no-such-program'],
  },
  {
    source: 'credential_process',
    failure: 'refused',
    given: () => ({ config: `[profile p]\ncredential_process = ${printKeys}\n`, env: pinned }),
    told: 'after',
    names: ['"p"', 'InvalidClientTokenId'],
  },
  {
    source: 'credential_process',
    failure: 'unreachable',
    given: () => ({ config: `[profile p]\ncredential_process = ${printKeys}\n`, env: { ...pinned, ...noSts } }),
    told: 'after',
    names: ['"p"', 'ECONNREFUSED'],
  },
  ...(
    [
      ['refused', {}, ['AccessDenied', 'AssumeRoleWithWebIdentity']],
      ['unreachable', noSts, ['ECONNREFUSED']],
    ] as const
  ).flatMap(([failure, faults, names]): Cell[] => [
    {
      source: 'web identity of a profile',
      failure,
      given: () => ({
        config: `[profile p]\nrole_arn = arn:aws:iam::${account}:role/ci\nweb_identity_token_file = ${tokenFile()}\nregion = eu-west-1\n`,
        env: { ...pinned, ...faults },
      }),
      told: 'after',
      names: ['"p"', ...names],
    },
    {
      source: 'web identity in the environment',
      failure,
      given: () => ({
        env: { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(), AWS_ROLE_ARN: `arn:aws:iam::${account}:role/ci`, ...faults },
      }),
      told: 'after',
      names,
    },
  ]),
  {
    source: 'container',
    failure: 'unreachable',
    given: () => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' } }),
    told: 'after',
    names: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'ECONNREFUSED'],
  },
  {
    source: 'container',
    failure: 'refused',
    given: ({ url }) => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/no-such-role` } }),
    told: 'after',
    names: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'status: 4'],
  },
  {
    source: 'web identity of a profile',
    failure: 'no token file',
    given: () => ({
      config: `[profile p]\nrole_arn = arn:aws:iam::${account}:role/ci\nweb_identity_token_file = /nowhere\nregion = eu-west-1\n`,
      env: pinned,
    }),
    told: 'after',
    names: ['"p"', '/nowhere'],
  },
  {
    source: 'web identity in the environment',
    failure: 'no token file',
    given: () => ({
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere', AWS_ROLE_ARN: `arn:aws:iam::${account}:role/ci` },
    }),
    told: 'after',
    names: ['/nowhere'],
  },
  {
    source: 'aws login',
    failure: 'signed out',
    given: () => ({ config: `[profile p]\nlogin_session = arn:aws:iam::${account}:user/ada\n`, env: pinned }),
    told: 77,
    names: ['aws login'],
  },
  {
    source: 'aws login',
    failure: 'refused',
    given: () => ({ config: awsLogin, env: signedIn(3600) }),
    told: 'after',
    names: ['InvalidClientTokenId', 'aws login --profile p'],
  },
  {
    source: 'aws login',
    failure: 'unreachable',
    given: () => ({ config: awsLogin, env: { ...signedIn(3600), ...noSts } }),
    told: 'after',
    names: ['"p"', 'ECONNREFUSED'],
  },
  {
    source: 'aws login',
    failure: 'unreachable, when its keys are to be renewed',
    given: () => ({ config: awsLogin, env: { ...signedIn(-60), AWS_ENDPOINT_URL_SIGNIN: 'http://127.0.0.1:9' } }),
    told: 'after',
    names: ['ECONNREFUSED', 'aws login --profile p'],
  },
  {
    source: 'profile with settings only',
    failure: 'cannot work',
    given: () => ({ config: '[profile p]\nregion = eu-west-1\n', env: { CDK_PROFILE: 'p' } }),
    told: 78,
    names: ['"p"'],
  },
  {
    source: 'SSO session',
    failure: 'unreachable: certificate not trusted',
    given: (aws, { tls }) => ({ config: sso(), ...tokens(aws), env: { ...pinned, AWS_ENDPOINT_URL_SSO: tls } }),
    told: 'after',
    names: [distrusted, 'AWS_CA_BUNDLE'],
  },
  {
    source: 'keys in the environment',
    failure: 'unreachable: certificate not trusted',
    given: (aws, { tls }) => ({ env: { ...aws.userKeyFor({ account }), AWS_ENDPOINT_URL_STS: tls } }),
    told: 'after',
    names: [distrusted, 'AWS_CA_BUNDLE'],
  },
  { source: 'nothing', failure: 'nothing found', given: () => ({}), told: 'after', names: ['cdkx sso configure'] },
];

const sources = [...new Set(cells.map(({ source }) => source))];

/** The kinds of failures, and the sources that can have them. */
const columns: Readonly<Record<string, { readonly of: RegExp; readonly only: readonly string[] }>> = {
  expired: {
    of: /^(expired|never signed in|signed out)/,
    only: [
      'SSO session',
      'legacy SSO',
      'role on SSO',
      'short-term keys of a profile',
      'keys in the environment',
      'aws login',
    ],
  },
  revoked: { of: /^revoked/, only: ['SSO session', 'legacy SSO', 'role on SSO'] },
  refused: {
    of: /refused/,
    only: sources.filter((source) => !/^(SSO|legacy|role$|profile with|nothing)/.test(source)),
  },
  'no access': { of: /^no access/, only: ['SSO session', 'legacy SSO', 'role on SSO'] },
  unreachable: { of: /^unreachable/, only: sources.filter((source) => !/^(role$|profile with|nothing)/.test(source)) },
  'cannot work': {
    of: /^cannot work/,
    only: ['SSO session', 'legacy SSO', 'role on SSO', 'role', 'profile with settings only'],
  },
  'program or file': {
    of: /^(fails|is not installed|no token file)/,
    only: [
      'role on credential_process',
      'credential_process',
      'web identity of a profile',
      'web identity in the environment',
    ],
  },
  MFA: { of: /^MFA/, only: sources.filter((source) => source.startsWith('role on')) },
  nothing: { of: /^nothing/, only: ['nothing'] },
};

describe('credentials that fail, with the real cdk', () => {
  let emulator: Emulator;
  let door: Door | undefined;
  beforeAll(async () => {
    emulator = await startEmulator();
    if (noOpenssl === undefined) {
      const before = createAuthority(tempFolder(), 'untrusted');
      door = await openDoor(emulator.port, { before });
    }
  });
  afterEach(() => emulator.faults.clear());
  afterAll(() => Promise.all([door?.close(), emulator.close()]));

  async function deploy(files: ReturnType<Cell['given']>, app = handWrittenApp) {
    const folder = tempFolder();
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    symlinkSync(dependencies, join(cwd, 'node_modules'), 'junction');
    writeFileSync(join(cwd, 'app.mjs'), app);
    writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.mjs' }));
    const home = createHome(join(folder, 'home'), { config: '', ...files });
    const env = { ...emulator.env(), AWS_REGION: 'eu-west-1', ...files.env };
    const args = ['deploy', '--require-approval=never'];
    const started = Date.now();
    const result = await runCdkx(args, { home, cwd, env });
    return { ...result, seconds: (Date.now() - started) / 1000 };
  }

  // The short form runs `cdk` for the first failure of each source.
  const firsts = new Set(
    sources.map((source) => cells.find((cell) => cell.source === source && cell.told === 'after')),
  );
  const here = hasNeed('openssl', noOpenssl) ? cells : cells.filter((cell) => !cell.names.includes(distrusted));
  const run = isLongForm ? here : here.filter((cell) => cell.told !== 'after' || firsts.has(cell));
  it.each(run.map((cell) => [`${cell.source}: ${cell.failure}`, cell] as const))('%s', async (_, cell) => {
    const { exitCode, stderr } = await deploy(cell.given(emulator, { tls: door?.url ?? '' }));
    const told = stderr.split('\n').filter((line) => line.startsWith('cdkx:'));
    const hasRun = stderr.includes('Unable to resolve AWS account');
    expect({ hasRun, exitCode }).toEqual({
      hasRun: cell.told === 'after',
      exitCode: cell.told === 'after' ? 1 : cell.told,
    });
    // After: the line before cdk, and the cause.
    expect(told).toHaveLength(cell.told === 'after' ? 2 : 1);
    const explained = stderr.slice(stderr.lastIndexOf('cdkx:'));
    for (const name of cell.names) expect(explained).toContain(name);
  });

  it('are the table of docs/reliability.md', () => {
    const page = readFileSync(join(repository, 'docs/reliability.md'), 'utf8');
    const rows = page.split('## Credentials that fail')[1]?.split('\n## ')[0]?.split('\n') ?? [];
    const tables = rows.filter((row) => row.startsWith('| ')).filter((row) => !row.startsWith('| ---'));
    const cells = (row: string) => row.split('|').map((cell) => cell.trim());
    expect(tables.map(cells)).toEqual([...matrix(), ...details()].map(cells));
  });

  it('leave no failure of a source out, but those that cannot be', () => {
    const missing = sources.flatMap((source) =>
      Object.entries(columns).flatMap(([column, { only }]) =>
        only.includes(source) === cellsIn(source, column).length > 0 ? [] : [`${source}: ${column}`],
      ),
    );
    expect(missing).toEqual([]);
    expect(cells.filter(({ failure }) => !Object.values(columns).some(({ of }) => of.test(failure)))).toEqual([]);
  });

  it.each<[string, Cell['given']]>([
    ['SSO', (aws) => ({ config: sso(), ...tokens(aws), env: pinned })],
    ['keys in the environment', (aws) => ({ env: { ...aws.userKeyFor({ account }) } })],
  ])('says nothing after a failure that %s did not cause', async (_, given) => {
    const { exitCode, stderr } = await deploy(given(emulator, { tls: '' }), 'process.exit(1)');
    expect(exitCode).toBe(1);
    expect(stderr.match(/^cdkx:/gm)).toHaveLength(1);
  });
});

function cellsIn(source: string, column: string): readonly Cell[] {
  return cells.filter((cell) => cell.source === source && columns[column]?.of.test(cell.failure));
}

/** Credential source × failure. */
function matrix(): string[] {
  const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    row(['credentials', ...Object.keys(columns)]),
    ...sources.map((source) =>
      row([
        source,
        ...Object.keys(columns).map((column) => {
          const told = new Set(cellsIn(source, column).map((cell) => String(cell.told)));
          if (told.size > 0) return [...told].toSorted().join(', ');
          return '–';
        }),
      ]),
    ),
  ];
}

function details(): string[] {
  return ['| credentials | failure | before `cdk` starts | after `cdk` failed |', ...cells.map(rowOf)];
}

/** What cdkx says before and after, as a row of the page. */
function rowOf({ source, failure, told, names }: Cell): string {
  const named = names.map((name) => `\`${name}\``).join(', ');
  return `| ${source} | ${failure} | ${told === 'after' ? 'the line' : `exit code ${told}: ${named}`} | ${told === 'after' ? named : ''} |`;
}
