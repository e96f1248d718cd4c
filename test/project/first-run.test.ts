import { describe, expect, it } from '@jest/globals';
import { planFirstRun, type LocalConfig } from '../../lib/project/first-run.ts';
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

function local(given: { [Key in keyof LocalConfig]?: LocalConfig[Key] } = {}): LocalConfig {
  return {
    profiles: new Map(),
    sessions: new Map(),
    unreadableProfiles: new Map(),
    unreadableSessions: new Map(),
    shownPath: '~/.aws/config',
    ...given,
  };
}

const same = { startUrl: 'https://acme.awsapps.com/start/', region: 'eu-central-1' };

describe('the first run on a fresh laptop', () => {
  it('writes no profile that every tool takes which is told none', () => {
    const plan = planFirstRun({ ...pin, profile: 'default' }, local());
    expect(plan.outcome).toBe('stop');
    expect(messageText(plan.outcome === 'stop' ? plan.message : { what: '' })).toContain('111111111111');
  });

  it.each([
    { name: 'on an empty laptop', given: {}, here: {}, expected: { profile, session } },
    {
      name: 'without a region in the block',
      given: { region: undefined },
      here: {},
      expected: {
        profile: { name: 'acme-dev', account: '111111111111', role: 'Developer', completes: false },
        session,
      },
    },
    {
      name: 'without a profile in the block: named as the AWS CLI would',
      given: { profile: undefined },
      here: {},
      expected: { profile: { ...profile, name: 'Developer-111111111111' }, session },
    },
    {
      name: 'where that name is taken',
      given: { profile: undefined },
      here: { profiles: new Map([['Developer-111111111111', { hasCredentials: true }]]) },
      expected: { profile: { ...profile, name: 'Developer-111111111111-2' }, session },
    },
    {
      name: 'with a role whose name no profile can have',
      given: { profile: undefined, role: 'a=b' },
      here: {},
      expected: { profile: { ...profile, role: 'a=b', name: 'a-b-111111111111' }, session },
    },
    {
      name: 'with a settings-only section of that name: completed in place',
      given: {},
      here: { profiles: new Map([['acme-dev', { hasCredentials: false }]]) },
      expected: { profile: { ...profile, completes: true }, session },
    },
    {
      name: 'with the session here already',
      given: {},
      here: { sessions: new Map([['acme', same]]) },
      expected: { profile, session: { ...session, exists: true } },
    },
    {
      name: 'with the session here under another name: used, so that one login serves both',
      given: {},
      here: { sessions: new Map([['work', same]]) },
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'with the session here, its start URL as a browser shows it',
      given: { ssoSession: { ...pin.ssoSession, name: 'work' } },
      here: {
        sessions: new Map([
          ['work', { startUrl: 'https://acme.awsapps.com/start/?tab=accounts#/', region: 'eu-central-1' }],
        ]),
      },
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'with the session here, its start URL without a path',
      given: {},
      here: { sessions: new Map([['work', { startUrl: 'https://acme.awsapps.com', region: 'eu-central-1' }]]) },
      expected: { profile, session: { ...session, name: 'work', exists: true } },
    },
    {
      name: 'without a name for the session: from a host of your own',
      given: { ssoSession: { startUrl: 'https://sso.acme.com', region: session.region } },
      here: {},
      expected: { profile, session: { ...session, startUrl: 'https://sso.acme.com' } },
    },
    {
      name: 'without a name for the session: from its start URL',
      given: { ssoSession: { startUrl: session.startUrl, region: session.region } },
      here: {},
      expected: { profile, session },
    },
    {
      name: 'without a name for the session, where another has that name',
      given: { ssoSession: { startUrl: session.startUrl, region: session.region } },
      here: { sessions: new Map([['acme', { startUrl: 'https://x.example', region: 'eu-central-1' }]]) },
      expected: { profile, session: { ...session, name: 'acme-2' } },
    },
  ])('plans $name', ({ given, here, expected }) => {
    const wanted = Object.fromEntries(Object.entries({ ...pin, ...given }).filter(([, value]) => value !== undefined));
    expect(planFirstRun(wanted, local(here))).toEqual({ outcome: 'add', ...expected });
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
    expect(planFirstRun(pin, local())).toEqual({ outcome: 'incomplete', missing });
  });

  it.each([
    {
      name: 'a session of that name with another start URL',
      here: { sessions: new Map([['acme', { startUrl: 'https://other.awsapps.com/start', region: 'eu-central-1' }]]) },
      says: ['"acme"', 'https://other.awsapps.com/start', 'https://acme.awsapps.com/start'],
    },
    {
      name: 'a session of that name in another region',
      here: { sessions: new Map([['acme', { startUrl: session.startUrl, region: 'us-east-1' }]]) },
      says: ['us-east-1', 'eu-central-1'],
    },
    {
      name: 'a profile that only the AWS CLI can read',
      here: { unreadableProfiles: new Map([['acme-dev', ' profile acme-dev ']]) },
      says: ['[ profile acme-dev ]', '[profile acme-dev]'],
    },
    {
      name: 'a session that only the AWS CLI can read',
      here: { unreadableSessions: new Map([['acme', ' sso-session acme']]) },
      says: ['[ sso-session acme]', '[sso-session acme]'],
    },
    {
      name: 'a profile of that name that works',
      here: { profiles: new Map([['acme-dev', { hasCredentials: true }]]) },
      says: ['"acme-dev"', '111111111111'],
    },
  ])('stops at $name, naming both', ({ here, says }) => {
    const plan = planFirstRun(pin, local(here));
    if (plan.outcome !== 'stop') throw new Error(plan.outcome);
    const text = messageText(plan.message);
    for (const words of says) expect(text).toContain(words);
  });
});
