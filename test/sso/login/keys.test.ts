import { describe, expect, it } from '@jest/globals';
import { listenForKeys, withInterrupt } from '../../../lib/sso/login/keys.ts';
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

describe('a key while the browser is waited for', () => {
  it.each<[NodeJS.Platform, string[], unknown[]]>([
    ['linux', ['d'], [[0, 'SIGTSTP']]],
    ['darwin', ['d'], [[0, 'SIGTSTP']]],
    ['win32', ['\u001A', 'd'], []],
  ])('on %s: Ctrl-Z stops the job where there are jobs', (platform, expected, signals) => {
    const sent: unknown[] = [];
    const keys: string[] = [];
    const kill = (...args: unknown[]) => void sent.push(args);
    const ctx = createTestContext({ platform, kill, interactive: true });
    let interrupts = 0;
    const stop = listenForKeys(ctx, { key: (key) => keys.push(key), interrupt: () => (interrupts += 1) });
    ctx.stdin.emit('data', '\u001Ad\u0003');
    stop();
    ctx.stdin.emit('data', 'x');
    expect([keys, sent, interrupts]).toEqual([expected, signals, 1]);
  });
});
