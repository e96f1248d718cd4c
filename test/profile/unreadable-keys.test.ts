import { expect, it } from '@jest/globals';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { findUnreadableKeys } from '../../lib/profile/unreadable-keys.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';

it('lines of a profile that were meant as keys are found in both files, with their places', () => {
  const ctx = createTestContext();
  createHome(ctx.home, {
    config: '[profile dev]\nregion = eu-west-1\nAWS_ACCESS_KEY_ID = A\n[profile other]\nSSO_SESSION = acme\n',
    credentials: '[dev]\nAWS_SECRET_ACCESS_KEY = S\n',
  });
  const found = findUnreadableKeys(readSharedConfig(ctx), 'profile', 'dev');
  expect(found.map((line) => line.split(': ')[0])).toEqual(['~/.aws/config:3', '~/.aws/credentials:2']);
  expect(found.join()).toMatch(/AWS_ACCESS_KEY_ID.*AWS_SECRET_ACCESS_KEY/);
});
