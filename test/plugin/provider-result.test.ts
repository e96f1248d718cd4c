import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createSdkV2Credentials, providerResult } from '../../lib/plugin/provider-result.ts';
import { createFakeClock, startOfTests } from '../helpers/clock.ts';

describe('what cdk gets from the plugin', () => {
  const clock = createFakeClock();
  const keys = (id: string, seconds?: number) => ({
    accessKeyId: id,
    secretAccessKey: 'secret',
    sessionToken: 'token',
    accountId: '111111111111',
    ...(seconds === undefined ? {} : { expiration: new Date(startOfTests + seconds * 1000) }),
  });

  it('is a function for a cdk that takes one, which it calls again near the end', async () => {
    const result = await providerResult(clock, () => Promise.resolve(keys('A', 60)), true);
    expect(typeof result).toBe('function');
    expect(await (result as () => Promise<unknown>)()).toEqual({
      accessKeyId: 'A',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(startOfTests + 60_000),
    });
  });

  it('is an object of the AWS SDK version 2 for an older cdk, which renews itself', async () => {
    const answers = [keys('A', 60), keys('B', 3600)];
    const moving = createFakeClock();
    const credentials = await createSdkV2Credentials(moving, () => Promise.resolve(answers.shift() ?? keys('C')));
    expect(credentials).toMatchObject({ accessKeyId: 'A', expireTime: new Date(startOfTests + 60_000) });
    expect(credentials.needsRefresh()).toBe(false);
    await moving.advance(50_000);
    expect(credentials.needsRefresh()).toBe(true);
    await new Promise<void>((resolve, reject) => credentials.get((error) => (error ? reject(error) : resolve())));
    expect(credentials.accessKeyId).toBe('B');
  });

  it('shows no secrets where such an object is logged, before and after it was renewed', async () => {
    const credentials = await createSdkV2Credentials(clock, () => Promise.resolve(keys('A')));
    expect(credentials.secretAccessKey).toBe('secret');
    expect(inspect(credentials)).not.toMatch(/secret|'token'/);
    await credentials.refreshPromise();
    expect(credentials).toHaveProperty('sessionToken', 'token');
    expect(inspect(credentials) + JSON.stringify(credentials)).not.toMatch(/secret|'token'/);
  });

  it('passes a failure to the callback of the AWS SDK version 2', async () => {
    const answers = [() => Promise.resolve(keys('A', 1)), () => Promise.reject(new Error('ended'))];
    const credentials = await createSdkV2Credentials(clock, () => answers.shift()!());
    const error = await new Promise((resolve) => credentials.refresh(resolve));
    expect(error).toEqual(new Error('ended'));
  });
});
