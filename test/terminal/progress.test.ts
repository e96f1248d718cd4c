import { describe, expect, it } from '@jest/globals';
import { createProgress } from '../../lib/terminal/style.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';

describe('a progress line', () => {
  it('is one plain line without a terminal, however often it changes', () => {
    const ctx = createTestContext();
    const progress = createProgress(ctx, { level: 'normal' }, 'waiting for the browser');
    progress.update('still waiting');
    progress.stop('signed in');
    expect(ctx.written.stderr()).toBe('cdkx: waiting for the browser\ncdkx: signed in\n');
  });

  it('is drawn in place on a terminal, asked anew at each frame, and erased at its end', async () => {
    const clock = createFakeClock(undefined, { autoAdvance: false });
    const ctx = createTestContext({ interactive: true, clock });
    let left = 10;
    const progress = createProgress(ctx, { level: 'normal' }, () => `${left} s left`);
    left = 9;
    await clock.advance(100);
    progress.stop();
    progress.stop();
    const text = ctx.written.stderr();
    expect(text).toContain('10 s left');
    expect(text).toContain('9 s left');
    expect(text.endsWith('\r\u001B[2K')).toBe(true);
    expect(text).not.toContain('\n');
  });

  it('never grows over the width of the terminal', async () => {
    const clock = createFakeClock(undefined, { autoAdvance: false });
    const ctx = createTestContext({ interactive: true, clock, columns: 40, env: { NO_COLOR: '1' } });
    const progress = createProgress(ctx, { level: 'normal' }, 'x'.repeat(200));
    await clock.advance(100);
    progress.stop();
    for (const frame of ctx.written.stderr().split('\r\u001B[2K')) expect(frame.length).toBeLessThanOrEqual(40);
  });

  it.each([true, false])('says nothing when quiet (terminal: %s)', (interactive) => {
    const ctx = createTestContext({ interactive });
    const progress = createProgress(ctx, { level: 'quiet' }, 'waiting for the browser');
    progress.update('still waiting');
    progress.stop('done');
    expect(ctx.written.stderr()).toBe('');
  });
});
