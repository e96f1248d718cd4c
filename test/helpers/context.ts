import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Context } from '../../lib/context.ts';
import { createRequestHandler } from '../../lib/net/http-handler.ts';
import { startCommand } from '../../lib/shell/programs.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { leadAwsHostsTo } from './aws-hosts.ts';
import { createFakeClock, type FakeClock } from './clock.ts';
import { tempFolder } from './temp-folder.ts';

export interface TestContext extends Context {
  readonly clock: FakeClock;
  /** All that was written so far. */
  readonly written: { stdout(): string; stderr(): string };
  /** Plays a signal to those who listen for it. */
  raise(signal: string): void;
  /** Types on the fake terminal. */
  type(keys: string): void;
}

/** A context for one test: own home and working folder, fake clock, captured streams, no environment unless given. */
export function createTestContext(
  given: Partial<Omit<Context, 'stdin' | 'stdout' | 'stderr' | 'clock'>> & {
    readonly clock?: FakeClock;
    /** The stand-in that all hosts of AWS lead to. With an endpoint override (`emulator.env()`) it would not see which region is asked. */
    readonly awsHosts?: Pick<Emulator, 'port'>;
    readonly interactive?: boolean;
    readonly columns?: number;
  } = {},
): TestContext {
  const { interactive = false, columns = 80, clock = createFakeClock(), awsHosts, ...rest } = given;
  const folder = tempFolder();
  const stdout = createOutput(interactive, columns);
  const stderr = createOutput(interactive, columns);
  const stdin = createInput(interactive);
  const listeners = new Map<string, Set<() => void>>();
  const env = rest.env ?? {};
  return {
    argv: [],
    cwd: folder,
    home: join(folder, 'home'),
    platform: process.platform,
    uid: process.getuid?.(),
    pid: process.pid,
    execPath: process.execPath,
    nodeVersion: process.versions.node,
    selfPath: join(folder, 'cdkx.js'),
    requestHandler: async (settings) => {
      const handler = await createRequestHandler(settings, env);
      return awsHosts === undefined ? handler : leadAwsHostsTo(awsHosts, handler);
    },
    spawn: (command, args, options) => {
      const start = startCommand(command, args, process);
      return spawn(start.command, start.args, { ...options, ...start.options });
    },
    kill: (pid, signal) => void process.kill(pid, signal),
    ...rest,
    env,
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    clock,
    onSignal: (signal, listener) => {
      const set = listeners.get(signal) ?? new Set();
      listeners.set(signal, set.add(listener));
      return () => void set.delete(listener);
    },
    written: { stdout: stdout.text, stderr: stderr.text },
    raise: (signal) => listeners.get(signal)?.forEach((listener) => listener()),
    type: (keys) => void (stdin as unknown as PassThrough).write(keys),
  };
}

function createOutput(isTTY: boolean, columns: number) {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  Object.assign(stream, { isTTY, columns, rows: 24 });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join('') };
}

function createInput(isTTY: boolean): NodeJS.ReadStream {
  const stream = new PassThrough();
  return Object.assign(stream, { isTTY, isRaw: false, setRawMode: () => stream }) as unknown as NodeJS.ReadStream;
}
