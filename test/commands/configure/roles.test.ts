import { describe, expect, it } from '@jest/globals';
import { checkOptions, type ConfigureFlags } from '../../../lib/commands/configure/options.ts';
import { chooseRoles } from '../../../lib/commands/configure/roles.ts';
import { createTestContext } from '../../helpers/context.ts';
import { until } from '../../helpers/until.ts';
import { userError } from '../../sso/setup.ts';

const role = (accountId: string, accountName: string, roleName: string) => ({ accountId, accountName, roleName });
const roles = [
  role('111111111111', 'acme-dev', 'Developer'),
  role('111111111111', 'acme-dev', 'ReadOnly'),
  role('222222222222', 'acme-prod', 'Developer'),
];
const accounts = [
  { accountId: '111111111111', accountName: 'acme-dev' },
  { accountId: '222222222222', accountName: 'acme-prod' },
];

function choose(flags: ConfigureFlags, interactive = false) {
  const ctx = createTestContext({ interactive });
  const chosen = chooseRoles(ctx, checkOptions(flags), { accounts, roles, unread: [] }, new Map(), interactive);
  return { ctx, chosen };
}

describe('the roles that get a profile', () => {
  it.each<[ConfigureFlags, readonly number[]]>([
    [{ all: true }, [0, 1, 2]],
    [{ all: true, role: 'Developer' }, [0, 2]],
    [{ account: '111111111111', role: 'ReadOnly' }, [1]],
    [{ account: '222222222222', profile: 'x' }, [2]],
    [{ role: 'ReadOnly', profile: 'x' }, [1]],
  ])('are those that %j names, without a question', async (flags, expected) => {
    expect(await choose(flags).chosen).toEqual(expected.map((at) => roles[at]));
  });

  it.each<[ConfigureFlags]>([[{}], [{ account: '111111111111' }], [{ role: 'Developer' }], [{ profile: 'x' }]])(
    'must be named further than %j where nobody can be asked',
    async (flags) => {
      expect((await userError(choose(flags).chosen)).exitCode).toBe(64);
    },
  );

  it('are those with a name like it, where the name is of none', async () => {
    const { exitCode, parts } = await userError(choose({ role: 'Devloper' }).chosen);
    expect(exitCode).toBe(77);
    expect([parts.why].flat()[0]).toMatch(/: Developer\.$/);
    const other = await userError(choose({ role: 'Zzzzzzzzzzzz' }).chosen);
    expect([other.parts.why].flat()).toHaveLength([parts.why].flat().length - 1);
  });

  it('are chosen by the name of their account', async () => {
    const { ctx, chosen } = choose({ profile: 'x' }, true);
    await until('the list', () => ctx.written.stderr().includes('acme-prod'));
    ctx.type('\r');
    expect(await chosen).toEqual([roles[0]]);
  });
});
