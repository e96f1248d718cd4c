import { describe, expect, it } from '@jest/globals';
import { withInterrupt } from '../../../lib/sso/login/keys.ts';
import { createTestContext } from '../../helpers/context.ts';
import { userError } from '../setup.ts';

describe('Ctrl-C', () => {
  it('that comes while the work ends still cancels what would follow', async () => {
    const ctx = createTestContext();
    const running = withInterrupt(ctx, async () => {
      ctx.raise('SIGINT');
      return 'done all the same';
    });
    expect((await userError(running)).exitCode).toBe(130);
  });

  it('that does not come leaves the result alone, and no listener', async () => {
    const ctx = createTestContext();
    expect(await withInterrupt(ctx, async () => 'done')).toBe('done');
    expect(() => ctx.raise('SIGINT')).not.toThrow();
  });
});
