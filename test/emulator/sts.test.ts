import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { KeyVariables } from './controls.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const [dev, prod] = ['111111111111', '222222222222'];

describe('AssumeRole', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    const trusts = [dev];
    emulator = await startEmulator({
      accounts: [
        { id: dev, roles: ['Developer', 'ReadOnly'] },
        {
          id: prod,
          roles: [],
          iamRoles: [
            { name: 'Plain', trusts },
            { name: 'Long', trusts, maxSessionSeconds: 43_200 },
            { name: 'Vendor', trusts, externalId: 'agreed' },
            { name: 'Guarded', trusts, needsMfa: true },
          ],
        },
      ],
    });
  });
  afterEach(() => emulator.close());

  /** What came of it: how long the credentials live, seconds, or the code and the start of the message. */
  async function assume(keys: KeyVariables, role: string, more: Partial<AssumeRoleCommandInput> = {}) {
    const credentials = {
      accessKeyId: keys.AWS_ACCESS_KEY_ID,
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      ...(keys.AWS_SESSION_TOKEN !== undefined && { sessionToken: keys.AWS_SESSION_TOKEN }),
    };
    const sts = new STSClient({ endpoint: emulator.url, region: 'eu-west-1', maxAttempts: 1, credentials });
    const input = { RoleArn: `arn:aws:iam::${prod}:role/${role}`, RoleSessionName: 'test', ...more };
    return sts.send(new AssumeRoleCommand(input)).then(
      ({ Credentials }) => Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000),
      (error: unknown) => (error as Error).name,
    );
  }
  const role = () => emulator.credentialsFor({ account: dev });
  const user = () => emulator.userKeyFor({ account: dev });

  it.each<[number | undefined, () => KeyVariables, string, number | string]>([
    [undefined, user, 'Plain', 3600],
    [900, user, 'Plain', 900],
    [899, user, 'Plain', 'ValidationError'],
    [3601, user, 'Plain', 'ValidationError'],
    [43_200, user, 'Long', 43_200],
    [43_201, user, 'Long', 'ValidationError'],
    [3600, role, 'Long', 3600],
    [3601, role, 'Long', 'ValidationError'],
  ])(
    'for %p seconds gives what the role allows, and by role chaining an hour at most',
    async (seconds, keys, name, expected) => {
      expect(await assume(keys(), name, { DurationSeconds: seconds })).toBe(expected);
    },
  );

  it('wants the external ID of the trust policy', async () => {
    expect(await assume(role(), 'Vendor')).toBe('AccessDenied');
    expect(await assume(role(), 'Vendor', { ExternalId: 'other' })).toBe('AccessDenied');
    expect(await assume(role(), 'Vendor', { ExternalId: 'agreed' })).toBe(3600);
  });

  it('wants the code that the user’s own MFA device shows now, once', async () => {
    const { serial, code } = emulator.mfaCodeFor({ account: dev });
    const mfa = { SerialNumber: serial, TokenCode: code };
    expect(await assume(user(), 'Guarded')).toBe('AccessDenied');
    expect(await assume(user(), 'Guarded', { ...mfa, TokenCode: code === '000000' ? '000001' : '000000' })).toBe(
      'AccessDenied',
    );
    expect(await assume(user(), 'Guarded', { TokenCode: code })).toBe('AccessDenied');
    expect(await assume(emulator.userKeyFor({ account: dev, user: 'eve' }), 'Guarded', mfa)).toBe('AccessDenied');
    expect(await assume(user(), 'Guarded', mfa)).toBe(3600);
    expect(await assume(user(), 'Guarded', mfa)).toBe('AccessDenied');
    const next = emulator.mfaCodeFor({ account: dev });
    expect(await assume(role(), 'Guarded', { SerialNumber: next.serial, TokenCode: next.code })).toBe(3600);
  });

  it('is not for a read-only role', async () => {
    expect(await assume(emulator.credentialsFor({ account: dev, role: 'ReadOnly' }), 'Plain')).toBe('AccessDenied');
  });
});
