import { describe, expect, it } from '@jest/globals';
import { deservesExplanation } from '../../lib/run/explain.ts';
import { explainFailure, type FailedDelegation } from '../../lib/run/explain-end.ts';
import { nextLines } from '../helpers/message.ts';

const failed: FailedDelegation = {
  verdict: { state: 'revoked' },
  profile: 'acme dev',
  session: { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints: {} },
  accountId: '111111111111',
  roleName: 'Developer',
  tokenRegion: 'eu-west-1',
};

describe('explainFailure', () => {
  it('names a session that was revoked and the login to run, quoted for a shell', () => {
    const parts = explainFailure(failed);
    expect(parts?.what).toContain('no longer accepts SSO session "acme"');
    expect(parts?.next).toContainEqual({ run: "cdkx sso login --force --profile 'acme dev'" });
  });

  it('names both regions where the token comes from another than sso_region', () => {
    const parts = explainFailure({ ...failed, tokenRegion: 'us-east-1' });
    expect(parts?.why).toContain('us-east-1');
    expect(parts?.what).toContain('eu-west-1');
  });

  it('names account, role and the roles there are, and does not send to a login', () => {
    const parts = explainFailure({ ...failed, verdict: { state: 'no-access', roles: ['ReadOnly', 'Billing'] } });
    expect(parts?.what).toContain('no access to account 111111111111 as Developer');
    expect(parts?.why).toContain('Your roles in account 111111111111: ReadOnly, Billing.');
    expect(nextLines(parts?.next).join()).not.toContain('login');
  });

  it.each([
    [[], 'You have no roles in account 111111111111.'],
    [undefined, undefined],
  ])('goes without a list of roles: %j', (roles, line) => {
    const verdict = roles === undefined ? ({ state: 'no-access' } as const) : ({ state: 'no-access', roles } as const);
    const why = [explainFailure({ ...failed, verdict })?.why].flat();
    expect(why[1]).toBe(line);
  });

  it.each(['usable', 'unknown'] as const)('says nothing when the session is %s', (state) => {
    expect(explainFailure({ ...failed, verdict: { state } })).toBeUndefined();
  });
});

describe('deservesExplanation', () => {
  it.each([
    ['required', { code: 1 }, true],
    ['required', { code: 0 }, false],
    ['required', { signal: 'SIGINT' }, false],
    ['best-effort', { code: 1 }, false],
    ['never', { code: 1 }, false],
  ] as const)('of a %s command that ended with %j is %s', (commandClass, end, expected) => {
    expect(deservesExplanation(commandClass, end)).toBe(expected);
  });
});
