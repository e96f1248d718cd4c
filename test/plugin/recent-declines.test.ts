import { expect, it } from '@jest/globals';
import { type ErrorCode, UserError } from '../../lib/messages/errors.ts';
import { createRecentDeclines } from '../../lib/plugin/credentials.ts';
import { createFakeClock } from '../helpers/clock.ts';

const failing = (code: ErrorCode) => new UserError(code, { what: 'no', why: 'no', next: [] });

it('a no is not asked for again at once, but later, and says nothing of other questions', async () => {
  const clock = createFakeClock();
  const recentlyDeclined = createRecentDeclines(clock);
  const no = failing('SignInDeclined');
  await expect(recentlyDeclined('acme', () => Promise.reject(no))).rejects.toBe(no);
  await expect(recentlyDeclined('acme', () => Promise.resolve('asked'))).rejects.toBe(no);
  expect(await recentlyDeclined('partner', () => Promise.resolve('asked'))).toBe('asked');
  await clock.advance(60_000);
  expect(await recentlyDeclined('acme', () => Promise.resolve('asked'))).toBe('asked');
});

it('another failure is no no: the next attempt is a new one', async () => {
  const recentlyDeclined = createRecentDeclines(createFakeClock());
  await expect(recentlyDeclined('acme', () => Promise.reject(failing('NotSignedIn')))).rejects.toThrow('no');
  expect(await recentlyDeclined('acme', () => Promise.resolve('tried'))).toBe('tried');
});
