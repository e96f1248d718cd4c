import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Clock, Context } from './context.ts';
import { findHome } from './home.ts';
import { UserError } from './messages/errors.ts';
import { startCommand } from './shell/programs.ts';

/** Called if writing to a stream failed: the disk is full, or the pipe is closed. */
export type LostOutput = (stream: 'stdout' | 'stderr', error: Error) => void;

/** Creates the context of this process. Without `onLostOutput`, stream errors are left to the owner of the process. */
export function createProcessContext(selfPath: string, onLostOutput?: LostOutput): Context {
  const handleErrors = (name: 'stdout' | 'stderr', stream: NodeJS.WriteStream) => {
    if (onLostOutput !== undefined && stream.listenerCount('error') === 0) {
      stream.on('error', (error) => onLostOutput(name, error));
    }
    return stream;
  };
  return {
    argv: process.argv.slice(2),
    env: process.env,
    // A getter, so that `main` can report an error.
    get cwd() {
      return workingDirectory();
    },
    get home() {
      return homeDirectory();
    },
    platform: process.platform,
    uid: process.getuid?.(),
    pid: process.pid,
    execPath: process.execPath,
    nodeVersion: process.versions.node,
    selfPath: realPath(selfPath),
    // Getters: initializing a stream takes milliseconds.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return handleErrors('stdout', process.stdout);
    },
    get stderr() {
      return handleErrors('stderr', process.stderr);
    },
    clock: realClock,
    requestHandler: async (settings) =>
      (await import('./net/http-handler.ts')).createRequestHandler(settings, process.env),
    spawn: (command, args, options) => {
      const start = startCommand(command, args, process);
      return spawn(start.command, start.args, { ...options, ...start.options });
    },
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => void process.off(signal, listener);
    },
    // Windows can't send SIGHUP (ENOSYS); SIGTERM ends a process there too.
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

function homeDirectory(): string {
  const home = findHome(process.env);
  if (isAbsolute(home)) return home;
  throw new UserError('HomeNotAbsolute', {
    what: `the home directory is ${JSON.stringify(home)}, not an absolute path`,
    why: 'The AWS files of the current directory would be used instead of yours.',
    next: [{ say: 'Set HOME to your home directory, and run the command again.' }],
  });
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UserError(
      'WorkingDirectoryGone',
      {
        what: 'the current directory no longer exists',
        why: 'It was deleted or recreated.',
        next: [{ say: 'Change to an existing directory. If it was recreated, run:' }, { run: 'cd "$PWD"' }],
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
