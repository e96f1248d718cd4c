import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { tokenFileName } from '../helpers/home.ts';
import { hasShell } from '../helpers/installed.ts';
import { needing, noProc } from '../helpers/needs.ts';
import { controlC } from '../helpers/person.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { openCdkx, openTerminal, type Terminal } from '../helpers/pty.ts';
import { until } from '../helpers/until.ts';
import { questions } from '../helpers/questions.ts';

const controlZ = '\u001A';
const enter = '\r';
/** A disk on which cdk.json takes a minute. */
const slowDisk = `
  const fs = require('node:fs');
  for (const name of ['readFileSync', 'openSync', 'statSync']) {
    const real = fs[name];
    fs[name] = (path, ...rest) => {
      if (String(path).endsWith('/cdk.json')) {
        fs.writeSync(2, 'reads cdk.json');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
      }
      return real(path, ...rest);
    };
  }
  require('node:module').syncBuiltinESMExports();`;
const cdkx = `'${process.execPath}' '${cdkxPath}'`;

/** Shells with job control, how they start plain, and what they say of a job that stopped. */
const shells: readonly (readonly ['bash' | 'zsh', readonly string[], RegExp])[] = [
  ['bash', ['--norc', '--noprofile', '-i'], /Stopped/],
  ['zsh', ['-f', '-i'], /suspended/],
];

const whereProc = needing(it, '/proc', noProc);

describe('signals and job control', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ deviceInterval: 1 });
  });
  afterEach(() => emulator.close());

  function createProject(session: 'valid' | 'refreshable' | 'expired', script = 'console.log("cdk ran")') {
    const expiresIn = session === 'valid' ? 7200 : -60;
    const tokens = { acme: emulator.issueToken({ expiresIn, refreshable: session === 'refreshable' }) };
    const project = createScriptedProject(script, { tokens });
    const env = { ...emulator.env(), ...project.env, BROWSER: 'true', PS1: 'ready> ', PROMPT: 'ready> ', HISTFILE: '' };
    return { ...project, env, columns: 120 };
  }
  type Project = ReturnType<typeof createProject>;

  /** Runs `cdkx deploy` between two looks at the terminal's settings. */
  function deployIn(project: Project): Terminal {
    const script = `trap : INT; stty -a > before; ${cdkx} deploy; echo ended=$?; stty -a > after`;
    return openTerminal('/bin/sh', ['-c', script], project);
  }
  const settings = ({ cwd }: Project, when: 'before' | 'after') => readFileSync(join(cwd, when), 'utf8');
  const tokenFile = ({ home }: Project) => readFileSync(join(home, '.aws/sso/cache', tokenFileName('acme')), 'utf8');
  const leftBehind = ({ home }: Project) =>
    readdirSync(join(home, '.aws/sso/cache'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /lock|tmp/.test(name),
    );

  const waiting = 'console.log("child " + "waits"); setInterval(() => {}, 1000);';

  describe('Ctrl-C', () => {
    it('while the project is read ends it as any program', async () => {
      const project = createProject('valid');
      const preload = join(project.cwd, 'slow-disk.cjs');
      writeFileSync(preload, slowDisk);
      const env = { ...project.env, NODE_OPTIONS: `--require "${preload}"` };
      const terminal = deployIn({ ...project, env });
      await terminal.answer(['reads cdk.json', controlC]);
      await terminal.exit;
      expect(terminal.screen()).toContain('ended=130');
      expect(terminal.screen()).not.toContain('cdk ran');
      expect(settings(project, 'after')).toBe(settings(project, 'before'));
      recordFigure('job-control.interrupts');
    });

    it('during the silent refresh leaves the token as it was', async () => {
      const project = createProject('refreshable');
      const before = tokenFile(project);
      emulator.faults.add({ kind: 'hang', operation: 'CreateToken', times: 'always' });
      const terminal = deployIn(project);
      await until('the refresh', () => emulator.log.some(({ operation }) => operation === 'CreateToken'));
      terminal.type(controlC);
      await terminal.exit;
      expect(terminal.screen()).toContain('ended=130');
      expect(terminal.screen()).not.toContain('cdk ran');
      expect(tokenFile(project)).toBe(before);
      recordFigure('job-control.interrupts');
      expect(leftBehind(project)).toEqual([]);
      expect(settings(project, 'after')).toBe(settings(project, 'before'));
    });

    it.each([
      ['at the question', '', ''],
      ['while the browser is waited for', questions.switchToCode, ''],
      ['while the device code is waited for', questions.switchToCode, 'd'],
    ])('%s gives the terminal back and leaves no lock', async (_, shown, key) => {
      const project = createProject('expired');
      const terminal = deployIn(project);
      await terminal.waitFor(questions.signIn);
      if (shown !== '') {
        terminal.type('y');
        await terminal.waitFor(shown);
      }
      if (key !== '') {
        terminal.type(key);
        await terminal.waitFor(/\b[A-Z]{4}-[A-Z]{4}\b/);
        await terminal.waitFor('Approve only if');
      }
      terminal.type(controlC);
      await terminal.exit;
      expect(terminal.screen()).toContain('ended=130');
      expect(terminal.screen()).not.toContain('cdk ran');
      expect(leftBehind(project)).toEqual([]);
      expect(settings(project, 'after')).toBe(settings(project, 'before'));
      expect(isCursorShown(terminal)).toBe(true);
      recordFigure('job-control.interrupts');
    });

    it.each([
      ['dies of it', waiting, 'ended=130'],
      ['ends in its own way', `process.on("SIGINT", () => process.exit(44)); ${waiting}`, 'ended=44'],
    ])('reaches cdk, once, which %s', async (_, script, ended) => {
      const project = createProject('valid', script);
      const terminal = deployIn(project);
      await terminal.answer(['child waits', controlC]);
      await terminal.exit;
      expect(terminal.screen()).toContain(ended);
      recordFigure('job-control.interrupts');
      expect(settings(project, 'after')).toBe(settings(project, 'before'));
    });
  });

  describe.each(shells.filter(([shell]) => hasShell(shell)))('Ctrl-Z and fg in %s', (shell, args, stopped) => {
    async function openShell(project: Project): Promise<Terminal> {
      const terminal = openTerminal(shell, args, project);
      await terminal.answer(['ready>', `stty -a > before${enter}`]);
      await until(
        'the settings of the terminal',
        () => existsSync(join(project.cwd, 'before')) && settings(project, 'before') !== '',
      );
      return terminal;
    }

    async function finish(terminal: Terminal, project: Project, ended: string): Promise<void> {
      terminal.type(`echo ended=$?${enter}`);
      await terminal.answer([ended, `stty -a > after; exit 0${enter}`]);
      await terminal.exit;
      expect(settings(project, 'after')).toBe(settings(project, 'before'));
    }

    it('at the question: the shell works meanwhile, and the answer is heard after it', async () => {
      const project = createProject('expired');
      const terminal = await openShell(project);
      terminal.type(`${cdkx} deploy${enter}`);
      await terminal.answer([questions.signIn, controlZ], [stopped, `stty -a > before; echo mean''while${enter}`]);
      await terminal.waitFor(/^meanwhile/m);
      expect(settings(project, 'before')).toMatch(/(?<!-)\bicanon\b/);
      expect(isCursorShown(terminal)).toBe(true);
      terminal.type(`fg${enter}`);
      await terminal.answer([/^meanwhile.*◆ +Sign in now\?/ms, 'n']);
      await terminal.waitFor('sign-in declined');
      await finish(terminal, project, 'ended=130');
      expect(leftBehind(project)).toEqual([]);
      recordFigure('job-control.stops');
    });

    it('during the silent refresh: it goes on', async () => {
      const project = createProject('refreshable');
      const stopAnswering = emulator.faults.add({ kind: 'hang', operation: 'CreateToken', times: 'always' });
      const terminal = await openShell(project);
      terminal.type(`${cdkx} deploy${enter}`);
      await until('the refresh', () => emulator.log.some(({ operation }) => operation === 'CreateToken'));
      terminal.type(controlZ);
      await terminal.answer([stopped, `stty -a > before; echo mean''while${enter}`]);
      await terminal.waitFor(/^meanwhile/m);
      expect(settings(project, 'before')).toMatch(/(?<!-)\bicanon\b/);
      // The request that hangs is given up after ten seconds, and the next is answered.
      stopAnswering();
      terminal.type(`fg${enter}`);
      await terminal.waitFor('cdk ran');
      await finish(terminal, project, 'ended=0');
      expect(leftBehind(project)).toEqual([]);
      recordFigure('job-control.stops');
    });

    whereProc('during the login: the shell works meanwhile, keys are heard after it', async () => {
      const project = createProject('expired');
      const terminal = await openShell(project);
      terminal.type(`${cdkx} deploy${enter}`);
      await terminal.answer(
        [questions.signIn, 'y'],
        [questions.switchToCode, controlZ],
        [stopped, `stty -a > before; echo mean''while${enter}`],
      );
      await terminal.waitFor(/^meanwhile/m);
      expect(settings(project, 'before')).toMatch(/(?<!-)\bicanon\b/);
      terminal.type(`fg${enter}`);
      await until('keys to be read one by one', () => isRaw(terminal));
      terminal.type('d');
      const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
      expect(emulator.answerDevice({ userCode })).toBe(true);
      await terminal.waitFor('cdk ran');
      await finish(terminal, project, 'ended=0');
      recordFigure('job-control.stops');
    });

    it('during cdk: both stop and both go on', async () => {
      const script = `process.on('SIGCONT', () => { console.log('goes ' + 'on'); process.exit(7); }); ${waiting}`;
      const project = createProject('valid', script);
      const terminal = await openShell(project);
      terminal.type(`${cdkx} deploy${enter}`);
      await terminal.answer(['child waits', controlZ]);
      await terminal.waitFor(stopped);
      expect(terminal.screen()).not.toContain('goes on');
      terminal.type(`fg${enter}`);
      await terminal.waitFor('goes on');
      await finish(terminal, project, 'ended=7');
      recordFigure('job-control.stops');
    });
  });

  describe('a hang-up', () => {
    it('reaches cdk, which ends in its own way, and cdkx after it', async () => {
      const script = `
        const { writeFileSync } = require('node:fs');
        writeFileSync('pid', String(process.pid));
        process.on('SIGHUP', () => { writeFileSync('heard', 'yes'); process.exit(0); });
        ${waiting}`;
      const project = createProject('valid', script);
      const terminal = openCdkx(['deploy'], project);
      await terminal.waitFor('child waits');
      terminal.hangUp();
      await until('cdk to hear it', () => existsSync(join(project.cwd, 'heard')));
      const child = Number(readFileSync(join(project.cwd, 'pid'), 'utf8'));
      await until('both to end', () => !isAlive(child) && !isAlive(terminal.pid));
      expect(readFileSync(join(project.cwd, 'heard'), 'utf8')).toBe('yes');
      recordFigure('job-control.hang-ups');
    });

    it('during the silent refresh ends cdkx, with no lock left and the token as it was', async () => {
      const project = createProject('refreshable');
      const before = tokenFile(project);
      emulator.faults.add({ kind: 'hang', operation: 'CreateToken', times: 'always' });
      const terminal = openCdkx(['deploy'], project);
      await until('the refresh', () => emulator.log.some(({ operation }) => operation === 'CreateToken'));
      terminal.hangUp();
      await until('cdkx to end', () => !isAlive(terminal.pid));
      expect(leftBehind(project)).toEqual([]);
      expect(tokenFile(project)).toBe(before);
      recordFigure('job-control.hang-ups');
    });

    it.each([
      ['at the question', ''],
      ['during the login', questions.switchToCode],
    ])('%s ends cdkx and leaves no lock to the next', async (_, shown) => {
      const project = createProject('expired');
      const terminal = openCdkx(['deploy'], project);
      await terminal.waitFor(questions.signIn);
      if (shown !== '') {
        terminal.type('y');
        await terminal.waitFor(shown);
      }
      terminal.hangUp();
      await until('cdkx to end', () => !isAlive(terminal.pid));
      expect(leftBehind(project)).toEqual([]);
      recordFigure('job-control.hang-ups');
    });
  });
});

function isCursorShown(terminal: Terminal): boolean {
  const output = terminal.output();
  return output.lastIndexOf('\u001B[?25l') <= output.lastIndexOf('\u001B[?25h');
}

/** Whether the terminal's program reads single keys. */
function isRaw({ pid }: Terminal): boolean {
  const { stdout } = spawnSync('stty', ['-a', '-F', readlinkSync(`/proc/${pid}/fd/0`)], { encoding: 'utf8' });
  return stdout.includes('-icanon');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
