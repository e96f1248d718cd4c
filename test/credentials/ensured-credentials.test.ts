import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { ensuredCredentials, roleCredentials } from '../../lib/credentials/role-credentials.ts';
import { ensureProfile } from '../../lib/profile/ensure-profile.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { answerCodes } from '../helpers/devices.ts';
import { createHome } from '../helpers/home.ts';
import { userError } from '../sso/setup.ts';

const startUrl = 'https://acme.awsapps.com/start';
const account = '111111111111';
const config = `[profile dev]
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_account_id = ${account}
sso_role_name = Developer
region = eu-west-1
`;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ deviceInterval: 0, accounts: [{ id: account, roles: ['Developer'] }] });
});
beforeEach(() => void (emulator.log.length = 0));
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

/** The credentials of a legacy profile, which nothing can refresh, while a person approves every sign-in. */
async function ask(tokens: Record<string, unknown>) {
  const ctx = createTestContext({
    env: emulator.env(),
    clock: createFakeClock(Date.now(), { autoAdvance: true }),
  });
  createHome(ctx.home, { config, tokens });
  const shared = readSharedConfig(ctx);
  const source = resolveCredentialSource(shared, 'dev', ctx.env);
  const about = { profile: 'dev', http: {}, command: 'cdkx', reporter: createReporter(ctx, 'normal') };
  return answerCodes(
    emulator,
    ensuredCredentials(
      (refused) =>
        ensureProfile(ctx, {
          ...about,
          source,
          requirement: 'required',
          login: 'auto',
          unattended: undefined,
          refused,
        }),
      (token) => roleCredentials(ctx, { ...about, config: shared, token }),
    ),
  );
}

const count = (name: string) => emulator.log.filter(({ operation }) => operation === name).length;

describe('a token that the portal does not take', () => {
  beforeEach(() => {
    const code = 'UnauthorizedException';
    emulator.faults.add({ operation: 'GetRoleCredentials', kind: 'error', status: 401, code, times: 'always' });
  });

  it('is replaced by one login, after which the portal has the last word', async () => {
    const error = await userError(ask({ [startUrl]: emulator.issueToken({ legacy: true }) }));
    expect(error.exitCode).toBe(77);
    expect([count('StartDeviceAuthorization'), count('GetRoleCredentials')]).toEqual([1, 2]);
  });

  it('is not replaced where somebody has just signed in for it', async () => {
    const error = await userError(ask({}));
    expect(error.exitCode).toBe(77);
    expect([count('StartDeviceAuthorization'), count('GetRoleCredentials')]).toEqual([1, 1]);
  });
});
