import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../lib/messages/errors.ts';
import { confirmStage, planConfirmation } from '../../../lib/project/stages/protection.ts';
import { createTestContext } from '../../helpers/context.ts';
import { until } from '../../helpers/until.ts';

const stages = { prod: { protected: true }, live: { protected: true }, dev: {} };
const deploy = { isAsked: true, entered: ['prod'], stages, confirmed: [] };

describe('protected stages', () => {
  it.each([
    { name: 'a protected stage', given: {}, needed: ['prod'] },
    { name: 'one that is confirmed', given: { confirmed: ['prod'] }, needed: [] },
    { name: 'one that is confirmed among others', given: { confirmed: ['dev', 'prod'] }, needed: [] },
    { name: 'another one confirmed', given: { confirmed: ['live'] }, needed: ['prod'] },
    { name: 'the name in another case', given: { confirmed: ['Prod'] }, needed: ['prod'] },
    { name: 'two, one of them confirmed', given: { entered: ['prod', 'live'], confirmed: ['prod'] }, needed: ['live'] },
    { name: 'a stage that is not protected', given: { entered: ['dev'] }, needed: [] },
    { name: 'no stage', given: { entered: [] }, needed: [] },
    { name: 'a command that changes nothing', given: { isAsked: false }, needed: [] },
  ])('need the name of $name: $needed', ({ given, needed }) => {
    expect(planConfirmation({ ...deploy, ...given }).needed).toEqual(needed);
  });
});

describe('the question for the name', () => {
  const request = (confirmed: readonly string[] = []) => ({
    stage: 'prod',
    facts: { command: 'deploy', account: '222222222222' },
    plan: planConfirmation({ ...deploy, confirmed }),
    confirmation: (names: readonly string[]) => `cdkx deploy --cdkx-confirm=${names.join(',')} Prod`,
  });

  it('lets the command go on when the name was typed', async () => {
    const ctx = createTestContext({ interactive: true });
    const answer = confirmStage(ctx, { ...request(), interactive: true });
    await until('the question', () => ctx.written.stderr().includes('Type prod'));
    ctx.type('prod\r');
    await expect(answer).resolves.toBeUndefined();
    expect(ctx.written.stdout()).toBe('');
  });

  it('takes no other answer, and ends with 130 when it is cancelled', async () => {
    const ctx = createTestContext({ interactive: true });
    const answer = confirmStage(ctx, { ...request(), interactive: true });
    const failure = answer.catch((error: unknown) => error);
    await until('the question', () => ctx.written.stderr().includes('Type prod'));
    ctx.type('y\r');
    await until('the answer to be refused', () => ctx.written.stderr().includes('to continue'));
    ctx.type('\u0003');
    expect(await failure).toMatchObject({ exitCode: 130 });
  });

  it('stops where nobody can be asked, and says which option confirms', async () => {
    const failure = await confirmStage(createTestContext(), { ...request(['prd']), interactive: false }).catch(
      (error: unknown) => error,
    );
    if (!(failure instanceof UserError)) throw new Error('no UserError');
    expect(failure.exitCode).toBe(78);
    expect(failure.parts.next).toContainEqual({ run: 'cdkx deploy --cdkx-confirm=prod Prod' });
    expect(failure.parts.why).toContain('--cdkx-confirm=prd isn\'t the name of a stage. Did you mean "prod"?');
  });
});
