import { describe, expect, it } from '@jest/globals';
import { findCdkxProfiles, findPrunable } from '../../../lib/aws-config/edit/prune.ts';
import { parseSharedConfig } from '../../../lib/aws-config/shared-config.ts';
import { IdentityCenterFailure } from '../../../lib/sso/identity-center/client.ts';
import type { Assignments } from '../../../lib/sso/identity-center/portal.ts';
import { sharedConfig } from '../shared-config-text.ts';

const mark = '# written by cdkx';
const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start' };
const sections = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start/#/\nsso_region = eu-west-1\n';
const body = (account: string, role: string, of = 'acme') =>
  `sso_session = ${of}\nsso_account_id = ${account}\nsso_role_name = ${role}\n`;
const [one, two] = ['111111111111', '222222222222'];

const offered: Assignments = {
  accounts: [{ accountId: one }],
  roles: [{ accountId: one, roleName: 'Admin' }],
  unread: [],
};

describe('findOwnProfiles', () => {
  it.each([
    ['below the header', `[profile x]\n${mark}\nregion = y\n`, ['x']],
    ['further below, and indented', `[profile x]\nregion = y\n  ${mark}  \n`, ['x']],
    ['with Windows line ends', `[profile x]\r\n${mark}\r\nregion = y\r\n`, ['x']],
    [
      'above the header, which is the section before',
      `[profile w]\nregion = y\n${mark}\n[profile x]\nregion = y\n`,
      ['w'],
    ],
    ['with more in the comment', `[profile x]\n${mark} and kept by me\nregion = y\n`, []],
    ['as a value', `[profile x]\nregion = ${mark.slice(2)}\n`, []],
    ['in a profile that stands there twice', `[profile x]\n${mark}\nregion = y\n[profile x]\noutput = json\n`, []],
    ['in a session', `[sso-session x]\n${mark}\nsso_region = y\n`, []],
    ['nowhere', `[profile x]\nregion = y\n`, []],
  ])('looks for the mark: %s', (_, text, names) => {
    expect([...findCdkxProfiles(parseSharedConfig(text, 'config'))]).toEqual(names);
  });
});

describe('findPrunable', () => {
  it.each([
    ['a role that is gone', `[profile x]\n${mark}\n${body(one, 'Gone')}`, offered, undefined, ['x']],
    ['an account that is gone', `[profile x]\n${mark}\n${body(two, 'Admin')}`, offered, undefined, ['x']],
    ['a role that is there', `[profile x]\n${mark}\n${body(one, 'Admin')}`, offered, undefined, []],
    ['a profile without the mark', `[profile x]\n${body(one, 'Gone')}`, offered, undefined, []],
    ['a profile of another session', `[profile x]\n${mark}\n${body(one, 'Gone', 'other')}`, offered, undefined, []],
    ['a marked profile that signs in nowhere', `[profile x]\n${mark}\nregion = y\n`, offered, undefined, []],
    ['an account that was not asked about', `[profile x]\n${mark}\n${body(two, 'Gone')}`, offered, one, []],
    [
      'an account that could not be read',
      `[profile x]\n${mark}\n${body(two, 'Gone')}`,
      {
        ...offered,
        unread: [
          {
            account: { accountId: two },
            failure: new IdentityCenterFailure('server', { operation: 'o', host: 'h', code: 'c' }),
          },
        ],
      },
      undefined,
      [],
    ],
  ])('%s', (_, text, assignments, account, names) => {
    expect(findPrunable(sharedConfig(sections + text), session, assignments, account).map(({ name }) => name)).toEqual(
      names,
    );
  });
});
