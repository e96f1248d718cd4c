import { describe, expect, it } from '@jest/globals';
import type { CredentialSource } from '../../lib/profile/source.ts';
import { accountByFiles, type ActualAccount, judgeAccount } from '../../lib/project/guard.ts';

const expected = { account: '222222222222', where: 'context.cdkx.stages.prod.account in cdk.json' };
const right: ActualAccount = { state: 'known', account: '222222222222', by: 'files' };
const wrong: ActualAccount = { state: 'known', account: '111111111111', by: 'files' };
const unknown: ActualAccount = { state: 'unknown', reason: 'STS refused the credentials: ExpiredToken.' };

describe('the account guard', () => {
  it.each([
    { name: 'the account that is meant', expected, actual: right, required: true, outcome: 'ok' },
    { name: 'the account that is meant, best effort', expected, actual: right, required: false, outcome: 'ok' },
    { name: 'another account', expected, actual: wrong, required: true, outcome: 'stop', problem: 'mismatch' },
    {
      name: 'another account, best effort',
      expected,
      actual: wrong,
      required: false,
      outcome: 'warn',
      problem: 'mismatch',
    },
    {
      name: 'an account that cannot be established',
      expected,
      actual: unknown,
      required: true,
      outcome: 'stop',
      problem: 'unknown',
    },
    {
      name: 'an account that cannot be established, best effort',
      expected,
      actual: unknown,
      required: false,
      outcome: 'warn',
      problem: 'unknown',
    },
    {
      name: 'an account that the files do not tell',
      expected,
      actual: { state: 'ask-sts' } as const,
      required: true,
      outcome: 'ask-sts',
    },
    { name: 'no account in the block', expected: undefined, actual: wrong, required: true, outcome: 'ok' },
    {
      name: 'no account in the block, nor in the files',
      expected: undefined,
      actual: { state: 'ask-sts' } as const,
      required: true,
      outcome: 'ok',
    },
  ])('judges $name: $outcome', ({ expected, actual, required, outcome, problem }) => {
    const verdict = judgeAccount({ expected, actual, used: 'profile "acme-dev"', required });
    expect(verdict.outcome).toBe(outcome);
    expect('problem' in verdict ? verdict.problem : undefined).toBe(problem);
  });

  it.each([
    { actual: wrong, says: 'wrong account 111111111111 from profile "acme-dev"; this project deploys to 222222222222' },
    {
      actual: { state: 'known', account: '111111111111', by: 'sts' } as const,
      says: 'wrong account 111111111111 (according to AWS STS) from profile',
    },
    {
      actual: unknown,
      says: 'cannot determine the account of profile "acme-dev"; this project deploys to 222222222222',
    },
  ])('names both, and where the account is written: $says', ({ actual, says }) => {
    const verdict = judgeAccount({ expected, actual, used: 'profile "acme-dev"', required: true });
    if (!('message' in verdict)) throw new Error('no message');
    expect(verdict.message.what).toContain(says);
    expect(verdict.message.what).toContain('(context.cdkx.stages.prod.account in cdk.json)');
    expect(verdict.message.why).toBeDefined();
    expect(verdict.message.next).toBeDefined();
  });

  it('names the stage that uses the other account', () => {
    const withStage = { ...expected, stages: { '111111111111': 'dev' } };
    const verdict = judgeAccount({ expected: withStage, actual: wrong, used: 'profile "acme-dev"', required: true });
    const text = JSON.stringify(verdict);
    expect(text).toContain('--cdkx-stage=dev');
    expect(text).not.toContain('cdkx profile pin');
  });

  it('says that cdk was not run only where it was not', () => {
    const says = [true, false].map((required) =>
      JSON.stringify(judgeAccount({ expected, actual: wrong, used: 'profile "acme-dev"', required })).includes(
        'not run',
      ),
    );
    expect(says).toEqual([true, false]);
  });
});

const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints: {} };
const sso: CredentialSource = {
  kind: 'sso-session',
  profile: 'dev',
  session,
  accountId: '111111111111',
  roleName: 'Developer',
};

describe('the account that the files prove', () => {
  it.each<{ name: string; source: CredentialSource | undefined; account: string | undefined }>([
    { name: 'an SSO profile', source: sso, account: '111111111111' },
    {
      name: 'a role, whatever it is assumed with',
      source: { kind: 'assume-role', profile: 'x', roleArn: 'arn:aws:iam::333333333333:role/R', source: sso },
      account: '333333333333',
    },
    {
      name: 'a role whose ARN tells no account',
      source: { kind: 'assume-role', profile: 'x', roleArn: 'nonsense', source: sso },
      account: undefined,
    },
    {
      name: 'a web identity',
      source: { kind: 'web-identity', profile: 'x', roleArn: 'arn:aws:iam::333333333333:role/R' },
      account: '333333333333',
    },
    {
      name: 'static keys, even with an account beside them',
      source: { kind: 'static', profile: 'x', accountId: '111111111111' },
      account: undefined,
    },
    { name: 'a process', source: { kind: 'process', profile: 'x', command: 'get' }, account: undefined },
    { name: 'ambient credentials', source: undefined, account: undefined },
  ])('of $name: $account', ({ source, account }) => {
    const told = account === undefined ? { state: 'ask-sts' } : { state: 'known', account, by: 'files' };
    expect(accountByFiles(source)).toEqual(told);
  });
});
