import { describe, expect, it } from '@jest/globals';
import type { CredentialSource } from '../../../lib/profile/source.ts';
import { pickProfile, profileChoices } from '../../../lib/run/choose/pick-profile.ts';
import { startOfTests } from '../../helpers/clock.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createHome } from '../../helpers/home.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const endpoints = {};
const sso = (name: string): CredentialSource => ({
  kind: 'sso-session',
  profile: name,
  session: { name, startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints },
  accountId: '111111111111',
  roleName: 'Developer',
});
const token = (minutes: number) => ({
  accessToken: 'secret',
  expiresAt: new Date(startOfTests + minutes * 60_000).toISOString(),
});

describe('profileChoices', () => {
  it.each<[source: CredentialSource, shown: string]>([
    [sso('fresh'), 'x  111111111111  Developer  signed in, 1 h left'],
    [sso('late'), 'x  111111111111  Developer  expired'],
    [sso('none'), 'x  111111111111  Developer  not signed in'],
    [
      {
        kind: 'assume-role',
        profile: 'x',
        roleArn: 'arn:aws:iam::222222222222:role/path/Deployer',
        source: sso('fresh'),
      },
      'x  222222222222  Deployer  signed in, 1 h left',
    ],
    [{ kind: 'static', profile: 'x' }, 'x      access keys'],
    [{ kind: 'temporary', profile: 'x', expiresAt: new Date(startOfTests - 1) }, 'x      short-term keys, expired'],
    [{ kind: 'process', profile: 'x', command: 'secret-tool --key 1' }, 'x      credential process'],
  ])('shows account, role and state of %j', (source, shown) => {
    const home = createHome(tempFolder(), { tokens: { fresh: token(60), late: token(-1) } });
    const ctx = createTestContext({ home });
    expect(profileChoices(ctx, [{ name: 'x', source }])).toEqual([{ value: 'x', label: shown }]);
  });

  it('has nothing to choose from where there are no profiles, and says what to run', async () => {
    const ctx = createTestContext();
    const picked = pickProfile(ctx, { candidates: [] });
    await expect(picked).rejects.toMatchObject({
      exitCode: 78,
      parts: { next: expect.arrayContaining([{ run: 'cdkx sso configure' }]) },
    });
  });
});
