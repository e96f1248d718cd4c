import { describe, expect, it } from '@jest/globals';
import type { ProfilePin } from '../../../lib/profile/detect/types.ts';
import { type MatchCriteria, matchProfiles, resolvePin } from '../../../lib/profile/detect/match.ts';
import { sharedConfig, sso, ssoSession } from '../../aws-config/shared-config-text.ts';

const config = sharedConfig(`${ssoSession}
${sso('dev', '111111111111', 'Developer')}
${sso('dev-ops', '111111111111', 'Operator')}
[profile other-portal]
sso_start_url = https://other.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Developer
[profile role]
role_arn = arn:aws:iam::222222222222:role/ci/Deployer
source_profile = dev
[profile role-on-keys]
role_arn = arn:aws:iam::222222222222:role/Deployer
source_profile = keys
[profile broken]
role_arn = arn:aws:iam::222222222222:role/Deployer
source_profile = gone
[profile keys]
aws_access_key_id = AKID
aws_secret_access_key = secret
aws_account_id = 333333333333
[profile settings]
region = eu-west-1
`);
const startUrl = 'https://acme.awsapps.com/start/';

describe('matching local profiles', () => {
  it.each<[string, MatchCriteria, string[]]>([
    ['nothing without an account', { role: 'Developer', startUrl }, []],
    ['by account', { account: '111111111111' }, ['dev', 'dev-ops', 'other-portal']],
    ['by account and role', { account: '111111111111', role: 'Developer' }, ['dev', 'other-portal']],
    [
      'by account, role and portal, however its URL is written',
      { account: '111111111111', role: 'Developer', startUrl },
      ['dev'],
    ],
    ["roles by their ARN's account and name", { account: '222222222222', role: 'Deployer' }, ['role', 'role-on-keys']],
    ['roles through the portal first', { account: '222222222222', role: 'Deployer', startUrl }, ['role']],
    ['profiles without portal where none goes through it', { account: '333333333333', startUrl }, ['keys']],
    ['none of another portal', { account: '111111111111', startUrl: 'https://third/start' }, []],
    ['none in an account that is not there', { account: '444444444444' }, []],
  ])('finds %s', (_, criteria, expected) => {
    expect(matchProfiles(config, criteria, {}).map(({ name }) => name)).toEqual(expected);
  });
});

describe('a pin with two roles', () => {
  const pin = { where: 'context.cdkx in cdk.json', account: '111111111111', role: 'Operator', otherRole: 'Developer' };
  it.each<[string, Partial<ProfilePin>, object]>([
    ['the one with the right role', {}, { state: 'matched', name: 'dev-ops' }],
    ['its profile, which has the right role', { profile: 'dev-ops' }, { state: 'defined', name: 'dev-ops' }],
    ['the one with the right role, before its profile', { profile: 'dev' }, { state: 'matched', name: 'dev-ops' }],
    ['its profile, if none has the right role', { profile: 'dev', role: 'R' }, { state: 'defined', name: 'dev' }],
    [
      'the one with the other role, if none has the right one',
      { role: 'R', ssoSession: { startUrl } },
      { state: 'matched', name: 'dev' },
    ],
    ['several with the other role', { role: 'R' }, { state: 'several', role: 'Developer' }],
    ['none, if none has either', { role: 'R', otherRole: 'S' }, { state: 'nowhere' }],
  ])('is %s', (_, given, expected) => {
    expect(resolvePin({ config, env: {} }, { ...pin, ...given }, undefined)).toMatchObject(expected);
  });
});
