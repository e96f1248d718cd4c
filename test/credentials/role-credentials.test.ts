import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SessionEndedError } from '../../lib/credentials/from-portal.ts';
import { roleCredentials } from '../../lib/credentials/role-credentials.ts';
import { UserError } from '../../lib/messages/errors.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { until } from '../helpers/until.ts';

const dev = '111111111111';
const prod = '222222222222';

describe('the role credentials of a profile', () => {
  let emulator: Emulator;
  let saved: NodeJS.ProcessEnv;
  beforeEach(async () => {
    emulator = await startEmulator({
      accounts: [
        { id: dev, roles: ['Developer'] },
        {
          id: prod,
          roles: [],
          iamRoles: [
            { name: 'Deploy', trusts: [dev], maxSessionSeconds: 43_200 },
            { name: 'Vendor', trusts: [dev], externalId: 'agreed' },
            { name: 'Guarded', trusts: [dev], needsMfa: true },
          ],
        },
      ],
    });
    saved = process.env;
    // The SDK reads endpoints from the environment of the process, as it does inside cdk.
    process.env = {
      ...saved,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  });
  afterEach(async () => {
    process.env = saved;
    await emulator.close();
  });

  const sso = (extra = '') => `[profile base]
sso_session = acme
sso_account_id = ${dev}
sso_role_name = Developer
region = eu-north-1
${extra}
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;
  const role = (source: string, extra = '') =>
    `[profile target]\nrole_arn = arn:aws:iam::${prod}:role/Deploy\n${source}\nregion = eu-west-1\n${extra}\n`;

  const ask = async (
    profile: string,
    config: string,
    given: {
      env?: Record<string, string>;
      tokens?: Record<string, unknown>;
      interactive?: boolean;
      /** Without an endpoint override: the stand-in sees which region is asked. */
      byHosts?: boolean;
    } = {},
  ) => {
    const home = createHome(join(tempFolder(), 'home'), {
      config,
      tokens: given.tokens ?? { acme: emulator.issueToken() },
    });
    const env = given.env ?? (given.byHosts === true ? {} : emulator.env());
    Object.assign(process.env, { HOME: home, ...env });
    const ctx = createTestContext({
      home,
      env,
      clock: createFakeClock(Date.now()),
      interactive: given.interactive ?? false,
      ...(given.byHosts === true && { awsHosts: emulator }),
    });
    const open = new Set<unknown>();
    const counting: typeof ctx = Object.assign(Object.create(ctx) as typeof ctx, {
      requestHandler: async (settings: Parameters<typeof ctx.requestHandler>[0]) => {
        const handler = await ctx.requestHandler(settings);
        open.add(handler);
        const destroy = () => {
          open.delete(handler);
          handler.destroy?.();
        };
        return { handle: handler.handle.bind(handler), destroy };
      },
    });
    const reporter = createReporter(ctx, 'normal');
    const credentials = roleCredentials(counting, { profile, http: {}, reporter });
    return { ctx, credentials, open };
  };
  const failure = async (asked: ReturnType<typeof ask>) =>
    (await asked).credentials.then(
      () => undefined,
      (error: unknown) => (error instanceof UserError ? error : Promise.reject(error as Error)),
    );
  const owner = (accessKeyId: string) => emulator.world.accessKeys.get(accessKeyId)?.arn;

  it('come from the portal for an SSO profile, with their end and account', async () => {
    const { credentials } = await ask('base', sso());
    const keys = await credentials;
    expect(keys).toMatchObject({ accountId: dev, expiration: expect.any(Date), sessionToken: expect.any(String) });
    expect(owner(keys.accessKeyId)).toContain(`:${dev}:assumed-role/`);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['GetRoleCredentials']);
  });

  it.each([
    ['an SSO profile', 'base', ''],
    ['a role on SSO', 'target', 'base'],
    ['a role on keys', 'target', 'keys'],
  ])('leave no connection open: %s', async (_, profile, source) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = emulator.userKeyFor({ account: dev });
    const keys = `[profile keys]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
    const { credentials, open } = await ask(profile, role(`source_profile = ${source}`) + sso() + keys);
    await credentials;
    expect(open.size).toBe(0);
    expect(emulator.connections()).toBeGreaterThan(0);
  });

  it('come from the endpoint that the profile names, which fromIni would not ask', async () => {
    const services = `services = here\n[services here]\nsso =\n  endpoint_url = ${emulator.url}\n`;
    const { credentials } = await ask('base', sso(services), { env: {} });
    expect(await credentials).toMatchObject({ accountId: dev });
  });

  it('are assumed with SSO credentials for a role chain', async () => {
    const { credentials } = await ask('target', role('source_profile = base', 'role_session_name = me') + sso());
    const { accessKeyId } = await credentials;
    expect(owner(accessKeyId)).toBe(`arn:aws:sts::${prod}:assumed-role/Deploy/me`);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['GetRoleCredentials', 'AssumeRole']);
  });

  it('are asked for in the region of Identity Center, whatever the region of the profile is', async () => {
    const { credentials } = await ask('base', sso(), { byHosts: true });
    expect(await credentials).toMatchObject({ accountId: dev });
    const elsewhere = sso().replace('sso_region = eu-west-1', 'sso_region = eu-north-1');
    expect(await failure(ask('base', elsewhere, { byHosts: true }))).toBeInstanceOf(SessionEndedError);
  });

  it('are not asked for where keys would go in the clear', async () => {
    const env = { ...emulator.env(), AWS_ENDPOINT_URL_STS: 'http://sts.evil.example' };
    const error = await failure(ask('target', role('source_profile = base') + sso(), { env }));
    expect(error).toMatchObject({ code: 'NoEndpoint', exitCode: 78 });
    expect(error?.parts.why).toContain('http://sts.evil.example');
  });

  it.each([
    ['the external ID', 'Vendor', 'external_id = agreed', 3600],
    ['an hour where nothing else is said, the most that AWS gives to a chain', 'Deploy', '', 3600],
    ['the duration of the profile', 'Deploy', 'duration_seconds = 900', 900],
  ])('are assumed with %s', async (_, name, settings, seconds) => {
    const config = role('source_profile = base', settings).replace('Deploy', name) + sso();
    const keys = await (await ask('target', config)).credentials;
    expect(owner(keys.accessKeyId)).toContain(`assumed-role/${name}/`);
    expect(Math.round(((keys.expiration?.getTime() ?? 0) - Date.now()) / 10_000)).toBe(seconds / 10);
  });

  it.each([
    ['no external ID', 'Vendor', ''],
    ['another external ID', 'Vendor', 'external_id = other'],
    ['a longer duration than AWS gives to a chain', 'Deploy', 'duration_seconds = 3601'],
    ['no MFA device', 'Guarded', ''],
  ])('are refused with %s', async (_, name, settings) => {
    const config = role('source_profile = base', settings).replace('Deploy', name) + sso();
    expect(await failure(ask('target', config))).toMatchObject({ exitCode: 77 });
  });

  it('are assumed by the SDK for a role chain on access keys', async () => {
    const keys = emulator.userKeyFor({ account: dev });
    const config = `[profile keys]\naws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}\n`;
    const { credentials } = await ask('target', role('source_profile = keys') + config);
    expect(owner((await credentials).accessKeyId)).toContain(`:${prod}:assumed-role/Deploy/`);
  });

  it('are what a credential_process prints', async () => {
    const script = join(tempFolder(), 'process.mjs');
    writeFileSync(script, `console.log('{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"secret"}')`);
    const { credentials } = await ask('p', `[profile p]\ncredential_process = ${process.execPath} ${script}\n`);
    expect(await credentials).toMatchObject({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' });
  });

  it('ask for the code of an MFA device on a terminal', async () => {
    const { serial, code } = emulator.mfaCodeFor({ account: dev });
    const config = role('source_profile = base', `mfa_serial = ${serial}`).replace('Deploy', 'Guarded') + sso();
    const { ctx, credentials } = await ask('target', config, { interactive: true });
    await until('the question', () => ctx.written.stderr().includes('mfa/ada'));
    ctx.type(`${code}\r`);
    expect(owner((await credentials).accessKeyId)).toContain('assumed-role/Guarded/');
    expect(ctx.written.stderr()).toContain(`arn:aws:iam::${dev}:mfa/ada`);
    expect(ctx.written.stdout()).toBe('');
  });

  it.each<[string, () => ReturnType<typeof ask>, number, string]>([
    [
      'without a terminal for an MFA code',
      () => ask('target', role('source_profile = base', 'mfa_serial = arn:aws:iam::1:mfa/a') + sso()),
      77,
      'the code of an MFA device',
    ],
    ['without a token', () => ask('base', sso(), { tokens: {} }), 77, 'is not valid'],
    [
      'with an expired token',
      () => ask('base', sso(), { tokens: { acme: emulator.issueToken({ expiresIn: -1 }) } }),
      77,
      'is not valid',
    ],
    [
      'without access to the role',
      () => ask('base', sso().replace('Developer', 'Gone')),
      77,
      `no access to role Gone in account ${dev}`,
    ],
    [
      'with a role that trusts somebody else',
      () => ask('target', role('source_profile = base').replace('Deploy', 'Other') + sso()),
      77,
      `assume arn:aws:iam::${prod}:role/Other`,
    ],
    [
      'without a network',
      () => ask('base', sso(), { env: { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:9' } }),
      69,
      'IAM Identity Center is unreachable (GetRoleCredentials at 127.0.0.1:9: ECONNREFUSED)',
    ],
    ['of a profile with settings only', () => ask('s', '[profile s]\nregion = eu-west-1\n'), 78, 'settings only'],
    [
      'of a profile whose session is missing',
      () => ask('base', sso().replace('[sso-session acme]', '[sso-session other]')),
      78,
      '[sso-session acme]',
    ],
    [
      'of a credential_process that fails',
      () => ask('p', '[profile p]\ncredential_process = false\n'),
      77,
      'could not get credentials',
    ],
  ])('fail %s', async (_, asked, exitCode, what) => {
    const error = await failure(asked());
    expect(error).toMatchObject({ exitCode });
    expect(error?.parts.what).toContain(what);
  });

  it('tell what a credential_process said that failed, and not its command line, which may hold a secret', async () => {
    const script = join(tempFolder(), 'process.mjs');
    writeFileSync(script, 'console.error("no such vault"); process.exit(3);');
    const command = `"${process.execPath}" "${script}" s3cret`;
    const error = await failure(ask('p', `[profile p]\ncredential_process = ${command}\n`));
    expect(error?.parts).toEqual({
      what: 'could not get credentials from profile "p"',
      why: ['Its credential_process failed.', 'no such vault'],
      next: [{ say: 'To see the credential source, run:' }, { run: 'cdkx profile show --profile p' }],
    });
  });

  it('tell a session that was ended elsewhere from a missing permission', async () => {
    const token = emulator.issueToken();
    emulator.revoke({});
    expect(await failure(ask('base', sso(), { tokens: { acme: token } }))).toBeInstanceOf(SessionEndedError);
    expect(await failure(ask('base', sso().replace('Developer', 'Gone')))).not.toBeInstanceOf(SessionEndedError);
  });

  it('never show a secret', async () => {
    const token = emulator.issueToken();
    emulator.faults.add({ operation: 'GetRoleCredentials', kind: 'error', status: 500, times: 'always' });
    const error = await failure(ask('base', sso(), { tokens: { acme: token } }));
    expect(JSON.stringify([error, error?.parts, error?.stack])).not.toContain(token['accessToken']);
  });
});
