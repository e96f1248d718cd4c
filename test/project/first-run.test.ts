import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { planFirstRun } from '../../lib/project/first-run.ts';
import { firstRunChange } from '../../lib/run/choose/first-run.ts';
import { sharedConfig } from '../aws-config/shared-config-text.ts';
import { createTestContext } from '../helpers/context.ts';
import { messageText } from '../helpers/message.ts';

const pin = {
  profile: 'acme-dev',
  account: '111111111111',
  role: 'Developer',
  region: 'eu-west-1',
  ssoSession: { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-central-1' },
};
const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-central-1', exists: false };
const profile = { name: 'acme-dev', account: '111111111111', role: 'Developer', region: 'eu-west-1', completes: false };

function plan(pin: Parameters<typeof planFirstRun>[0], here = '') {
  return planFirstRun(pin, sharedConfig(here), {});
}

function sessionOf(name: string, startUrl = 'https://acme.awsapps.com/start/', region = 'eu-central-1'): string {
  return `[sso-session ${name}]\nsso_start_url = ${startUrl}\nsso_region = ${region}\n`;
}

function ssoProfile(name: string, role: string): string {
  return `[profile ${name}]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = ${role}\n`;
}

const keys = 'aws_access_key_id = A\naws_secret_access_key = S\n';

describe('the first run on a fresh laptop', () => {
  it.each([
    ['is told none', { ...pin, profile: 'default' }, ''],
    [
      'leads to another account',
      pin,
      '[profile acme-dev]\nsso_session = acme\nsso_account_id = 222222222222\nsso_role_name = R\n',
    ],
  ])('suggests another name where the profile %s', (_, pinned, here) => {
    const planned = plan(pinned, here === '' ? '' : sessionOf('acme') + here);
    expect(planned).toMatchObject({
      outcome: 'stop',
      message: { next: expect.arrayContaining([{ run: 'cdkx sso configure' }]) },
    });
  });

  it('writes no profile that every tool takes which is told none', () => {
    const planned = plan({ ...pin, profile: 'default' });
    expect(planned.outcome).toBe('stop');
    expect(messageText(planned.outcome === 'stop' ? planned.message : { what: '' })).toContain('111111111111');
  });

  it.each([
    { name: 'on an empty laptop', given: {}, here: '', expected: { profile, session } },
    {
      name: 'without a region in the block',
      given: { region: undefined },
      here: '',
      expected: {
        profile: { name: 'acme-dev', account: '111111111111', role: 'Developer', completes: false },
        session,
      },
    },
    {
      name: 'without a profile in the block: named as the AWS CLI would',
      given: { profile: undefined },
      here: '',
      expected: { profile: { ...profile, name: 'Developer-111111111111' }, session },
    },
    {
      name: 'where that name is taken',
      given: { profile: undefined },
      here: `[profile Developer-111111111111]\n${keys}`,
      expected: { profile: { ...profile, name: 'Developer-111111111111-2' }, session },
    },
    {
      name: 'with a role whose name no profile can have',
      given: { profile: undefined, role: 'a=b' },
      here: '',
      expected: { profile: { ...profile, role: 'a=b', name: 'a-b-111111111111' }, session },
    },
    {
      name: 'with a settings-only section of that name: completed in place',
      given: {},
      here: '[profile acme-dev]\noutput = json\n',
      expected: { profile: { ...profile, completes: true }, session },
    },
    {
      name: 'with the session here already',
      given: {},
      here: sessionOf('acme'),
      expected: { profile, session: { ...session, exists: true } },
    },
    {
      name: 'with the session here under another name: used, so that one login serves both',
      given: {},
      here: sessionOf('work'),
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'with the session here, its start URL as a browser shows it',
      given: { ssoSession: { ...pin.ssoSession, name: 'work' } },
      here: sessionOf('work', 'https://acme.awsapps.com/start/?tab=accounts#/'),
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'with the session here, its start URL without a path',
      given: {},
      here: sessionOf('work', 'https://acme.awsapps.com'),
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'without a name for the session: from a host of your own',
      given: { ssoSession: { startUrl: 'https://sso.acme.com', region: session.region } },
      here: '',
      expected: { profile, session: { ...session, startUrl: 'https://sso.acme.com' } },
    },
    {
      name: 'without a name for the session: from its start URL',
      given: { ssoSession: { startUrl: session.startUrl, region: session.region } },
      here: '',
      expected: { profile, session },
    },
    {
      name: 'without a name for the session, where another has that name',
      given: { ssoSession: { startUrl: session.startUrl, region: session.region } },
      here: sessionOf('acme', 'https://x.example'),
      expected: { profile, session: { ...session, name: 'acme-2' } },
    },
  ])('plans $name', ({ given, here, expected }) => {
    const wanted = Object.fromEntries(Object.entries({ ...pin, ...given }).filter(([, value]) => value !== undefined));
    const { profile: added, session: itsSession } = expected;
    expect(plan(wanted, here)).toEqual({ outcome: 'add', profiles: [added], session: itsSession });
  });

  it.each([
    { name: 'nothing', pin: {}, missing: ['account', 'role', 'ssoSession.startUrl', 'ssoSession.region'] },
    { name: 'no role', pin: { account: pin.account, ssoSession: pin.ssoSession }, missing: ['role'] },
    {
      name: 'a session without a region',
      pin: { ...pin, ssoSession: { startUrl: session.startUrl } },
      missing: ['ssoSession.region'],
    },
  ])('plans nothing for a block with $name', ({ pin, missing }) => {
    expect(plan(pin)).toEqual({ outcome: 'incomplete', missing });
  });

  it.each<[string, Partial<typeof pin>, string, [name: string, role: string][]]>([
    [
      'both',
      {},
      '',
      [
        ['ReadOnlyAccess-111111111111', 'ReadOnlyAccess'],
        ['acme-dev', 'DeployAccess'],
      ],
    ],
    [
      'the one that reads',
      {},
      ssoProfile('acme-dev', 'DeployAccess'),
      [['ReadOnlyAccess-111111111111', 'ReadOnlyAccess']],
    ],
    [
      'the one that changes, whose name is taken',
      {},
      ssoProfile('acme-dev', 'ReadOnlyAccess'),
      [['DeployAccess-111111111111', 'DeployAccess']],
    ],
    ['none', {}, ssoProfile('a', 'ReadOnlyAccess') + ssoProfile('b', 'DeployAccess'), []],
    [
      'both, if those on this machine are of another portal',
      {},
      ssoProfile('a', 'ReadOnlyAccess').replace('session = acme', 'session = x') + sessionOf('x', 'https://x.example'),
      [
        ['ReadOnlyAccess-111111111111', 'ReadOnlyAccess'],
        ['acme-dev', 'DeployAccess'],
      ],
    ],
  ])('plans profiles for two roles: %s', (_, given, here, expected) => {
    const two = { role: 'ReadOnlyAccess', otherRole: 'DeployAccess', roleUse: 'read' as const };
    const planned = plan({ ...pin, ...given, ...two }, `${here}${sessionOf('acme')}`);
    if (planned.outcome !== 'add') throw new Error(planned.outcome);
    expect(planned.profiles.map(({ name, role }) => [name, role])).toEqual(expected);
  });

  it('stops at a profile of that name that works, naming both', () => {
    const planned = plan(pin, `[profile acme-dev]\n${keys}`);
    const text = messageText(planned.outcome === 'stop' ? planned.message : { what: '' });
    for (const words of ['"acme-dev"', '111111111111']) expect(text).toContain(words);
  });

  it.each([
    {
      name: 'a session of that name with another start URL',
      here: sessionOf('acme', 'https://other.awsapps.com/start'),
    },
    { name: 'a session of that name in another region', here: sessionOf('acme', session.startUrl, 'us-east-1') },
    { name: 'a session that only the AWS CLI can read', here: '[ sso-session acme]\n' },
    { name: 'a profile that only the AWS CLI can read', here: '[ profile acme-dev ]\n' },
  ])('is refused by the editor of the file where there is $name', ({ here }) => {
    const planned = plan(pin, here);
    if (planned.outcome !== 'add') throw new Error(planned.outcome);
    const ctx = createTestContext();
    mkdirSync(join(ctx.home, '.aws'), { recursive: true });
    writeFileSync(join(ctx.home, '.aws/config'), here);
    expect(() => firstRunChange(ctx, planned)).toThrow(expect.objectContaining({ code: 'ConfigNotEditable' }));
  });
});
