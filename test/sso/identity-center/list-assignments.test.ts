import { describe, expect, it } from '@jest/globals';
import {
  type FailureKind,
  IdentityCenterFailure,
  type PortalAccount,
} from '../../../lib/sso/identity-center/client.ts';
import { listAssignments } from '../../../lib/sso/identity-center/portal.ts';
import { createFakeClock } from '../../helpers/clock.ts';

const accountOf = (number: number): PortalAccount => ({
  accountId: String(number).padStart(12, '0'),
  accountName: `Account ${number}`,
});
const failure = (kind: FailureKind) =>
  new IdentityCenterFailure(kind, { operation: 'ListAccountRoles', host: 'portal', code: kind });

/** A portal with that many accounts, two a page, one role a page; `before` may reject. */
function createPortal(count: number, before: (accountId: string, call: number) => void = () => undefined) {
  const accounts = Array.from({ length: count }, (_, number) => accountOf(number + 1));
  const calls = { accounts: 0, roles: 0, running: 0, most: 0 };
  return {
    calls,
    listAccounts: async ({ nextToken = '0' }: { nextToken?: string | undefined }) => {
      calls.accounts += 1;
      const start = Number(nextToken);
      const page = accounts.slice(start, start + 2);
      return { accounts: page, ...(start + 2 < count ? { nextToken: String(start + 2) } : {}) };
    },
    listAccountRoles: async ({ accountId, nextToken }: { accountId: string; nextToken?: string | undefined }) => {
      calls.running += 1;
      calls.most = Math.max(calls.most, calls.running);
      await new Promise((resolve) => setImmediate(resolve));
      calls.running -= 1;
      calls.roles += 1;
      before(accountId, calls.roles);
      return nextToken === undefined
        ? { roles: [{ accountId, roleName: 'Viewer' }], nextToken: 'more' }
        : { roles: [{ accountId, roleName: 'Admin' }] };
    },
  };
}

describe('listAssignments', () => {
  it('follows the pages of accounts and roles, sorts, and asks about ten accounts at once at most', async () => {
    const portal = createPortal(25);
    const seen: string[] = [];
    const result = await listAssignments({ clock: createFakeClock() }, portal, 'token', undefined, (done, total) =>
      seen.push(`${done}/${total}`),
    );
    expect(result.unread).toEqual([]);
    expect(result.roles).toHaveLength(50);
    expect(result.roles.slice(0, 2).map(({ accountName, roleName }) => `${accountName} ${roleName}`)).toEqual([
      'Account 1 Admin',
      'Account 1 Viewer',
    ]);
    expect(portal.calls).toMatchObject({ accounts: 13, roles: 50, most: 10 });
    expect([seen[0], seen.at(-1)]).toEqual(['0/25', '25/25']);
  });

  it('asks only about the accounts that are wanted', async () => {
    const portal = createPortal(25);
    const result = await listAssignments({ clock: createFakeClock() }, portal, 'token', ({ accountId }) =>
      accountId.endsWith('07'),
    );
    expect(result.roles.map(({ roleName }) => roleName)).toEqual(['Admin', 'Viewer']);
    expect(portal.calls.roles).toBe(2);
  });

  it('waits and repeats where the portal throttles', async () => {
    const clock = createFakeClock();
    const portal = createPortal(30, (_, call) => {
      if (call % 3 === 0) throw failure('throttled');
    });
    const result = await listAssignments({ clock }, portal, 'token');
    expect(result).toMatchObject({ unread: [] });
    expect(result.roles).toHaveLength(60);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(5_000);
  });

  it('gives up on an account that is throttled for ever, within a minute, and goes on with the rest', async () => {
    const clock = createFakeClock();
    const start = clock.now();
    const portal = createPortal(4, (accountId) => {
      if (accountId === accountOf(2).accountId) throw failure('throttled');
    });
    const result = await listAssignments({ clock }, portal, 'token');
    expect(result.unread.map(({ account, failure: { kind } }) => [account.accountName, kind])).toEqual([
      ['Account 2', 'throttled'],
    ]);
    expect(result.roles).toHaveLength(6);
    expect(clock.now() - start).toBeLessThan(60_000);
  });

  it.each<FailureKind>(['forbidden', 'server', 'malformed', 'network'])(
    'names an account that fails (%s) and goes on',
    async (kind) => {
      const portal = createPortal(3, (accountId) => {
        if (accountId === accountOf(1).accountId) throw failure(kind);
      });
      const { unread, roles } = await listAssignments({ clock: createFakeClock() }, portal, 'token');
      expect(unread).toMatchObject([{ account: accountOf(1), failure: { kind } }]);
      expect(roles).toHaveLength(4);
    },
  );

  it('stops at once when the token is refused', async () => {
    const portal = createPortal(500, () => {
      throw failure('unauthorized');
    });
    await expect(listAssignments({ clock: createFakeClock() }, portal, 'token')).rejects.toMatchObject({
      kind: 'unauthorized',
    });
    expect(portal.calls.roles).toBeLessThanOrEqual(10);
  });

  it('ends when a portal gives the same page for ever', async () => {
    const portal = { ...createPortal(1), listAccounts: async () => ({ accounts: [accountOf(1)], nextToken: 'same' }) };
    await expect(listAssignments({ clock: createFakeClock() }, portal, 'token')).resolves.toMatchObject({
      accounts: [accountOf(1)],
    });
  });

  it('ends when a portal names a new page for ever', async () => {
    let pages = 0;
    const portal = {
      ...createPortal(1),
      listAccounts: async () => ({ accounts: [accountOf(1)], nextToken: `page ${(pages += 1)}` }),
    };
    await expect(listAssignments({ clock: createFakeClock() }, portal, 'token')).resolves.toMatchObject({
      accounts: [accountOf(1)],
    });
    expect(pages).toBe(1_000);
  });
});
