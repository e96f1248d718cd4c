import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mappedAccounts, serveAccount, type LocalProfile } from '../../lib/project/accounts.ts';

const target = '222222222222';

function profile(name: string, given: Partial<LocalProfile> = {}): LocalProfile {
  return { name, account: target, role: 'Deployer', session: 'acme', hasCredentials: true, ...given };
}

const context = { session: 'acme', role: 'Deployer' };

describe('a map of accounts', () => {
  it.each([
    {
      name: 'names the profile',
      profiles: [profile('prod'), profile('other')],
      expected: { outcome: 'profile', profile: 'prod', how: 'mapped', leadsTo: target },
    },
    {
      name: 'names a profile whose account the files do not tell',
      profiles: [profile('prod', { account: undefined })],
      expected: { outcome: 'profile', profile: 'prod', how: 'mapped' },
    },
    {
      name: 'names a profile that leads elsewhere',
      profiles: [profile('prod', { account: '333333333333' }), profile('other')],
      expected: { outcome: 'wrong-account', profile: 'prod', leadsTo: '333333333333' },
    },
    {
      name: 'names a profile that is not here: matched by its account',
      profiles: [profile('mine')],
      expected: { outcome: 'profile', profile: 'mine', how: 'matched', leadsTo: target },
    },
    {
      name: 'names a settings-only section: matched by its account',
      profiles: [profile('prod', { hasCredentials: false }), profile('mine')],
      expected: { outcome: 'profile', profile: 'mine', how: 'matched', leadsTo: target },
    },
    {
      name: 'names one that is not here, and two match: the session tells',
      profiles: [profile('a', { session: 'other' }), profile('b')],
      expected: { outcome: 'profile', profile: 'b', how: 'matched', leadsTo: target },
    },
    {
      name: 'names one that is not here, and two match: the role tells',
      profiles: [profile('a', { role: 'Reader' }), profile('b')],
      expected: { outcome: 'profile', profile: 'b', how: 'matched', leadsTo: target },
    },
    {
      name: 'names one that is not here, and two match alike',
      profiles: [profile('a'), profile('b')],
      expected: { outcome: 'none', why: 'several', candidates: ['a', 'b'], mapped: 'prod' },
    },
    {
      name: 'names one that is not here, and none matches',
      profiles: [profile('a', { account: '333333333333' })],
      expected: { outcome: 'none', why: 'no-candidate', candidates: [], mapped: 'prod' },
    },
  ])('$name', ({ profiles, expected }) => {
    expect(serveAccount(target, { [target]: 'prod' }, profiles, context)).toEqual(expected);
  });

  it.each<[string, LocalProfile[], string]>([
    ['names the one with the other role: that with the right one', [profile('reads', { role: 'Reader' })], 'reads'],
    ['names the one with the other role, and none has the right one', [profile('x', { role: 'X' })], 'prod'],
    [
      'names the one with the other role, and two have the right one',
      ['a', 'b'].map((name) => profile(name, { role: 'Reader' })),
      'prod',
    ],
    [
      'names the one with the other role, and another session has the right one',
      [profile('a', { role: 'Reader', session: 'b' })],
      'prod',
    ],
  ])('of a project with two roles %s', (_, others, expected) => {
    const two = { session: 'acme', role: 'Reader', otherRole: 'Deployer' };
    const served = serveAccount(target, { [target]: 'prod' }, [profile('prod'), ...others], two);
    expect(served).toMatchObject({ outcome: 'profile', profile: expected, leadsTo: target });
    const third = serveAccount(
      target,
      { [target]: 'x' },
      [profile('x', { role: 'X' }), profile('reads', { role: 'Reader' })],
      two,
    );
    expect(third).toMatchObject({ profile: 'x' });
  });

  it('does not serve an account that it does not name, but tells who could', () => {
    expect(serveAccount(target, { '333333333333': 'x' }, [profile('a')], context)).toEqual({
      outcome: 'none',
      why: 'not-mapped',
      candidates: ['a'],
    });
  });

  it('tells the accounts that it names', () => {
    expect(mappedAccounts({ [target]: 'prod' })).toEqual([target]);
    expect(mappedAccounts('auto')).toEqual([]);
    expect(mappedAccounts(undefined)).toEqual([]);
  });
});

describe('accounts found by themselves', () => {
  it.each([
    {
      name: 'the only profile of the session',
      profiles: [profile('a', { role: 'Reader' })],
      expected: { outcome: 'profile', profile: 'a', how: 'only', leadsTo: target },
    },
    {
      name: 'the only one, beside one of another session',
      profiles: [profile('a', { session: 'other' }), profile('b')],
      expected: { outcome: 'profile', profile: 'b', how: 'only', leadsTo: target },
    },
    {
      name: 'the only one of the same role',
      profiles: [profile('a', { role: 'Reader' }), profile('b')],
      expected: { outcome: 'profile', profile: 'b', how: 'same-role', leadsTo: target },
    },
    {
      name: 'none of two of the same role',
      profiles: [profile('a'), profile('b')],
      expected: { outcome: 'none', why: 'several', candidates: ['a', 'b'] },
    },
    {
      name: 'none of two of other roles',
      profiles: [profile('a', { role: 'X' }), profile('b', { role: 'Y' })],
      expected: { outcome: 'none', why: 'several', candidates: ['a', 'b'] },
    },
    {
      name: 'none of another session',
      profiles: [profile('a', { session: 'other' })],
      expected: { outcome: 'none', why: 'no-candidate', candidates: [] },
    },
    {
      name: 'none with settings only',
      profiles: [profile('a', { hasCredentials: false })],
      expected: { outcome: 'none', why: 'no-candidate', candidates: [] },
    },
    {
      name: 'none of another account',
      profiles: [profile('a', { account: '333333333333' })],
      expected: { outcome: 'none', why: 'no-candidate', candidates: [] },
    },
  ])('are served by $name', ({ profiles, expected }) => {
    expect(serveAccount(target, 'auto', profiles, context)).toEqual(expected);
  });

  it('are served by the right one of two roles, else by the other', () => {
    const two = { session: 'acme', role: 'Reader', otherRole: 'Deployer' };
    const known = [profile('reads', { role: 'Reader' }), profile('changes'), profile('x', { role: 'X' })];
    expect(serveAccount(target, 'auto', known, two)).toMatchObject({ profile: 'reads' });
    expect(serveAccount(target, 'auto', known.slice(1), two)).toMatchObject({ profile: 'changes' });
  });

  it('are served by none where the project itself has no session', () => {
    expect(serveAccount(target, 'auto', [profile('a', { session: undefined })], {})).toMatchObject({ outcome: 'none' });
  });

  it('never use a profile that is known to lead to another account', () => {
    const anyProfile = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'prod'),
      account: fc.constantFrom(target, '333333333333', undefined),
      role: fc.constantFrom('Deployer', 'Reader', undefined),
      session: fc.constantFrom('acme', 'other', undefined),
      hasCredentials: fc.boolean(),
    });
    const profiles = fc.uniqueArray(anyProfile, { selector: ({ name }) => name });
    fc.assert(
      fc.property(profiles, fc.constantFrom('auto' as const, { [target]: 'prod' }, {}), (local, rule) => {
        const service = serveAccount(target, rule, local, context);
        if (service.outcome !== 'profile') return;
        const used = local.find(({ name }) => name === service.profile);
        expect(used?.hasCredentials).toBe(true);
        expect([target, undefined]).toContain(used?.account);
        expect(used?.account === undefined && service.how !== 'mapped').toBe(false);
      }),
    );
  });
});
