import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Clock, Context } from './context.ts';
import { findHome } from './home.ts';
import { UserError } from './messages/errors.ts';

/** What becomes of text that could not be written: the disk is full, or nobody reads any more. */
export type LostOutput = (stream: 'stdout' | 'stderr', error: Error) => void;

/**
 * The context of this very process. `selfPath` is the start file of the program. Without `onLostOutput`, what happens to this process's
 * streams is left to whoever it belongs to.
 */
export function createProcessContext(selfPath: string, onLostOutput?: LostOutput): Context {
  const heed = (name: 'stdout' | 'stderr', stream: NodeJS.WriteStream) => {
    if (onLostOutput !== undefined && stream.listenerCount('error') === 0) {
      stream.on('error', (error) => onLostOutput(name, error));
    }
    return stream;
  };
  return {
    argv: process.argv.slice(2),
    env: process.env,
    // A getter, for where it fails: there `main` says so.
    get cwd() {
      return workingFolder();
    },
    home: findHome(process.env),
    platform: process.platform,
    uid: process.getuid?.(),
    pid: process.pid,
    execPath: process.execPath,
    nodeVersion: process.versions.node,
    selfPath: realPath(selfPath),
    // Getters: each stream is set up at its first use, which costs milliseconds.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return heed('stdout', process.stdout);
    },
    get stderr() {
      return heed('stderr', process.stderr);
    },
    clock: realClock,
    requestHandler: async (settings) =>
      (await import('./net/http-handler.ts')).createRequestHandler(settings, process.env),
    spawn: (command, args, options) => spawn(command, args, options),
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => void process.off(signal, listener);
    },
    // Windows knows no SIGHUP to send (ENOSYS); SIGTERM ends a process there as well.
    kill: (pid, signal) =>
      void process.kill(pid, signal === 'SIGHUP' && process.platform === 'win32' ? 'SIGTERM' : signal),
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  every: (ms, action) => {
    const timer = setInterval(action, ms).unref();
    return () => clearInterval(timer);
  },
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UserError(
      'WorkingDirectoryGone',
      {
        what: 'the folder that this was started in is gone.',
        why: 'It was deleted or made anew since your shell entered it.',
        next: [{ say: 'Enter it again, or another one:' }, { run: 'cd "$PWD"' }],
      },
      { cause: error },
    );
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
