import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { leftoverFiles, readAwsFiles, tornFiles } from '../helpers/aws-files.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { watchSteps } from '../helpers/fs-steps.ts';
import { tokenFileName } from '../helpers/home.ts';
import { needing } from '../helpers/needs.ts';
import {
  asNobody,
  canGive,
  giveToNobody,
  nobodyId,
  noOtherUser,
  oddDisks,
  type OddDisk,
} from '../helpers/odd-disks.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createScriptedProject, createWorkplace, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { handsOutCredentials, type Shows } from '../helpers/shown-secrets.ts';
import { pluginPath } from '../plugin/three-accounts.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ refreshTokens: 'rotate', deviceInterval: 1, pageSize: 100 });
});
afterEach(() => emulator.close());

type Session = 'valid' | 'ending' | 'expired' | 'none';
const secondsLeft = { valid: 7200, ending: 600, expired: -60 };
const tokens = (session: Session) =>
  session === 'none' ? {} : { acme: emulator.issueToken({ expiresIn: secondsLeft[session] }) };

function createProject(session: Session, more: Record<string, string> = {}) {
  const project = createScriptedProject('console.log("cdk ran")', { tokens: tokens(session) });
  return { ...project, env: { ...emulator.env(), ...project.env, ...more } };
}
const operations = () => emulator.log.map(({ operation }) => operation);
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
const auto = { CDKX_LOGIN: 'auto', CDKX_DEVICE_CODE: '0', ...personAsBrowser() };
const tokenFile = join('sso/cache', tokenFileName('acme'));

/** A command on a disk that takes nothing, and what becomes of it. */
interface Row {
  readonly when: string;
  readonly session: Session;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly exitCode: number;
  /** On stderr; nothing where it is absent. */
  readonly says?: RegExp;
  readonly stdout?: RegExp;
  /** What AWS was asked. */
  readonly calls: readonly string[];
  readonly shows?: Shows;
  readonly whenFull?: { readonly exitCode: number; readonly says: RegExp };
}
const rows: readonly Row[] = [
  {
    when: 'a valid session is used',
    session: 'valid',
    args: ['deploy'],
    exitCode: 0,
    // The one line that is always there.
    says: /^cdkx: profile acme-dev (?!.*cdkx:)/,
    stdout: /cdk ran/,
    calls: [],
  },
  {
    when: 'a session that ends soon is used, and its refresh token is not spent in vain',
    session: 'ending',
    args: ['deploy'],
    exitCode: 0,
    says: /expires in (9|10) min and is not refreshed, because the new token could not be saved.*CODE.*Continuing with the remaining time/,
    stdout: /cdk ran/,
    calls: [],
  },
  {
    when: 'cdk is left to refresh an expired session in its own memory',
    session: 'expired',
    args: ['deploy', '--cdkx-verbose'],
    exitCode: 0,
    says: /continuing without a lock: .*\(CODE\).*expired (1 min|60 s|6\d s) ago and is not refreshed.*CODE.*the child process can refresh it itself/,
    stdout: /cdk ran/,
    calls: [],
  },
  {
    when: 'credentials are fetched with a token that is good for this run',
    session: 'expired',
    args: ['sso', 'credentials'],
    shows: handsOutCredentials,
    exitCode: 0,
    says: /the new token of SSO session "acme" \(profile "acme-dev"\) couldn't be saved.*CODE/,
    stdout: /"AccessKeyId": ?"ASIA/,
    calls: ['CreateToken', 'GetRoleCredentials'],
  },
  {
    when: 'a login that asks for nothing but a token that lasts fails before it begins',
    session: 'expired',
    args: ['sso', 'login'],
    env: auto,
    exitCode: 78,
    says: /cannot be written \(CODE.*SSO tokens there.*(df|ls) -/,
    calls: [],
  },
  {
    when: 'nobody is asked to sign in',
    session: 'none',
    args: ['deploy'],
    env: auto,
    exitCode: 78,
    says: /cannot be written \(CODE.*SSO tokens there.*(df|ls) -/,
    calls: [],
  },
  {
    when: 'who cannot sign in here is told so',
    session: 'none',
    args: ['deploy'],
    exitCode: 77,
    says: /not signed in to SSO session "acme".*cdkx sso login --profile acme-dev/,
    calls: [],
  },
  {
    when: 'the session is revoked, though its token stays',
    session: 'valid',
    args: ['sso', 'logout'],
    exitCode: 78,
    says: /signed out of SSO session "acme" at the access portal.*\.json cannot be removed \(CODE.*Delete it yourself/,
    calls: ['Logout'],
    // A full disk takes no byte more, and still lets a file go.
    whenFull: { exitCode: 0, says: /signed out of SSO session "acme"/ },
  },
  {
    when: 'the AWS config file stays as it was',
    session: 'valid',
    args: ['sso', 'configure', '--session', 'acme', '--all', '--yes'],
    exitCode: 78,
    says: /config.*CODE/,
    calls: ['ListAccounts', 'ListAccountRoles', 'ListAccountRoles'],
  },
];

for (const [name, disk] of Object.entries(oddDisks)) {
  whereThereIs(disk)(`on ${name}`, () => {
    const rowsHere = rows.map((row) => (disk.code === 'ENOSPC' ? { ...row, ...row.whenFull } : row));
    it.each(rowsHere)('$when', async ({ session, args, env, exitCode, says, stdout = /^$/, calls, shows }) => {
      const project = createProject(session, env);
      const before = readAwsFiles(project);
      const result = await disk.run(args, { ...project, shows });
      const pattern = says === undefined ? /^$/ : new RegExp(says.source.replaceAll('CODE', disk.code));
      expect({ exitCode: result.exitCode, stderr: flat(result.stderr) }).toEqual({
        exitCode,
        stderr: expect.stringMatching(pattern),
      });
      expect(result.stdout).toMatch(stdout);
      expect(operations()).toEqual(calls);
      const isSignedOut = args.includes('logout') && exitCode === 0;
      expect(result.files).toEqual(isSignedOut ? without(before, tokenFile) : before);
      recordFigure('disk.runs');
    });
  });
}

/** `describe`, or where such a disk cannot be made its `skip`. */
function whereThereIs({ need, missing }: OddDisk): typeof describe | typeof describe.skip {
  return needing(describe, need, missing);
}

function without(files: Readonly<Record<string, string>>, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([each]) => each !== path));
}

const readOnly = oddDisks['a home that is read-only'] as OddDisk;
whereThereIs(readOnly)('on a home that is read-only', () => {
  it('the real cdk deploys with a session that it refreshes for itself', async () => {
    const project = createWorkplace({ tokens: tokens('expired') });
    writeFileSync(join(project.cwd, 'app.mjs'), handWrittenApp);
    const args = ['deploy', '--require-approval', 'never'];
    const result = await readOnly.run(args, { ...project, env: { ...emulator.env(), CDKX_LOGIN: 'never' } });
    expect({ exitCode: result.exitCode, stderr: result.exitCode === 0 ? '' : result.stderr }).toEqual({
      exitCode: 0,
      stderr: '',
    });
    const byCdk = emulator.log.filter(({ operation }) => operation === 'CreateToken');
    expect(byCdk.map(({ userAgent }) => userAgent?.includes('aws-cdk'))).toContain(true);
    expect(byCdk.filter(({ userAgent }) => userAgent?.includes('cdkx'))).toEqual([]);
    recordFigure('disk.runs');
  });
});

whereThereIs(readOnly)('the credential plugin on a home that is read-only', () => {
  it('serves all accounts of a session with one refresh, whose token it keeps to itself', async () => {
    const project = createProject('expired');
    const prod = '[profile acme-prod]\nsso_session = acme\nsso_account_id = 222222222222\nsso_role_name = Deployer\n';
    writeFileSync(join(project.home, '.aws/config'), sharedConfig + prod);
    const script = join(project.cwd, 'ask.cjs');
    const map = { '111111111111': 'acme-dev', '222222222222': 'acme-prod' };
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { accounts: map } } }));
    writeFileSync(
      script,
      `require(${JSON.stringify(pluginPath)}).init({ registerCredentialProviderSource: async (source) => {
         for (const account of ${JSON.stringify(Object.keys(map))}) {
           const provider = await source.getProvider(account, 1, { supportsV3Providers: true });
           console.log(account, typeof (await provider()).accessKeyId);
         }
       } });`,
    );
    const args = ['sso', 'exec', '--profile', 'acme-dev', '--', process.execPath, script];
    const { exitCode, stdout, stderr } = await readOnly.run(args, project);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '111111111111 string\n222222222222 string\n' });
    expect(stderr.match(/couldn't be saved/g)).toHaveLength(1);
    expect(operations()).toEqual(['CreateToken', 'GetRoleCredentials', 'GetRoleCredentials']);
  });
});

describe('a file system that cannot lock', () => {
  it.each([
    ['makes no folders', 'mkdirSync', 'EPERM'],
    ['knows no such call', 'writeFileSync', 'ENOSYS'],
    ['moves no folders', 'renameSync', 'EXDEV'],
    ['says that a place is taken which is not', 'renameSync', 'EPERM'],
  ] as const)('%s: the session is renewed without a lock, which is said in verbose mode', async (_, name, act) => {
    const project = createProject('expired');
    const { env } = watchSteps(project, { act, each: { name, path: '.json.lock' } });
    const args = ['deploy', '--cdkx-verbose'];
    const { exitCode, stderr } = await runCdkx(args, { ...project, env: { ...project.env, ...env } });
    expect({ exitCode, stderr: flat(stderr) }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/continuing without a lock.*refreshed the session/),
    });
    expect(operations()).toEqual(['CreateToken']);
    const files = readAwsFiles(project);
    expect({ torn: tornFiles(files), left: leftoverFiles(files) }).toEqual({ torn: [], left: [] });
    recordFigure('disk.without-lock');
  });
});

describe('a token cache of an odd kind', () => {
  const cacheOf = (project: { readonly home: string }) => join(project.home, '.aws/sso/cache');
  const shapes: Readonly<Record<string, (cache: string) => void>> = {
    'a file in its place': (cache) => replaceBy(cache, () => writeFileSync(cache, '')),
    'a file in the place of the folder above': (cache) => {
      rmSync(join(cache, '..'), { recursive: true });
      writeFileSync(join(cache, '..'), '');
    },
    'a link that leads nowhere': (cache) => replaceBy(cache, () => symlinkSync('nowhere', cache)),
    'a link that leads to itself': (cache) => replaceBy(cache, () => symlinkSync('cache', cache)),
    'a folder in the place of the token': (cache) => mkdirSync(join(cache, tokenFileName('acme'))),
  };
  const replaceBy = (path: string, make: () => void) => {
    rmSync(path, { recursive: true });
    make();
  };

  it.each(Object.keys(shapes))('%s: nobody is asked to sign in, and the message names it', async (shape) => {
    const project = createProject('none', auto);
    shapes[shape]?.(cacheOf(project));
    const { exitCode, stderr } = await runCdkx(['deploy'], project);
    expect({ exitCode, stderr: flat(stderr) }).toEqual({
      exitCode: 78,
      stderr: expect.stringMatching(
        /\.aws\/sso\/cache\S* cannot be written \(E[A-Z]+: (?!see)[^)]+\).*SSO tokens there.*ls -ld/,
      ),
    });
    expect(operations()).toEqual([]);
    recordFigure('disk.shapes');
  });

  it('a question is not asked on a terminal either', async () => {
    const project = createProject('none', { BROWSER: 'true' });
    shapes['a file in its place']?.(cacheOf(project));
    const terminal = openCdkx(['deploy'], project);
    expect(await terminal.exit).toMatchObject({ exitCode: 78 });
    expect(terminal.screen()).not.toContain('Sign in now?');
    recordFigure('disk.shapes');
  });

  it.each([
    ['the folder', '.aws/sso/cache'],
    ['the folder above', '.aws/sso'],
  ])('a link in the place of %s: all is written where it leads to', async (_, path) => {
    const project = createProject('none', auto);
    const elsewhere = join(project.cwd, 'elsewhere');
    renameSync(join(project.home, path), elsewhere);
    symlinkSync(elsewhere, join(project.home, path));
    expect(await runCdkx(['deploy'], project)).toMatchObject({ exitCode: 0 });
    expect(lstatSync(join(project.home, path)).isSymbolicLink()).toBe(true);
    expect(readdirSync(elsewhere, { recursive: true }).filter((name) => String(name).endsWith('.json'))).toHaveLength(
      2,
    );
    recordFigure('disk.shapes');
  });

  it.each(['a file', 'nothing yet'])('a link in the place of the token to %s: it stays a link', async (target) => {
    const project = createProject('none', auto);
    const elsewhere = join(project.cwd, 'token.json');
    if (target === 'a file') writeFileSync(elsewhere, '{}');
    const link = join(cacheOf(project), tokenFileName('acme'));
    symlinkSync(elsewhere, link);
    expect(await runCdkx(['deploy'], project)).toMatchObject({ exitCode: 0 });
    expect({ isLink: lstatSync(link).isSymbolicLink(), mode: statSync(elsewhere).mode & 0o777 }).toEqual({
      isLink: true,
      mode: 0o600,
    });
    recordFigure('disk.shapes');
  });

  const asAnother = needing(it, 'another user', noOtherUser);
  const closed = [
    {
      when: 'with a login',
      env: auto,
      exitCode: 78,
      says: /\.aws\/sso\/cache cannot be written \(EACCES: permission denied\)/,
    },
    {
      when: 'without one',
      env: {},
      exitCode: 77,
      says: /reading it failed \(EACCES\).*cdkx sso login --profile acme-dev/,
    },
  ];
  for (const { when, env, exitCode, says } of closed) {
    asAnother(`another user’s, closed to us, ${when}`, async () => {
      const project = createProject('valid', env);
      const result = await asNobody(['deploy'], project, 0o700);
      expect({ exitCode: result.exitCode, stderr: flat(result.stderr) }).toEqual({
        exitCode,
        stderr: expect.stringMatching(says),
      });
      expect(operations()).toEqual([]);
      recordFigure('disk.shapes');
    });
  }

  const asRoot = needing(it, 'root', canGive ? undefined : 'under sudo: only root can give files away');
  asRoot('under sudo: what root writes belongs to whom the cache belongs to', async () => {
    const project = createProject('expired');
    giveToNobody(join(project.home, '.aws'));
    expect(await runCdkx(['deploy'], project)).toMatchObject({ exitCode: 0 });
    expect(operations()).toEqual(['CreateToken']);
    const { uid, gid, mode } = statSync(join(cacheOf(project), tokenFileName('acme')));
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: nobodyId, gid: nobodyId, mode: 0o600 });
    const files = readAwsFiles(project);
    expect({ torn: tornFiles(files), left: leftoverFiles(files) }).toEqual({ torn: [], left: [] });
    recordFigure('disk.shapes');
  });
});
