import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../lib/messages/errors.ts';
import { detectProfile } from '../../../lib/profile/detect/detect.ts';
import type { Detection, DetectionInput } from '../../../lib/profile/detect/types.ts';
import { sharedConfig, sso, ssoSession } from '../../aws-config/shared-config-text.ts';
import { messageText } from '../../helpers/message.ts';

const config = `${ssoSession}
${sso('acme-dev', '111111111111', 'Developer')}
${sso('acme-prod', '222222222222', 'Deployer')}
${sso('acme-ops', '222222222222', 'Operator')}
[profile bare]
region = eu-west-1
`;
const withDefault = `${config}${sso('default', '333333333333', 'Admin')}`;
const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
const webIdentity = { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::1:role/x' };
const block = { where: 'context.cdkx in cdk.json' };
const userBlock = { where: 'context.cdkx in ~/.cdk.json' };
const prod = { account: '222222222222', role: 'Deployer' };
const portal = { startUrl: 'https://acme.awsapps.com/start/#/' };

const detect = ({ text = config, ...given }: Partial<DetectionInput> & { text?: string } = {}): Detection =>
  detectProfile({
    flag: undefined,
    profileVariable: given.env?.['CDK_PROFILE'],
    env: {},
    config: sharedConfig(text),
    interactive: false,
    ...given,
  });

function summary(detection: Detection): string {
  switch (detection.outcome) {
    case 'profile':
      return `${detection.name} by ${detection.origin}${detection.inject ? '' : ', not injected'}`;
    case 'pass-through':
      return `${detection.reason}${detection.cancelCdkPin ? ', CDK_PROFILE emptied' : ''}`;
    case 'not-defined':
      return `${detection.name} of ${detection.origin} is not defined`;
    case 'several-matches':
      return `several: ${detection.matches.join(', ')}`;
    case 'ask':
      return 'ask';
  }
  return detection satisfies never;
}

describe('detecting the profile', () => {
  it.each<[string, Parameters<typeof detect>[0], string]>([
    ['--profile', { flag: 'acme-dev' }, 'acme-dev by flag, not injected'],
    [
      '--profile over all others',
      { flag: 'acme-dev', env: { ...keys, CDK_PROFILE: 'acme-ops' }, projectProfile: 'acme-prod' },
      'acme-dev by flag, not injected',
    ],
    [
      'CDK_PROFILE',
      { env: { CDK_PROFILE: 'acme-ops' }, projectProfile: 'acme-prod' },
      'acme-ops by cdk-profile-variable',
    ],
    [
      'the project block',
      { projectPin: { ...block, profile: 'acme-prod' }, projectProfile: 'acme-prod', env: keys },
      'acme-prod by project-block',
    ],
    [
      "cdk.json's own pin",
      { projectProfile: 'acme-prod', env: { ...keys, AWS_PROFILE: 'acme-dev' } },
      'acme-prod by project-settings',
    ],
    [
      "the user's block",
      { userPin: { ...userBlock, profile: 'acme-prod' }, userProfile: 'acme-dev' },
      'acme-prod by user-block',
    ],
    ["the user's own pin", { userProfile: 'acme-dev', env: keys }, 'acme-dev by user-settings'],
    ['a key pair', { env: { ...keys, AWS_PROFILE: 'acme-dev' }, text: withDefault }, 'environment-keys'],
    [
      'a key pair under mixed names',
      { env: { AMAZON_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_PROFILE: 'acme-dev' } },
      'environment-keys',
    ],
    [
      'AWS_PROFILE beside half a pair',
      { env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'acme-dev' } },
      'acme-dev by aws-profile',
    ],
    [
      'AWS_PROFILE over AWS_DEFAULT_PROFILE',
      { env: { AWS_PROFILE: 'acme-dev', AWS_DEFAULT_PROFILE: 'acme-ops' } },
      'acme-dev by aws-profile',
    ],
    [
      'AWS_DEFAULT_PROFILE beside an empty AWS_PROFILE',
      { env: { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'acme-ops' } },
      'acme-ops by aws-default-profile',
    ],
    ['the default profile', { text: withDefault, env: webIdentity, interactive: true }, 'default by default-profile'],
    ['web identity', { env: webIdentity, interactive: true }, 'web-identity'],
    ['container credentials', { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' } }, 'container'],
    ['the picker', { interactive: true }, 'ask'],
    ['nothing, without a terminal', {}, 'instance-or-nothing'],
    ['nothing, with no profile to pick', { text: '[default]\nregion = x\n', interactive: true }, 'instance-or-nothing'],
  ])('takes %s', (_, given, expected) => {
    expect(summary(detect(given))).toBe(expected);
  });

  it.each<[string, Parameters<typeof detect>[0], string]>([
    [
      "--profile ''",
      { flag: '', env: { CDK_PROFILE: 'acme-ops', AWS_PROFILE: 'acme-dev' }, projectProfile: 'acme-prod' },
      'acme-dev by aws-profile, not injected',
    ],
    [
      '--no-profile',
      { flag: false, projectPin: { ...block, profile: 'acme-prod' }, text: withDefault },
      'default by default-profile, not injected',
    ],
    ['an empty CDK_PROFILE', { env: { CDK_PROFILE: '', ...keys }, projectProfile: 'acme-prod' }, 'environment-keys'],
    [
      'an empty CDK_PROFILE, on a terminal',
      { env: { CDK_PROFILE: '' }, projectProfile: 'acme-prod', interactive: true },
      'instance-or-nothing',
    ],
    [
      'an empty profile in cdk.json',
      {
        projectProfile: '',
        userPin: { ...userBlock, profile: 'acme-dev' },
        userProfile: 'acme-dev',
        env: { AWS_PROFILE: 'acme-ops' },
      },
      'acme-ops by aws-profile',
    ],
    [
      'an empty profile in cdk.json, but not the block',
      { projectPin: { ...block, profile: 'acme-prod' }, projectProfile: '' },
      'acme-prod by project-block',
    ],
  ])('lets %s cancel the pins', (_, given, expected) => {
    expect(summary(detect(given))).toBe(expected);
  });

  it.each<[string, Parameters<typeof detect>[0], string]>([
    ['--profile', { flag: 'acme-dve', env: keys }, 'acme-dve of flag is not defined'],
    ['AWS_PROFILE', { env: { AWS_PROFILE: 'gone', ...webIdentity } }, 'gone of aws-profile is not defined'],
    ['a pin', { projectProfile: 'gone', env: { AWS_PROFILE: 'acme-dev' } }, 'gone of project-settings is not defined'],
    [
      'a pin, for a command that works without credentials, where nobody can be asked',
      { projectProfile: 'gone', bestEffort: true, env: { AWS_PROFILE: 'acme-dev' } },
      'instance-or-nothing, CDK_PROFILE emptied',
    ],
    [
      'a pin, for a command that works without credentials, on a terminal',
      { projectProfile: 'gone', bestEffort: true, interactive: true },
      'gone of project-settings is not defined',
    ],
    [
      '--profile, for a command that works without credentials',
      { flag: 'gone', bestEffort: true },
      'gone of flag is not defined',
    ],
    ['a pin, beside keys', { projectProfile: 'gone', env: keys }, 'environment-keys, CDK_PROFILE emptied'],
    [
      'a pin of the user, beside web identity',
      { userProfile: 'gone', env: webIdentity },
      'web-identity, CDK_PROFILE emptied',
    ],
    ['a block, beside keys', { projectPin: { ...block, profile: 'gone' }, env: keys }, 'environment-keys'],
    [
      'a block, beside a container',
      {
        projectPin: { ...block, profile: 'gone' },
        projectProfile: 'acme-dev',
        env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' },
      },
      'container, CDK_PROFILE emptied',
    ],
    [
      'a block that says all but a name',
      {
        projectPin: { ...block, account: '444444444444', role: 'X', ssoSession: portal },
        env: { AWS_PROFILE: 'acme-dev' },
      },
      'undefined of project-block is not defined',
    ],
    [
      'a block that only guards an account',
      { projectPin: { ...block, account: '444444444444' }, env: { AWS_PROFILE: 'acme-dev' } },
      'acme-dev by aws-profile',
    ],
  ])('where the name is not defined here: %s', (_, given, expected) => {
    expect(summary(detect(given))).toBe(expected);
  });

  it.each<[string, Parameters<typeof detect>[0], string]>([
    [
      'one profile, for a name that is not defined',
      { projectPin: { ...block, profile: 'gone', ...prod }, env: keys },
      'acme-prod by project-block',
    ],
    [
      'one profile, for a block without a name',
      { projectPin: { ...block, ...prod, ssoSession: portal } },
      'acme-prod by project-block',
    ],
    [
      'one profile, for a name that holds only settings',
      { projectPin: { ...block, profile: 'bare', account: '111111111111' } },
      'acme-dev by project-block',
    ],
    [
      'several',
      { projectPin: { ...block, profile: 'gone', account: '222222222222' }, env: keys },
      'several: acme-prod, acme-ops',
    ],
    [
      "several, of which cdk.json's own profile is one",
      { projectPin: { ...block, account: '222222222222' }, projectProfile: 'acme-ops' },
      'acme-ops by project-block',
    ],
    [
      'none through that portal',
      { projectPin: { ...block, profile: 'gone', ...prod, ssoSession: { startUrl: 'https://other/start' } } },
      'gone of project-block is not defined',
    ],
    [
      "one profile, for the user's block",
      { userPin: { ...userBlock, profile: 'gone', ...prod } },
      'acme-prod by user-block',
    ],
    [
      'no other profile than the one named',
      { projectPin: { ...block, profile: 'acme-dev', ...prod } },
      'acme-dev by project-block',
    ],
  ])('matches by account: %s', (_, given, expected) => {
    expect(summary(detect(given))).toBe(expected);
  });

  it.each<[string, Parameters<typeof detect>[0], string]>([
    [
      'AWS_PROFILE',
      { env: { AWS_PROFILE: 'bare', AWS_DEFAULT_PROFILE: 'acme-dev' }, text: withDefault },
      'settings-only',
    ],
    [
      'AWS_PROFILE, beside a container',
      { env: { AWS_PROFILE: 'bare', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' } },
      'container',
    ],
    ['AWS_PROFILE, naming a default that is not there', { env: { AWS_PROFILE: 'default' } }, 'settings-only'],
    ['the default profile', { text: `${config}[default]\nregion = x\n` }, 'instance-or-nothing'],
    ['the default profile, on a terminal', { text: `${config}[default]\nregion = x\n`, interactive: true }, 'ask'],
    ['--profile', { flag: 'bare' }, 'bare by flag, not injected'],
    ['a pin', { projectProfile: 'bare', env: keys }, 'bare by project-settings'],
  ])('does not inject ambient profiles that hold only settings: %s', (_, given, expected) => {
    expect(summary(detect(given))).toBe(expected);
  });

  it('suggests the nearest names and knows the others', () => {
    expect(detect({ flag: 'acme-dve' })).toMatchObject({
      outcome: 'not-defined',
      nearest: ['acme-dev'],
      known: ['acme-dev', 'acme-prod', 'acme-ops', 'bare'],
    });
  });

  it('carries every source with what became of it', () => {
    const { candidates } = detect({
      text: withDefault,
      env: { ...keys, CDK_PROFILE: 'acme-ops', AWS_PROFILE: 'acme-dev' },
      projectPin: { ...block, profile: 'acme-prod' },
    });
    expect(candidates.map(({ source, value, state }) => [source, value, state])).toEqual([
      ['flag', undefined, 'absent'],
      ['cdk-profile-variable', 'acme-ops', 'won'],
      ['project-block', 'acme-prod', 'shadowed'],
      ['project-settings', undefined, 'absent'],
      ['user-block', undefined, 'absent'],
      ['user-settings', undefined, 'absent'],
      ['environment-keys', 'AWS_ACCESS_KEY_ID', 'shadowed'],
      ['aws-profile', 'acme-dev', 'shadowed'],
      ['aws-default-profile', undefined, 'absent'],
      ['default-profile', 'default', 'shadowed'],
      ['web-identity', undefined, 'absent'],
      ['container', undefined, 'absent'],
      ['picker', undefined, 'absent'],
    ]);
  });

  it('says which sources were cancelled', () => {
    const { candidates } = detect({ flag: '', env: { CDK_PROFILE: 'x' }, projectProfile: 'y', userProfile: 'z' });
    expect(candidates.filter(({ state }) => state === 'cancelled').map(({ source }) => source)).toEqual([
      'flag',
      'cdk-profile-variable',
      'project-settings',
      'user-settings',
    ]);
  });

  it.each<[string, Parameters<typeof detect>[0], string | undefined]>([
    [
      'other names',
      { projectPin: { ...block, profile: 'acme-dev' }, projectProfile: 'acme-prod' },
      'cdk.json has two profiles: "acme-dev" in context.cdkx in cdk.json, "acme-prod" in profile.',
    ],
    [
      'another account',
      { projectPin: { ...block, ...prod }, projectProfile: 'acme-dev' },
      'context.cdkx in cdk.json pins account 222222222222 (profile "acme-prod"), but profile in cdk.json is "acme-dev".',
    ],
    ['the same name', { projectPin: { ...block, profile: 'acme-dev' }, projectProfile: 'acme-dev' }, undefined],
    [
      'the same name, matched here',
      { projectPin: { ...block, profile: 'gone', ...prod }, projectProfile: 'gone' },
      undefined,
    ],
    [
      'other names, but --profile decides',
      { flag: 'bare', projectPin: { ...block, profile: 'acme-dev' }, projectProfile: 'acme-prod' },
      undefined,
    ],
  ])('warns where the block and the pin of cdk.json say different things: %s', (_, given, expected) => {
    expect(detect(given).warnings.map(({ what }) => what)).toEqual(expected === undefined ? [] : [expected]);
  });

  it('tells that a pin gave way', () => {
    expect(detect({ projectProfile: 'gone', env: keys }).warnings).toEqual([
      {
        what: 'profile "gone" (profile in cdk.json) is not defined on this machine; cdk runs with a key pair in the environment (AWS_ACCESS_KEY_ID)',
      },
    ]);
  });

  it.each([[['a', 'b']], [7], [true], [{}]])('refuses %j as a pin', (projectProfile) => {
    expect(() => detect({ projectProfile })).toThrow(UserError);
    expect(() => detect({ projectProfile })).toThrow('profile in cdk.json must be the name of one profile');
    expect(() => detect({ projectProfile, flag: 'acme-dev' })).not.toThrow();
  });
});

it.each<[string, object, readonly string[]]>([
  ['nothing if the profile has the right role', { role: 'Operator', otherRole: 'Deployer' }, []],
  [
    'if only the other role has a profile, which and what creates the right one',
    { role: 'Reader', otherRole: 'Deployer', ssoSession: portal, stage: 'prod' },
    ['222222222222', 'Reader', '"acme-prod"', 'Deployer', 'cdkx sso configure --from-project --cdkx-stage=prod'],
  ],
  ['if only the other role is set', { role: 'Deployer' }, ['context.cdkx.role', '"read"', '"acme-prod"']],
])('a project with two roles says %s', (_, given, says) => {
  const pin = { ...block, account: '222222222222', roleUse: 'read' as const, roleWhere: 'context.cdkx.role', ...given };
  const { outcome, warnings } = detect({ projectPin: pin });
  expect([outcome, warnings.length]).toEqual(['profile', Math.min(says.length, 1)]);
  for (const words of says) expect(messageText(warnings[0] ?? { what: '' })).toContain(words);
});
