import { expect, it } from '@jest/globals';
import { untilStopped } from '../../lib/terminal/stoppable.ts';
import { createTestContext } from '../helpers/context.ts';

it.each<[NodeJS.Platform, boolean]>([
  ['linux', true],
  ['darwin', true],
  ['win32', false],
])('Ctrl-Z at a question on %s stops the job: %s', async (platform, stops) => {
  const sent: unknown[] = [];
  const kill = (...args: unknown[]) => void sent.push(args);
  const ctx = createTestContext({ platform, kill, interactive: true });
  let asked = 0;
  const answer = await untilStopped(ctx, undefined, async (signal) => {
    asked += 1;
    if (asked === 1) ctx.stdin.emit('keypress', '\u001A', { ctrl: true, name: 'z' });
    return signal.aborted ? 'stopped' : 'answered';
  });
  expect(answer).toBe('answered');
  expect(sent).toEqual(stops ? [[0, 'SIGTSTP']] : []);
  expect(asked).toBe(stops ? 2 : 1);
});
