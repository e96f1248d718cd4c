import { expect, it } from '@jest/globals';
import { UserError } from '../../lib/messages/errors.ts';
import { createFailureReporter } from '../../lib/plugin/credentials.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { createTestContext } from '../helpers/context.ts';

function given() {
  const ctx = createTestContext();
  const times = () => ctx.written.stderr().split('cdkx: the session has ended').length - 1;
  return { failures: createFailureReporter(createReporter(ctx, 'normal')), times };
}
const ended = () => new UserError('NotSignedIn', { what: 'the session has ended', why: 'It has', next: [] });

it('the same failure of an account is told once, until its credentials could be had again', () => {
  const { failures, times } = given();
  for (let count = 0; count < 3; count += 1) {
    expect(failures.report(ended(), '111111111111')).toEqual(new Error('cdkx: the session has ended'));
  }
  expect(times()).toBe(1);
  failures.succeeded('222222222222');
  failures.report(ended(), '111111111111');
  expect(times()).toBe(1);
  failures.succeeded('111111111111');
  failures.report(ended(), '111111111111');
  expect(times()).toBe(2);
});

it('one failure that two accounts share is told once; a defect is passed on as it is', () => {
  const { failures, times } = given();
  const shared = ended();
  failures.report(shared, '111111111111');
  failures.report(shared, '222222222222');
  expect(times()).toBe(1);
  const defect = new TypeError('oops');
  expect(failures.report(defect, '111111111111')).toBe(defect);
});
