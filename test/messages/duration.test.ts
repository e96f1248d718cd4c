import { describe, expect, it } from '@jest/globals';
import { formatDuration, formatTimeOfDay } from '../../lib/messages/text.ts';

describe('a span of time', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [7 * 3600 + 12 * 60 + 30, '7 h 12 min'],
    [86_400, '1 d'],
    [3 * 86_400 + 4 * 3600 + 59 * 60, '3 d 4 h'],
  ])('of %d seconds reads %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

it('a time of day has two digits each', () => {
  expect(formatTimeOfDay(new Date(2026, 5, 1, 9, 5))).toBe('09:05');
});
