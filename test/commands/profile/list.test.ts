import { describe, expect, it } from '@jest/globals';
import { config, credentials, runOwn } from '../run-cdkx.ts';

const token = {
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  accessToken: 'secret-access-token',
  expiresAt: '2099-01-01T00:00:00Z',
};
const roles = `
[profile deployer]
role_arn = arn:aws:iam::333333333333:role/path/Deployer
source_profile = acme-dev
[profile on-ended]
role_arn = arn:aws:iam::333333333333:role/Deployer
source_profile = ended
`;

describe('cdkx profile list', () => {
  it('tells every profile with its kind, account, role and the state of its session', async () => {
    const { exitCode, stdout, stderr } = await runOwn(['profile', 'list', '--json'], {
      config: config + roles,
      credentials,
      tokens: { acme: token },
      env: { AWS_PROFILE: 'acme-dev' },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { version, profiles } = JSON.parse(stdout) as { version: number; profiles: { name: string }[] };
    expect(version).toBe(1);
    expect(Object.fromEntries(profiles.map((profile) => [profile.name, profile]))).toMatchObject({
      'acme-dev': {
        kind: 'sso-session',
        account: '111111111111',
        role: 'Developer',
        region: 'eu-north-1',
        session: 'acme',
        state: 'valid',
        current: true,
      },
      'acme-prod': { kind: 'sso-session', account: '222222222222', role: 'Deployer', state: 'valid', current: false },
      legacy: { kind: 'legacy-sso', session: 'https://acme.awsapps.com/start', state: 'signed-out' },
      broken: { kind: 'invalid', problem: expect.stringContaining('nowhere') },
      console: { kind: 'login', account: '444444444444', state: 'signed-out' },
      'only-settings': { kind: 'none', region: 'eu-west-1' },
      deployer: { kind: 'assume-role', account: '333333333333', role: 'Deployer', session: 'acme', state: 'valid' },
      keys: { kind: 'static' },
      ended: { kind: 'temporary', state: 'expired' },
      'on-ended': { kind: 'assume-role', state: 'expired' },
      lasting: { kind: 'temporary', state: 'unknown' },
    });
    expect(stdout).not.toContain('secret');
  });

  it('is a table for people, the project’s profile marked', async () => {
    const { exitCode, stdout } = await runOwn(['profile', 'list'], { config, env: { AWS_PROFILE: 'acme-prod' } });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Profile +Kind +Account +Role +Session +State\n/);
    expect(stdout).toMatch(/\n\* acme-prod +sso +222222222222 +Deployer +acme +signed out\n/);
    expect(stdout).toMatch(/\n {2}acme-dev +sso /);
  });

  it('fits a terminal of 80 columns', async () => {
    const { stdout } = await runOwn(['profile', 'list'], {
      config,
      credentials,
      interactive: true,
      env: { NO_COLOR: '1' },
    });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows the profiles that match a filter', async () => {
    const names = async (filter: string) => {
      const { stdout } = await runOwn(['profile', 'list', filter, '--json'], { config });
      return (JSON.parse(stdout) as { profiles: { name: string }[] }).profiles.map(({ name }) => name);
    };
    expect(await names('PROD')).toEqual(['acme-prod']);
    expect(await names('222222222222')).toEqual(['acme-prod']);
    expect(await names('nothing-like-it')).toEqual([]);
    expect(await runOwn(['profile', 'list', 'nothing-like-it'], { config })).toMatchObject({ exitCode: 0 });
  });

  it('leaves out columns at 80 columns before it shortens a name', async () => {
    const name = 'acme-checkout-production-PowerUserAccess';
    const section = `[profile ${name}]\nsso_session = acme\nsso_account_id = 222222222222\nsso_role_name = PowerUserAccess\n`;
    const { stdout } = await runOwn(['profile', 'list'], {
      config: `${config}\n${section}`,
      interactive: true,
      env: { NO_COLOR: '1' },
    });
    const [heading = '', ...rows] = stdout.split('\n');
    expect(rows.find((row) => row.includes(name))).toMatch(/222222222222/);
    expect({ session: heading.includes('Session'), profile: heading.includes('Profile') }).toEqual({
      session: false,
      profile: true,
    });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says what to do where there is none', async () => {
    const { exitCode, stdout } = await runOwn(['profile', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('cdkx sso configure');
  });

  it('shows names with control characters as text', async () => {
    const { stdout } = await runOwn(['profile', 'list'], {
      config: '[profile a]\nsso_session = x\u001B[2Jy\nsso_account_id = 1\nsso_role_name = \u202Er\n',
    });
    expect(['\u202E', '\u001B'].filter((char) => stdout.includes(char))).toEqual([]);
  });

  it('fails where cdk.json cannot be used', async () => {
    const { exitCode, stdout, stderr } = await runOwn(['profile', 'list'], {
      config,
      projectJson: { context: { cdkx: 5 } },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(stderr).toContain('context.cdkx');
  });
});
