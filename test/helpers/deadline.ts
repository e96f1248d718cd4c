import { expect, jest } from '@jest/globals';
import { isLongForm } from './scale.ts';

/** The folders whose tests run whole programs: the built cdkx, the real `cdk`, npm. All others test functions. */
const programs = /\/test\/(?:e2e|docs|plugin|emulator|faults|fuzz|package|bench)\/|\.long\.test\.ts$|\/test\/[^/]+$/;

/** How long a test may take, milliseconds. What waits for longer has lost its way, and says so within a coffee's time. */
export function deadlineOf(testPath: string): number {
  if (isLongForm) return 600_000;
  return programs.test(testPath.replaceAll('\\', '/')) ? 180_000 : 20_000;
}

// For jest's `setupFilesAfterEnv`.
jest.setTimeout(deadlineOf(expect.getState().testPath ?? ''));
