import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundle } from '../../helpers/bundle.ts';
import { delegate, exitCodeOf, exitLikeChild } from '../../../lib/run/child/spawn.ts';
import { repository } from '../../helpers/cli.ts';
import { createTestContext } from '../../helpers/context.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'signals, nor files that may not be executed');

const ready = "process.stdout.write('ready');";
const stayAlive = 'setInterval(() => {}, 1000);';

/** Programs that play `cdk`. */
const children = {
  exit: (code: number) => `process.exitCode = ${code};`,
  dieBy: (signal: string) => `process.kill(process.pid, '${signal}'); ${stayAlive}`,
  wait: `${stayAlive} ${ready}`,
  /** Tells each signal, cleans up for a while after the first, then leaves with 42. */
  cleanUp: `
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => { process.stdout.write(' ' + signal); setTimeout(() => { process.stdout.write(' cleaned'); process.exit(42); }, 300); });
    ${stayAlive} ${ready}`,
};

describe('delegate', () => {
  it.each([0, 1, 3, 42])('gives the exit code %i of the child', async (code) => {
    const ctx = createTestContext();
    expect(await delegate(ctx, plan(children.exit(code)))).toEqual({ code });
  });

  itOnPosix.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP'])('tells death by %s from an exit code', async (signal) => {
    const ctx = createTestContext();
    expect(await delegate(ctx, plan(children.dieBy(signal)))).toEqual({ signal });
  });

  it('runs the child in the working folder with exactly the environment of the plan', async () => {
    const ctx = createTestContext({ env: { HOME: '/nowhere', SECRET: 's' } });
    const report = `require('fs').writeFileSync('seen.json', JSON.stringify([process.argv.slice(2), process.env.SECRET ?? null, process.env.A]))`;
    const file = childFile(report);
    const given = {
      command: process.execPath,
      args: [file, 'a b', '', '*'],
      env: { A: '1' },
      removed: [],
      set: {},
      dropped: [],
    };
    expect(await delegate(ctx, given)).toEqual({ code: 0 });
    const { default: seen } = (await import(join(ctx.cwd, 'seen.json'), { with: { type: 'json' } })) as {
      default: unknown;
    };
    expect(seen).toEqual([['a b', '', '*'], null, '1']);
  });

  it('is a UserError 127 where there is nothing to run', async () => {
    const ctx = createTestContext();
    const given = { ...plan(''), command: join(ctx.cwd, 'gone') };
    await expect(delegate(ctx, given)).rejects.toMatchObject({
      exitCode: 127,
      parts: { what: expect.stringContaining('gone') },
    });
  });

  itOnPosix('is a UserError 127 where what there is may not be executed', async () => {
    const ctx = createTestContext();
    const given = { ...plan(''), command: childFile('') };
    await expect(delegate(ctx, given)).rejects.toMatchObject({
      exitCode: 127,
      parts: { why: 'Permission denied: the file is not executable.' },
    });
  });

  it('no longer listens to signals afterwards', async () => {
    const listening = new Set<string>();
    const ctx = createTestContext();
    const onSignal = (signal: string) => {
      listening.add(signal);
      return () => listening.delete(signal);
    };
    await delegate({ ...ctx, onSignal }, plan(children.exit(0)));
    expect([...listening]).toEqual([]);
  });
});

describe('a wrapper process around a child', () => {
  let wrapper: string;

  beforeAll(() => {
    const folder = join(repository, 'build/test-wrapper');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'wrapper.ts'), wrapperSource);
    wrapper = join(folder, 'wrapper.mjs');
    bundle(join(folder, 'wrapper.ts'), wrapper);
  });

  it.each([0, 1, 3, 42])('ends with its exit code %i', async (code) => {
    expect(await runWrapper(wrapper, children.exit(code))).toMatchObject({ code, signal: null });
  });

  itOnPosix.each(['SIGINT', 'SIGTERM', 'SIGKILL'])('dies of %s when the child did', async (signal) => {
    expect(await runWrapper(wrapper, children.dieBy(signal))).toMatchObject({ code: null, signal });
  });

  itOnPosix.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'hands %s on, without a terminal, and outlives the slow child',
    async (signal) => {
      const end = await runWrapper(wrapper, children.cleanUp, signal);
      expect(end).toEqual({ code: 42, signal: null, output: `ready ${signal} cleaned` });
    },
  );

  it('ends a child that does not listen, and dies of the same signal', async () => {
    expect(await runWrapper(wrapper, children.wait, 'SIGTERM')).toMatchObject({ signal: 'SIGTERM', output: 'ready' });
  });
});

describe('SIGINT at a terminal', () => {
  it('is left to the terminal, which sends it to the child by itself; SIGTERM is not', async () => {
    const ctx = createTestContext({ interactive: true });
    const sent: unknown[] = [];
    let onReady = () => {};
    const isReady = new Promise<void>((resolve) => (onReady = resolve));
    const spawnSpied: typeof ctx.spawn = (command, args, options) => {
      const child = ctx.spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout?.once('data', () => onReady());
      const kill = child.kill.bind(child);
      child.kill = (signal) => {
        sent.push(signal);
        return kill(signal);
      };
      return child;
    };
    const end = delegate({ ...ctx, spawn: spawnSpied }, plan(children.wait));
    await isReady;
    ctx.raise('SIGINT');
    expect(sent).toEqual([]);
    ctx.raise('SIGTERM');
    expect(await end).toEqual({ signal: 'SIGTERM' });
  });
});

describe('on Windows', () => {
  it('SIGINT is never sent: the console has told the child, and to send it would end it at once', async () => {
    const ctx = createTestContext({ platform: 'win32' });
    const sent: unknown[] = [];
    let started = () => {};
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const child = Object.assign(new EventEmitter(), { kill: (signal: string) => sent.push(signal) });
    const spawnFake = (() => {
      started();
      return child;
    }) as unknown as typeof ctx.spawn;
    const end = delegate({ ...ctx, spawn: spawnFake }, plan(''));
    await isStarted;
    ctx.raise('SIGINT');
    expect(sent).toEqual([]);
    ctx.raise('SIGTERM');
    expect(sent).toEqual(['SIGTERM']);
    child.emit('exit', 0, null);
    expect(await end).toEqual({ code: 0 });
  });

  it('a command is found by cdkx, and not by Windows, which would take one of the working directory', async () => {
    const ctx = createTestContext({ platform: 'win32' });
    const bin = tempFolder();
    writeFileSync(join(ctx.cwd, 'npm.exe'), '');
    const npm = join(bin, 'npm.cmd');
    writeFileSync(npm, '', { mode: 0o755 });
    const started: string[] = [];
    const spawnFake = ((command: string) => {
      started.push(command);
      const child = new EventEmitter();
      setImmediate(() => child.emit('exit', 0, null));
      return child;
    }) as unknown as typeof ctx.spawn;
    const given = { ...plan(''), command: 'npm', env: { PATH: `.;${bin}` } };
    expect(await delegate({ ...ctx, spawn: spawnFake }, given)).toEqual({ code: 0 });
    expect(started).toEqual([npm]);
    await expect(delegate({ ...ctx, spawn: spawnFake }, { ...given, env: { PATH: '.' } })).rejects.toMatchObject({
      exitCode: 127,
    });
    expect(started).toEqual([npm]);
  });
});

describe('exitLikeChild', () => {
  it.each([
    [{ code: 3 }, 3, []],
    [{ signal: 'SIGINT' } as const, 130, [[77, 'SIGINT']]],
    [{ signal: 'SIGTERM' } as const, 143, [[77, 'SIGTERM']]],
    [{ signal: 'SIGKILL' } as const, 137, [[77, 'SIGKILL']]],
  ])('for %j gives %i, after passing a signal on to ourselves', (end, code, kills) => {
    const sent: unknown[] = [];
    const kill = (...args: unknown[]) => void sent.push(args);
    expect(exitLikeChild({ kill, pid: 77, platform: 'linux' }, end)).toBe(code);
    expect(sent).toEqual(kills);
  });

  it('gives the code alone on Windows, which knows no such signals, and where the signal cannot be sent', () => {
    const refuse = () => {
      throw new Error('EPERM');
    };
    expect(exitLikeChild({ kill: refuse, pid: 1, platform: 'win32' }, { signal: 'SIGTERM' })).toBe(143);
    expect(exitLikeChild({ kill: refuse, pid: 1, platform: 'linux' }, { signal: 'SIGTERM' })).toBe(143);
    expect(exitCodeOf({ signal: 'SIGHUP' })).toBe(129);
  });
});

const wrapperSource = `
  import { createProcessContext } from '../../lib/process-context.ts';
  import { delegate } from '../../lib/run/child/spawn.ts';
  import { exitLikeChild } from '../../lib/run/child/spawn.ts';
  const ctx = createProcessContext(process.argv[1]!);
  const plan = { command: process.execPath, args: [process.argv[2]!], env: {}, removed: [], set: {}, dropped: [] };
  process.exitCode = exitLikeChild(ctx, await delegate(ctx, plan));
`;

/** Runs the wrapper without a terminal; a signal is sent to it, and to it alone, as soon as the child is ready. */
function runWrapper(wrapper: string, child: string, signal?: NodeJS.Signals) {
  return new Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>((resolve, reject) => {
    const running = spawn(process.execPath, [wrapper, childFile(child)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      if (output === '' && signal !== undefined) running.kill(signal);
      output += chunk.toString();
    });
    running.on('error', reject);
    running.on('close', (code, endSignal) => resolve({ code, signal: endSignal, output }));
  });
}

function plan(child: string) {
  return { command: process.execPath, args: [childFile(child)], env: {}, removed: [], set: {}, dropped: [] };
}

function childFile(source: string): string {
  const file = join(tempFolder(), 'child.cjs');
  writeFileSync(file, source);
  return file;
}
