import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { CdkBinary } from '../../../lib/cdk/find-cdk.ts';
import { quoteArguments } from '../../../lib/messages/text.ts';
import { buildDelegation, type DelegationInput } from '../../../lib/run/child/command.ts';
import { formatDryRun } from '../../../lib/run/child/spawn.ts';

const binary: CdkBinary = { kind: 'module', from: 'project', path: '/p/bin/cdk', packageDir: '/p' };
const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAFAKE',
  AWS_SECRET_ACCESS_KEY: 'fake-secret',
  AWS_SESSION_TOKEN: 'fake-token',
  AWS_SECURITY_TOKEN: 'fake-token',
  AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z',
  AMAZON_ACCESS_KEY_ID: 'AKIAFAKE',
  AMAZON_SECRET_ACCESS_KEY: 'fake-secret',
  AMAZON_SESSION_TOKEN: 'fake-token',
};

function build(input: Partial<DelegationInput>, env: Record<string, string> = {}, forwarded: string[] = ['deploy']) {
  const line = input.line ?? { forwarded };
  return buildDelegation({ env, platform: 'linux', execPath: '/node', home: '/h' }, { binary, ...input, line });
}

describe('the command line of the child', () => {
  it('has the additions at the very front and the arguments of the user after them, unchanged', () => {
    const forwarded = ['-c', 'a b', '', 'deploy', '--', '--profile', 'x'];
    const plan = build({ profile: { name: 'dev', inject: true }, plugins: ['a', '/own.cjs'] }, {}, forwarded);
    expect([plan.command, ...plan.args]).toEqual([
      '/node',
      '/p/bin/cdk',
      '--profile',
      'dev',
      '--plugin',
      'a',
      '--plugin',
      '/own.cjs',
      ...forwarded,
    ]);
  });

  it('has no second --profile where the user gave one', () => {
    const line = { forwarded: ['deploy', '--profile', 'dev'], profile: 'dev' };
    expect(build({ line, profile: { name: 'dev', inject: false } }).args).toEqual(['/p/bin/cdk', ...line.forwarded]);
  });

  it('runs what is not a JavaScript file as it is', () => {
    const plan = build({ binary: { kind: 'executable', from: 'CDKX_CDK', path: '/bin/cdk' } });
    expect([plan.command, ...plan.args]).toEqual(['/bin/cdk', 'deploy']);
  });
});

describe('the environment of the child', () => {
  const profile = { name: 'dev', inject: true };

  it.each([
    ['injected', profile],
    ['given by the user', { name: 'dev', inject: false }],
  ])('names an %s profile, and loses the keys that would outrank it in the app', (_, given) => {
    const plan = build({ profile: given }, { ...keys, HOME: '/h', AMAZON_REGION: 'eu-west-1' });
    expect(plan.env).toEqual({ HOME: '/h', AMAZON_REGION: 'eu-west-1', AWS_PROFILE: 'dev' });
    expect(plan.removed).toEqual(Object.keys(keys));
  });

  it('keeps the keys where nothing is injected or given', () => {
    const plan = build({}, { ...keys, AWS_PROFILE: 'x', CDK_PROFILE: 'y' });
    expect(plan.env).toEqual({ ...keys, AWS_PROFILE: 'x', CDK_PROFILE: 'y' });
    expect(plan.removed).toEqual([]);
  });

  it('keeps the keys that a role of the profile is assumed with (credential_source = Environment)', () => {
    const source = {
      kind: 'assume-role',
      profile: 'dev',
      roleArn: 'arn:aws:iam::111111111111:role/R',
      source: { kind: 'ambient', profile: 'dev', source: 'Environment' },
    } as const;
    expect(build({ profile: { ...profile, source } }, keys).env).toEqual({ ...keys, AWS_PROFILE: 'dev' });
  });

  it.each([
    [
      'every CDKX_ variable',
      { CDKX_LOGIN: 'auto', CDKX: '1', CDKX_X: '1', CDK_X: '1', MY_CDKX: '1' },
      { CDK_X: '1', MY_CDKX: '1', AWS_PROFILE: 'dev' },
    ],
    ['CDK_PROFILE, which the flag outranks', { CDK_PROFILE: 'old' }, { AWS_PROFILE: 'dev' }],
  ])('loses %s', (_, env, expected) => {
    expect(build({ profile }, env).env).toEqual(expected);
  });

  it('keeps CDK_PROFILE where it is what names the profile', () => {
    const plan = build({ profile: { name: 'dev', inject: false } }, { CDK_PROFILE: 'dev' });
    expect(plan.env).toEqual({ CDK_PROFILE: 'dev', AWS_PROFILE: 'dev' });
  });

  it('brings AWS_DEFAULT_PROFILE, which botocore prefers, in line with AWS_PROFILE', () => {
    const plan = build({ profile }, { AWS_DEFAULT_PROFILE: 'old', AWS_PROFILE: 'older' });
    expect(plan.env).toEqual({ AWS_DEFAULT_PROFILE: 'dev', AWS_PROFILE: 'dev' });
  });

  it('cancels a pin of cdk.json that gives way to ambient credentials', () => {
    expect(build({ cancelPin: true }, keys).env).toEqual({ ...keys, CDK_PROFILE: '' });
  });

  it('has a compile cache, where our own Node runs cdk', () => {
    expect(build({ compileCache: '/cache' }).env['NODE_COMPILE_CACHE']).toBe('/cache');
    const binary: CdkBinary = { kind: 'executable', from: 'path', path: '/bin/cdk' };
    expect(build({ binary, compileCache: '/cache' }).env['NODE_COMPILE_CACHE']).toBeUndefined();
  });

  it("loads a Plug'n'Play map, once", () => {
    const mapped = { ...binary, plugAndPlay: { map: '/a b/.pnp.cjs' } };
    const options = '--no-warnings --require "/a b/.pnp.cjs"';
    expect(build({ binary: mapped }, { NODE_OPTIONS: '--no-warnings' }).env['NODE_OPTIONS']).toBe(options);
    expect(build({ binary: mapped }, { NODE_OPTIONS: options }).env['NODE_OPTIONS']).toBe(options);
  });

  it("loads a Plug'n'Play loader for the ES modules of the app", () => {
    const mapped = { ...binary, plugAndPlay: { map: '/a b/.pnp.cjs', loader: '/a b/.pnp.loader.mjs' } };
    expect(build({ binary: mapped }).env['NODE_OPTIONS']).toBe(
      `--require "/a b/.pnp.cjs" --experimental-loader ${pathToFileURL('/a b/.pnp.loader.mjs').href}`,
    );
  });

  it('counts the detours through a cdk on PATH that could be a way back to cdkx', () => {
    const detour: CdkBinary = { kind: 'executable', from: 'path', path: '/bin/cdk' };
    expect(build({ binary: detour }).env['NESTED_CDKX']).toBe('1');
    expect(build({ binary: detour }, { NESTED_CDKX: '2' }).env['NESTED_CDKX']).toBe('3');
    expect(build({}).env['NESTED_CDKX']).toBeUndefined();
  });

  it('knows names in any case on Windows', () => {
    const ctx = {
      env: { aws_access_key_id: 'k', Path: 'p', cdkx_login: 'auto' },
      platform: 'win32',
      execPath: 'n',
      home: 'h',
    } as const;
    const plan = buildDelegation(ctx, { binary, line: { forwarded: [] }, profile });
    expect(plan.env).toEqual({ Path: 'p', AWS_PROFILE: 'dev' });
  });

  it('names files below ~/ by their whole path, since the SDK in cdk finds no sso-session there otherwise', () => {
    const env = { AWS_CONFIG_FILE: '~/work/config', AWS_SHARED_CREDENTIALS_FILE: '/other/credentials' };
    const plan = build({ profile }, env);
    expect(plan.env).toEqual({ ...env, AWS_CONFIG_FILE: join('/h/work/config'), AWS_PROFILE: 'dev' });
    expect(plan.set).toEqual({ AWS_CONFIG_FILE: join('/h/work/config'), AWS_PROFILE: 'dev' });
    const other = build({ profile }, { AWS_SHARED_CREDENTIALS_FILE: '~/keys' });
    expect(other.set).toEqual({ AWS_SHARED_CREDENTIALS_FILE: join('/h/keys'), AWS_PROFILE: 'dev' });
  });

  it('is a new object: ours is left as it was', () => {
    const env = Object.freeze({ ...keys });
    expect(build({ profile }, env).env).not.toBe(env);
    expect(env).toEqual(keys);
  });
});

describe('formatDryRun', () => {
  it('shows the command line to paste and the changes, and no value that was there before', () => {
    const plan = build({ profile: { name: 'my dev', inject: true } }, { ...keys, CDKX_STAGE: 'hidden-stage' }, [
      'deploy',
      "it's",
      '--proxy',
      'http://user:pa%24s@proxy:80',
    ]);
    const text = formatDryRun(plan, { env: {}, platform: 'linux' }).join('\n');
    expect(text).toContain(`/node /p/bin/cdk --profile 'my dev' deploy 'it'\\''s' --proxy 'http://***@proxy:80'`);
    expect(text).toContain("export AWS_PROFILE='my dev'");
    expect(text).toContain('unset AWS_SECRET_ACCESS_KEY');
    expect(text).toContain('unset CDKX_STAGE');
    expect(text).not.toMatch(/AKIAFAKE|fake-secret|fake-token|hidden-stage|pa%24s/);
  });

  it.each([
    [
      'cmd',
      {},
      '"My Programs\\node.exe" bin\\cdk --proxy "http://***@proxy:80"',
      'set "AWS_PROFILE=my dev"',
      'set "AWS_A="',
    ],
    [
      'powershell',
      { USERPROFILE: 'C:\\a', PSModulePath: 'C:\\a\\Modules' },
      "& 'My Programs\\node.exe' bin\\cdk --proxy 'http://***@proxy:80'",
      "$Env:AWS_PROFILE = 'my dev'",
      'Remove-Item Env:AWS_A',
    ],
  ])('shows them for the shell of the user on Windows: %s', (_shell, env, ...lines) => {
    const set = { AWS_PROFILE: 'my dev' };
    const plan = {
      command: 'My Programs\\node.exe',
      args: ['bin\\cdk', '--proxy', 'http://me:secret@proxy:80'],
      env: {},
      removed: ['AWS_A'],
      set,
      dropped: [],
    };
    expect(formatDryRun(plan, { env, platform: 'win32' }).map((line) => line.trim())).toEqual(lines);
  });

  it.each([
    [['a', 'b=c', './x'], 'a b=c ./x'],
    [['', 'a b', '$HOME', '*'], `'' 'a b' '$HOME' '*'`],
  ])('quotes %j for a shell', (args, text) => {
    expect(quoteArguments(args)).toBe(text);
  });
});
