import { afterEach } from '@jest/globals';
import { spawn as spawnPty, type IPty } from '@lydell/node-pty';
import type { Socket } from 'node:net';
import xterm from '@xterm/headless';
import { cleanEnvironment, cdkxPath, type RunOptions } from './cli.ts';
import { escapeRegExp } from './escape.ts';
import { expectNoLeaks, searchRun } from './shown-secrets.ts';

/** Those whose output is not searched yet, with what searches it. */
const open = new Map<Terminal, () => void>();

/** A test that failed halfway leaves its program waiting: it would keep the test runner alive. */
afterEach(() => {
  for (const [terminal, search] of open) {
    terminal.kill('SIGKILL');
    search();
  }
  open.clear();
  expectNoLeaks();
});

/** Questions, and what a person types at them. */
export type Answers = readonly (readonly [question: string | RegExp, keys: string])[];

/** A program in a pseudo-terminal, with the screen a person would see. */
export interface Terminal {
  readonly pid: number;
  /** Everything written so far, escapes included. */
  output(): string;
  /** The screen's lines with what has scrolled away, without trailing blanks. */
  screen(): string;
  /** Types; `\r` is Enter, `\x03` Ctrl-C. */
  type(keys: string): void;
  /** Resolves with the match once the screen's text matches; rejects with the screen when the program ends or time runs out first. */
  waitFor(pattern: string | RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Waits for each question, and types what answers it. */
  answer(...answers: Answers): Promise<void>;
  readonly exit: Promise<{ exitCode: number; signal: number | undefined }>;
  kill(signal?: string): void;
  /** Closes the terminal, as when its window is closed: the system sends SIGHUP to what runs there. */
  hangUp(): void;
}

export interface TerminalOptions extends RunOptions {
  readonly columns?: number;
  readonly rows?: number;
}

/** Runs the built cdkx in a pseudo-terminal. A secret in what it shows fails the test. */
export function openCdkx(args: readonly string[], options: TerminalOptions): Terminal {
  return openTerminal(process.execPath, [cdkxPath, ...args], options);
}

export function openTerminal(command: string, args: readonly string[], options: TerminalOptions): Terminal {
  const { columns: cols = 80, rows = 30 } = options;
  const screen = new xterm.Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true, convertEol: false });
  const chunks: string[] = [];
  const watchers = new Set<() => void>();
  const pty = spawnPty(command, [...args], {
    cols,
    rows,
    cwd: options.cwd,
    env: cleanEnvironment(options.home, { TERM: 'xterm-256color', ...options.env }),
  });
  pty.onData((data) => {
    chunks.push(data);
    screen.write(data, () => watchers.forEach((watch) => watch()));
  });
  readToTheEnd(pty);
  let ended = false;
  const exit = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    pty.onExit((end) => {
      ended = true;
      open.get(terminal)?.();
      open.delete(terminal);
      // Let the last output arrive on the screen before anyone is told.
      screen.write('', () => {
        watchers.forEach((watch) => watch());
        resolve({ exitCode: end.exitCode, signal: end.signal });
      });
    });
  });
  const terminal: Terminal = {
    pid: pty.pid,
    output: () => chunks.join(''),
    screen: () => readScreen(screen),
    type: (keys) => pty.write(keys),
    exit,
    kill: (signal) => pty.kill(signal),
    hangUp: () => {
      const { _socket: socket } = pty as unknown as { _socket: Socket };
      socket.destroy();
    },
    answer: async (...answers) => {
      for (const [question, keys] of answers) {
        await terminal.waitFor(question);
        terminal.type(keys);
      }
    },
    waitFor: (pattern, timeoutMs = 90_000) =>
      new Promise((resolve, reject) => {
        const expression = typeof pattern === 'string' ? new RegExp(escapeRegExp(pattern)) : pattern;
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          watchers.delete(look);
          settle();
        };
        const fail = (why: string) =>
          finish(() =>
            reject(new Error(`${why} while waiting for ${String(expression)}; the screen:\n${terminal.screen()}`)),
          );
        const look = () => {
          const match = expression.exec(terminal.screen());
          if (match) finish(() => resolve(match));
          else if (ended) fail('the program ended');
        };
        const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs);
        watchers.add(look);
        look();
      }),
  };
  open.set(terminal, () => searchRun([command, ...args], { terminal: terminal.output() }, options));
  return terminal;
}

/**
 * node-pty closes the terminal 200 ms after its program has ended, read or not: where this process was busy meanwhile, the last lines are lost.
 * So it closes only after nothing has come for a few turns of the event loop. (A read that finds the other side closed ends with an error, at once.)
 */
function readToTheEnd(pty: IPty): void {
  const { _socket: socket } = pty as unknown as { _socket: Socket };
  const destroy = socket.destroy.bind(socket);
  const quietTurns = 3;
  socket.destroy = (error?: Error) => {
    if (error !== undefined) return destroy(error);
    let left = quietTurns;
    socket.on('data', () => (left = quietTurns));
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      destroy();
    }, 50);
    return socket;
  };
}

function readScreen(screen: InstanceType<typeof xterm.Terminal>): string {
  const buffer = screen.buffer.active;
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    const text = line?.translateToString(true) ?? '';
    // A wrapped line is one line of text.
    if (line?.isWrapped && lines.length > 0) lines.push((lines.pop() ?? '') + text);
    else lines.push(text);
  }
  return lines.join('\n').trimEnd();
}
