import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkPortal,
  listAccounts,
  listRoles,
  logout,
  roleCredentials,
  type PortalAccess,
} from '../../lib/sso/portal.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { createTestContext } from '../helpers/context.ts';
import { createSession } from './setup.ts';

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
  it('gives role credentials', async () => {
    expect(await roleCredentials(createTestContext(), access(), target)).toEqual({
      accessKeyId: expect.any(String),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
      expiresAt: expect.any(Date),
    });
  });

  it('lists accounts and roles over all pages', async () => {
    const ctx = createTestContext();
    const at = access();
    expect((await listAccounts(ctx, at)).map(({ accountId }) => accountId)).toEqual(['111111111111', '222222222222']);
    expect((await listRoles(ctx, at, '111111111111')).map(({ roleName }) => roleName).sort()).toEqual([
      'Developer',
      'ReadOnly',
    ]);
  });

  it('ends a session, also one that has ended', async () => {
    const ctx = createTestContext();
    const at = access();
    await logout(ctx, at);
    expect(await checkPortal(ctx, at, target)).toEqual({ state: 'revoked' });
    await logout(ctx, at);
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
    expect(await checkPortal(createTestContext(), access(), target)).toEqual({ state: 'unknown' });
  });

  it('knows nothing when the portal does not answer in time', async () => {
    emulator.faults.add({ operation: 'sso:*', times: 'always', kind: 'hang' });
    expect(await checkPortal(createTestContext(), access(), target, 100)).toEqual({ state: 'unknown' });
  });
});
