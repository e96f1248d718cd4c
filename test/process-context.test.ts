import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { createProcessContext } from '../lib/process-context.ts';

it.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s ends a process, on Windows too, which cannot send each of them',
  async (signal) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    createProcessContext('').kill(child.pid ?? 0, signal);
    expect(await ended).not.toEqual([0, null]);
  },
);
