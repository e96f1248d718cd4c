import { describe, expect, it } from '@jest/globals';
import { createQueue } from '../../lib/plugin/credentials.ts';

describe('the queue of questions', () => {
  it('runs one task at a time, in order, and goes on after a failure', async () => {
    const queue = createQueue();
    const seen: string[] = [];
    const task = (name: string, fails = false) =>
      queue(async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('shares the end of a task among those of its key, until it has ended', async () => {
    const queue = createQueue();
    let runs = 0;
    const fail = () =>
      queue(async () => {
        runs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error(`no ${runs}`);
      }, 'question');
    const results = await Promise.allSettled([fail(), fail(), queue(() => Promise.resolve('other'), 'another')]);
    expect(results).toMatchObject([
      { reason: { message: 'no 1' } },
      { reason: { message: 'no 1' } },
      { value: 'other' },
    ]);
    await expect(fail()).rejects.toThrow('no 2');
  });
});
