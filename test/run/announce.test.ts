import { describe, expect, it } from '@jest/globals';
import type { EnsureProfileOutcome } from '../../lib/profile/ensure-types.ts';
import type { CredentialSource } from '../../lib/profile/source.ts';
import { announceCredentials } from '../../lib/run/announce.ts';
import { startOfTests } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { createRecorder } from '../sso/setup.ts';

const region = { region: 'eu-west-1', from: 'AWS_REGION' };

/** The parts of the line for credentials of the environment. */
function ofEnvironment(reason: string, env: Record<string, string>) {
  const reporter = createRecorder();
  const project = { detection: { outcome: 'pass-through', reason, candidates: [] }, regionWith: () => region };
  const run = { profile: undefined, outcome: { state: 'not-checked' } as const, required: true };
  announceCredentials(createTestContext({ env }), project as never, run, reporter);
  return reporter.said.join('').replace('notice: ', '').split(' · ');
}

function ofProfile(source: CredentialSource, outcome: EnsureProfileOutcome) {
  const reporter = createRecorder();
  const project = { detection: { outcome: 'profile', candidates: [] }, regionWith: () => region };
  const profile = { name: 'dev', source, origin: 'flag', where: '--profile' };
  announceCredentials(createTestContext(), project as never, { profile, outcome, required: true } as never, reporter);
  return reporter.said.join('').replace('notice: ', '').split(' · ');
}

describe('the line before cdk starts', () => {
  it('has account and role of the web identity in the environment, and of nothing else there', () => {
    const env = { AWS_ROLE_ARN: 'arn:aws:iam::333333333333:role/ci' };
    expect(ofEnvironment('web-identity', env)).toEqual(
      expect.arrayContaining(['account 333333333333', 'role ci', 'region eu-west-1 (AWS_REGION)']),
    );
    const others = ofEnvironment('environment-keys', env);
    expect(others.filter((part) => /^(?:account|role)\b/.test(part))).toEqual([]);
  });

  it.each([
    [{}, '1 h left'],
    [{ refreshToken: 'R', clientId: 'C', clientSecret: 'S' }, '1 h left, renews automatically'],
  ])('has the time that the session has left, and no more: with %j', (more, left) => {
    const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints: {} };
    const ids = { accountId: '111111111111', roleName: 'Developer' };
    const source = { kind: 'sso-session', profile: 'dev', session, ...ids } as const;
    const token = { accessToken: 'T', expiresAt: new Date(startOfTests + 3_600_000), unknown: {}, ...more };
    expect(ofProfile(source, { state: 'ready', source, token, session: 'valid' })).toContain(left);
  });

  it.each<[CredentialSource['kind'], string]>([
    ['static', 'access keys'],
    ['process', 'credential process'],
  ])('has the kind of credentials %s, and says where it goes on without', (kind, label) => {
    const source = { kind, profile: 'dev' } as CredentialSource;
    expect(ofProfile(source, { state: 'not-checked' })).toEqual([
      'profile dev (--profile)',
      'region eu-west-1 (AWS_REGION)',
      label,
    ]);
    expect(ofProfile(source, { state: 'continue-without' } as never)).toHaveLength(4);
    const hidden = { ...source, hidden: { remove: 'the keys' } } as CredentialSource;
    expect(ofProfile(hidden, { state: 'not-checked' })[3]).toContain('SSO settings');
  });
});
