import { describe, expect, it } from '@jest/globals';
import { type CredentialsFacts, formatCredentialsLine } from '../../lib/run/announce.ts';

describe('the line before cdk starts', () => {
  it.each<[string, CredentialsFacts, string]>([
    [
      'all that is known',
      {
        used: 'profile acme-dev (--profile)',
        stage: 'prod',
        account: '111111111111',
        role: 'Developer',
        region: 'eu-west-1 (AWS_REGION)',
        left: '7 h 12 min left',
        notes: ['AWS_PROFILE=other ignored'],
      },
      'profile acme-dev (--profile) · stage prod · account 111111111111 · role Developer · region eu-west-1 (AWS_REGION) · 7 h 12 min left · AWS_PROFILE=other ignored',
    ],
    ['no more than is known', { used: 'keys in the environment' }, 'keys in the environment'],
  ])('says %s', (_, given, expected) => {
    expect(formatCredentialsLine(given)).toBe(expected);
  });
});
