import { describe, expect, it } from '@jest/globals';
import { createCredentialsProvider } from '../../lib/credentials/role-credentials.ts';
import { createFakeClock } from '../helpers/clock.ts';

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };

describe('a credentials provider', () => {
  const create = (seconds: number | undefined) => {
    const clock = createFakeClock();
    const fetches: number[] = [];
    const provider = createCredentialsProvider(clock, async () => {
      fetches.push(clock.now());
      return seconds === undefined ? keys : { ...keys, expiration: new Date(clock.now() + seconds * 1000) };
    });
    return { clock, fetches, provider };
  };

  it('fetches once for all who ask at the same time', async () => {
    const { fetches, provider } = create(3600);
    const all = await Promise.all([provider(), provider(), provider()]);
    expect(fetches).toHaveLength(1);
    expect(new Set(all).size).toBe(1);
  });

  it.each([
    { lives: 3600, after: 3500, fetched: 1 },
    { lives: 3600, after: 3541, fetched: 2 },
    { lives: 20, after: 1, fetched: 2 },
    { lives: undefined, after: 1e6, fetched: 1 },
  ])(
    'has fetched $fetched times when asked again after $after of $lives seconds',
    async ({ lives, after, fetched }) => {
      const { clock, fetches, provider } = create(lives);
      await provider();
      await clock.advance(after * 1000);
      await provider();
      expect(fetches).toHaveLength(fetched);
    },
  );

  it('forgets a failure', async () => {
    const answers = [() => Promise.reject(new Error('no')), () => Promise.resolve(keys)];
    const provider = createCredentialsProvider(createFakeClock(), () => answers.shift()!());
    const both = await Promise.allSettled([provider(), provider()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await provider()).toBe(keys);
  });
});
