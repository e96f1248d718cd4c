import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment, type RunOptions } from './cli.ts';

/** A program that runs beside a test. */
export interface RunningProgram {
  readonly pid: number | undefined;
  /** Resolves with the next text on its stderr. */
  readonly said: Promise<string>;
  /** All of its stdout, when it has ended; rejects where it failed. */
  readonly output: Promise<string>;
  /** Closes its stdin. */
  finish(): void;
}

/** Starts a Node program with an environment of its own. */
export function startProgram(path: string, args: readonly string[], options: RunOptions): RunningProgram {
  const { cwd, home, env } = options;
  const child = spawn(process.execPath, [path, ...args], { cwd, env: cleanEnvironment(home, env), stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const output = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${path} ended with ${String(code)}: ${Buffer.concat(stderr).toString()}`);
    return Buffer.concat(stdout).toString();
  });
  output.catch(() => undefined);
  return {
    pid: child.pid,
    said: once(child.stderr, 'data').then(([chunk]) => String(chunk)),
    output,
    finish: () => child.stdin.end(),
  };
}
