import { describe, expect, it } from '@jest/globals';
import { formatProfileLine, type ProfileLine } from '../../lib/run/announce.ts';

describe('the line before cdk starts', () => {
  it.each<[string, ProfileLine, string]>([
    [
      'all that is known',
      {
        profile: 'acme-dev',
        origin: { where: '--profile', state: 'won' },
        account: '111111111111',
        role: 'Developer',
        secondsLeft: 25_920,
      },
      'profile acme-dev (--profile) · account 111111111111 · role Developer · 7 h 12 min left',
    ],
    [
      'no more than is known',
      { profile: 'ci', origin: { where: 'AWS_PROFILE', state: 'won' } },
      'profile ci (AWS_PROFILE)',
    ],
    [
      'the stage and how a profile was found',
      {
        profile: 'mine',
        origin: { where: 'context.cdkx in cdk.json', state: 'matched' },
        stage: 'prod',
        account: '222222222222',
      },
      'profile mine (matched by account, context.cdkx in cdk.json) · stage prod · account 222222222222',
    ],
  ])('says %s', (_, given, expected) => {
    expect(formatProfileLine(given)).toBe(expected);
  });
});
