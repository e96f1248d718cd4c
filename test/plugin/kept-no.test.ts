import { expect, it } from '@jest/globals';
import { createKeptNo } from '../../lib/plugin/kept-no.ts';
import { exitCode, UserError, type OwnExitCode } from '../../lib/terminal/user-error.ts';
import { createFakeClock } from '../helpers/clock.ts';

const failing = (code: OwnExitCode) => new UserError(code, { what: 'no', why: 'no', next: [] });

it('a no is not asked for again at once, but later, and says nothing of other questions', async () => {
  const clock = createFakeClock();
  const keptNo = createKeptNo(clock);
  const no = failing(exitCode.cancelled);
  await expect(keptNo('acme', () => Promise.reject(no))).rejects.toBe(no);
  await expect(keptNo('acme', () => Promise.resolve('asked'))).rejects.toBe(no);
  expect(await keptNo('partner', () => Promise.resolve('asked'))).toBe('asked');
  await clock.advance(60_000);
  expect(await keptNo('acme', () => Promise.resolve('asked'))).toBe('asked');
});

it('another failure is no no: the next attempt is a new one', async () => {
  const keptNo = createKeptNo(createFakeClock());
  await expect(keptNo('acme', () => Promise.reject(failing(exitCode.notSignedIn)))).rejects.toThrow('no');
  expect(await keptNo('acme', () => Promise.resolve('tried'))).toBe('tried');
});
