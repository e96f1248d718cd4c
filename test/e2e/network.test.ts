import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../lib/main.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx, type RunOptions } from '../helpers/cli.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { openDoor, type Door } from '../helpers/door.ts';
import { recordFigure } from '../helpers/figures.ts';
import { needing } from '../helpers/needs.ts';
import { createScriptedProject, createWorkplace, sharedConfig } from '../helpers/project.ts';
import { startProxy, type Proxy } from '../helpers/proxy.ts';
import { handsOutCredentials, type Shows } from '../helpers/shown-secrets.ts';
import { createAuthority, noOpenssl, type Authority } from '../helpers/tls.ts';

const account = '111111111111';
/** In settings below, stands for what is known only at run time. */
type Marked = Readonly<Record<string, string>>;

const withCertificates = needing(describe, 'openssl', noOpenssl);

withCertificates('AWS behind a private certificate authority, and a proxy', () => {
  let folder: string;
  let emulator: Emulator;
  let trusted: Authority;
  let other: Authority;
  let door: Door;
  let proxy: Proxy;
  let guarded: Proxy;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cdkx-tls-'));
    trusted = createAuthority(folder, 'trusted');
    other = createAuthority(folder, 'other');
    emulator = await startEmulator();
    door = await openDoor(emulator.port, { before: trusted });
    [proxy, guarded] = [await startProxy(), await startProxy({ password: 'ada:s3cret' })];
  });
  afterAll(async () => {
    await Promise.all([proxy.close(), guarded.close(), door.close(), emulator.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    proxy.passed.length = 0;
    guarded.passed.length = 0;
    emulator.log.length = 0;
  });

  /** `{ca}`, `{other}`, `{proxy}` … as they are in this run. */
  function fill(text: string): string {
    const values: Marked = {
      ca: trusted.ca,
      other: other.ca,
      proxy: proxy.url,
      host: new URL(proxy.url).host,
      guarded: guarded.url.replace('//', '//ada:s3cret@'),
      wrong: guarded.url.replace('//', '//ada:nothing@'),
      port: new URL(door.url).port,
    };
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  }
  const filled = (record: Marked) => Object.fromEntries(Object.entries(record).map(([k, v]) => [k, fill(v)]));
  const endpoints = () =>
    Object.fromEntries(Object.entries(emulator.env()).map(([k, v]) => [k, v === emulator.url ? door.url : v]));

  interface Way {
    readonly args?: readonly string[];
    readonly env?: Marked;
    readonly cdkJson?: Marked;
    /** `ca_bundle` of the profile. */
    readonly profile?: string;
  }
  const withBundle = (config: string, { profile }: Way) =>
    profile === undefined ? config : config.replace(/^\[profile .*$/m, `$&\nca_bundle = ${fill(profile)}`);

  /** Runs `cdkx deploy` with a session to be refreshed (sign-in service), and then asks for role credentials (portal). */
  async function refreshAndAsk(way: Way, { isBuilt = false } = {}) {
    const project = createScriptedProject('', {
      config: withBundle(sharedConfig, way),
      tokens: { acme: emulator.issueToken({ expiresIn: -60 }) },
    });
    const cdkJson = { ...filled(way.cdkJson ?? {}), context: { cdkx: 'acme-dev' } };
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(cdkJson));
    const run = async (argv: readonly string[], more: { readonly shows?: Shows } = {}) => {
      const ctx = createTestContext({
        home: project.home,
        cwd: project.cwd,
        env: { ...endpoints(), ...project.env, ...filled(way.env ?? {}) },
        argv,
        clock: createFakeClock(Date.now()),
        spawn: (_command, _args, options) => spawn(process.execPath, ['-e', ''], options),
      });
      return isBuilt
        ? runCdkx(argv, { ...(ctx as RunOptions), ...more }).then(({ exitCode, stderr }) => ({
            end: { code: exitCode ?? -1 },
            stderr,
          }))
        : { end: await main(ctx), stderr: ctx.written.stderr() };
    };
    const deploy = await run([...(way.args ?? []).map(fill), 'deploy']);
    if (!('code' in deploy.end) || deploy.end.code !== 0) return deploy;
    // A command of cdkx's own takes neither from the project: of such a run there is only the refresh.
    if (way.cdkJson !== undefined) return deploy;
    return run(['sso', 'credentials', '--profile', 'acme-dev'], { shows: handsOutCredentials });
  }
  const calls = () => emulator.log.map(({ operation, status }) => `${operation} ${status}`);
  const callsOf = ({ cdkJson }: Way) => ['CreateToken 200', 'GetRoleCredentials 200'].slice(0, cdkJson ? 1 : 2);

  describe('our own calls', () => {
    const trustedBy = { AWS_CA_BUNDLE: '{ca}' };

    it.each([
      ['AWS_CA_BUNDLE', { env: trustedBy }],
      ['aws_ca_bundle, which cdk reads too', { env: { aws_ca_bundle: '{ca}' } }],
      ['the profile’s ca_bundle', { profile: '{ca}' }],
      ['REQUESTS_CA_BUNDLE', { env: { REQUESTS_CA_BUNDLE: '{ca}' } }],
      ['caBundlePath in cdk.json', { cdkJson: { caBundlePath: '{ca}' } }],
      ['CDK_CA_BUNDLE_PATH', { env: { CDK_CA_BUNDLE_PATH: '{ca}' } }],
      ['the variable rather than the profile', { env: trustedBy, profile: '{other}' }],
      ['the profile rather than REQUESTS_CA_BUNDLE', { env: { REQUESTS_CA_BUNDLE: '{other}' }, profile: '{ca}' }],
      ['cdk.json rather than the variable', { env: { AWS_CA_BUNDLE: '{other}' }, cdkJson: { caBundlePath: '{ca}' } }],
    ] as [string, Way][])('trust the authority that is named by %s', async (_, way) => {
      expect(await refreshAndAsk(way)).toMatchObject({ end: { code: 0 } });
      expect(calls()).toEqual(callsOf(way));
      expect(proxy.passed).toEqual([]);
      recordFigure('network.trusted');
    });

    it('take --ca-bundle-path before all others', async () => {
      const way = { args: ['--ca-bundle-path', '{ca}'], env: { AWS_CA_BUNDLE: '{other}' }, profile: '{other}' };
      // The second call has no such flag: it meets the other authority.
      const { end, stderr } = await refreshAndAsk(way, { isBuilt: true });
      expect(end).toEqual({ code: 69 });
      expect(calls()).toEqual(['CreateToken 200']);
      expect(stderr).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      recordFigure('network.trusted');
      recordFigure('network.refused');
      expect(stderr).toContain('AWS_CA_BUNDLE=/path/to/ca.pem');
    });

    it.each([
      ['no authority is named', {}],
      ['another one is', { env: { AWS_CA_BUNDLE: '{other}' } }],
      ['the profile names another', { profile: '{other}' }],
      ['the variable names another than the profile', { env: { AWS_CA_BUNDLE: '{other}' }, profile: '{ca}' }],
    ] as [string, Way][])('stop where %s', async (_, way) => {
      const { end, stderr } = await refreshAndAsk(way, { isBuilt: true });
      expect(end).toEqual({ code: 69 });
      expect(stderr).toMatch(/^cdkx: .*certificate/m);
      expect(stderr).toContain('AWS_CA_BUNDLE=/path/to/ca.pem');
      expect(calls()).toEqual([]);
      recordFigure('network.refused');
    });

    it.each([
      ['--ca-bundle-path', { args: ['--ca-bundle-path', '/nowhere.pem'] }],
      ['AWS_CA_BUNDLE', { env: { AWS_CA_BUNDLE: '/nowhere.pem' } }],
      ['ca_bundle of the profile', { profile: '/nowhere.pem' }],
      ['REQUESTS_CA_BUNDLE', { env: { REQUESTS_CA_BUNDLE: '/nowhere.pem' } }],
    ] as [string, Way][])('name a file that is not there, and that %s named it', async (name, way) => {
      const { end, stderr } = await refreshAndAsk(way);
      expect(end).toEqual({ code: 78 });
      expect(stderr).toMatch(/\/nowhere\.pem.*ENOENT/);
      expect(stderr).toContain(`It is set by ${name}`);
      recordFigure('network.missing-files');
    });

    const byProxy = { HTTPS_PROXY: '{proxy}' };

    it.each([
      ['HTTPS_PROXY', { env: byProxy }, 2],
      ['https_proxy', { env: { https_proxy: '{proxy}', HTTPS_PROXY: 'http://127.0.0.1:1' } }, 2],
      ['ALL_PROXY', { env: { ALL_PROXY: '{proxy}' } }, 2],
      ['a proxy without its scheme', { env: { http_proxy: '', https_proxy: '', ALL_PROXY: 'http://{host}' } }, 2],
      ['proxy of cdk.json', { cdkJson: { proxy: '{proxy}' } }, 1],
      ['CDK_PROXY', { env: { CDK_PROXY: '{proxy}', HTTPS_PROXY: 'http://127.0.0.1:1' } }, 2],
      ['--proxy, for the command that has it', { args: ['--proxy', '{proxy}'] }, 1],
      ['an empty --proxy, which means none', { args: ['--proxy', ''], env: byProxy }, 1],
      ['HTTP_PROXY, which is for http only', { env: { HTTP_PROXY: '{proxy}' } }, 0],
      ['NO_PROXY with the host', { env: { ...byProxy, NO_PROXY: 'example.com,127.0.0.1' } }, 0],
      ['no_proxy with host and port', { env: { ...byProxy, no_proxy: '127.0.0.1:{port}' } }, 0],
      ['NO_PROXY with another port', { env: { ...byProxy, NO_PROXY: '127.0.0.1:1' } }, 2],
      ['NO_PROXY with a star', { env: { ...byProxy, NO_PROXY: '*' } }, 0],
    ] as [string, Way, number][])('go the way of %s', async (_, way, through) => {
      expect(await refreshAndAsk({ ...way, env: { ...trustedBy, ...way.env } })).toMatchObject({ end: { code: 0 } });
      expect(calls()).toEqual(callsOf(way));
      expect(proxy.passed).toEqual(
        Array.from({ length: through }, () => `CONNECT 127.0.0.1:${new URL(door.url).port}`),
      );
      recordFigure('network.settings');
      recordFigure('network.calls', calls().length);
    });

    it('tell a proxy its name and password, and tell nobody else', async () => {
      const { end, stderr } = await refreshAndAsk({ env: { ...trustedBy, HTTPS_PROXY: '{guarded}' } });
      expect({ end, passed: guarded.passed.length }).toEqual({ end: { code: 0 }, passed: 2 });
      expect(stderr).not.toContain('s3cret');
      recordFigure('network.passwords');
    });

    it.each(['*', 'proxy-agent,agent-base,https-proxy-agent'])(
      'tell nobody the name and password of a proxy, with DEBUG=%s either',
      async (DEBUG) => {
        const env = { ...trustedBy, HTTPS_PROXY: '{guarded}', DEBUG };
        const { end, stderr } = await refreshAndAsk({ env }, { isBuilt: true });
        expect({ end, passed: guarded.passed.length }).toEqual({ end: { code: 0 }, passed: 2 });
        for (const secret of ['s3cret', Buffer.from('ada:s3cret').toString('base64')])
          expect(stderr).not.toContain(secret);
        recordFigure('network.passwords');
      },
    );

    it.each([
      ['refuses', { env: { HTTPS_PROXY: '{wrong}' } }, 69],
      ['is not there', { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }, 69],
      ['is no address', { args: ['--proxy', 'proxy.example.com:8080'] }, 78],
      ['is of a kind that does not exist', { args: ['--proxy', 'gopher://ada:nothing@proxy'] }, 78],
    ] as [string, Way, number][])('end where the proxy %s, without its password', async (_, way, code) => {
      const { end, stderr } = await refreshAndAsk({ ...way, env: { ...trustedBy, ...way.env } });
      expect(end).toEqual({ code });
      expect(stderr).toMatch(/proxy/i);
      expect(stderr).not.toContain('nothing');
      recordFigure('network.bad-proxies');
      expect(calls()).toEqual([]);
    });
  });

  describe('the account guard’s call to STS', () => {
    it.each([
      ['trusts AWS_CA_BUNDLE', { env: { AWS_CA_BUNDLE: '{ca}' } }, 0, 0],
      [
        'trusts the ca_bundle of the profile, through the proxy',
        { profile: '{ca}', env: { HTTPS_PROXY: '{proxy}' } },
        0,
        1,
      ],
      ['trusts nobody else', {}, 69, 0],
    ] as [string, Way, number, number][])('%s', async (_, way, code, through) => {
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = emulator.userKeyFor({ account });
      const keys = `aws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
      const project = createScriptedProject('', { config: withBundle(`[profile of-keys]\n${keys}`, way) });
      const block = { context: { cdkx: { profile: 'of-keys', account } } };
      writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(block));
      const env = { ...endpoints(), ...project.env, AWS_REGION: 'eu-west-1', ...filled(way.env ?? {}) };
      const result = await runCdkx(['deploy'], { ...project, env });
      expect(result).toMatchObject({ exitCode: code });
      expect(calls()).toEqual(code === 0 ? ['GetCallerIdentity 200'] : []);
      expect(proxy.passed.length).toBe(through);
      if (code === 0) return;
      expect(result.stderr).toContain('cannot determine the account');
      expect(result.stderr).toMatch(/certificate[^]*GetCallerIdentity/);
    });
  });

  describe('the built program with the real cdk', () => {
    it.each([
      ['the proxy and authority of the environment', { env: { HTTPS_PROXY: '{proxy}', AWS_CA_BUNDLE: '{ca}' } }, true],
      ['those of the command line', { args: ['--proxy', '{proxy}', '--ca-bundle-path', '{ca}'] }, true],
      [
        'the proxy of cdk.json and the authority of the profile',
        { cdkJson: { proxy: '{proxy}' }, profile: '{ca}' },
        true,
      ],
      [
        'Node’s own extra authorities, past the proxy',
        { env: { NODE_EXTRA_CA_CERTS: '{ca}', HTTPS_PROXY: '{proxy}', NO_PROXY: '127.0.0.1' } },
        false,
      ],
    ] as [string, Way, boolean][])('goes by %s, as cdk after it', async (_, way, isProxied) => {
      const place = createWorkplace({
        config: withBundle(sharedConfig, way),
        tokens: { acme: emulator.issueToken({ expiresIn: -60 }) },
        projectJson: { ...filled(way.cdkJson ?? {}), app: 'assembly', context: { cdkx: 'acme-dev' } },
      });
      createAssembly(join(place.cwd, 'assembly'));
      const args = [...(way.args ?? []).map(fill), 'diff', 'Only', '--method', 'template'];
      await runCdkx(args, { ...place, env: { ...endpoints(), ...filled(way.env ?? {}) } });
      // The refresh is ours; what follows is cdk's: the role's credentials, whose they are, and what is deployed.
      expect(calls().slice(0, 3)).toEqual([...callsOf({}), 'GetCallerIdentity 200']);
      expect(emulator.log.some(({ service }) => service === 'cloudformation')).toBe(true);
      // One connection for each of those three at least, or none.
      expect(proxy.passed.length >= 3).toBe(isProxied);
      expect(proxy.passed.length === 0).toBe(!isProxied);
      recordFigure('network.with-cdk');
    });
  });
});

/** An assembly of one small stack, so that no app has to run. */
function createAssembly(folder: string): void {
  mkdirSync(folder);
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  write('Only.template.json', { Resources: { Name: { Type: 'AWS::SSM::Parameter', Properties: { Value: 'x' } } } });
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: `aws://${account}/eu-west-1`,
    properties: { templateFile: 'Only.template.json' },
    displayName: 'Only',
  };
  write('manifest.json', { version: '36.0.0', artifacts: { Only: stack } });
}
