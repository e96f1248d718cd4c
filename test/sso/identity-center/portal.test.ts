import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { withIdentityCenter } from '../../../lib/sso/identity-center/client.ts';
import { checkPortal, type PortalAccess } from '../../../lib/sso/identity-center/portal.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createSession } from '../setup.ts';

const target = { accountId: '111111111111', roleName: 'Developer' };
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ pageSize: 1 });
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.close());

function access(): PortalAccess {
  const { accessToken } = emulator.issueToken({ expiresIn: 3600 });
  return { session: createSession(emulator), token: { accessToken }, http: {} };
}

describe('the portal', () => {
  it('knows a session that was ended', async () => {
    const ctx = createTestContext();
    const at = access();
    await withIdentityCenter(ctx, at.session, {}, (to) => to.logout(at.token));
    expect(await checkPortal(ctx, at, target)).toEqual({ state: 'revoked' });
  });

  it('says whether the session still gives a role', async () => {
    const ctx = createTestContext();
    expect(await checkPortal(ctx, access(), target)).toEqual({ state: 'usable' });
    const verdict = await checkPortal(ctx, access(), { ...target, roleName: 'Nobody' });
    expect(verdict.state).toBe('no-access');
    expect('roles' in verdict && [...(verdict.roles ?? [])].sort()).toEqual(['Developer', 'ReadOnly']);
  });

  it.each([
    [{ kind: 'error', status: 500 }],
    [{ kind: 'reset' }],
    [{ kind: 'truncated' }],
    [{ kind: 'proxy-html' }],
    [{ kind: 'error', status: 429 }],
  ] as const)('knows nothing when the portal answers with %j', async (fault) => {
    emulator.faults.add({ operation: 'sso:*', times: 'always', ...fault });
    expect(await checkPortal(createTestContext(), access(), target)).toMatchObject({ state: 'unknown' });
  });

  it('knows nothing when the portal does not answer in time', async () => {
    emulator.faults.add({ operation: 'sso:*', times: 'always', kind: 'hang' });
    expect(await checkPortal(createTestContext(), access(), target, 100)).toEqual({ state: 'unknown' });
  });
});
