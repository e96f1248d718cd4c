import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../lib/main.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath, cleanEnvironment } from '../helpers/cli.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { recordFigure } from '../helpers/figures.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';

/** Who may be there to answer. */
const places = {
  'a terminal': { interactive: true, env: {} },
  'no terminal': { interactive: false, env: {} },
  'a terminal in CI': { interactive: true, env: { CI: 'true' } },
  'CI without a terminal': { interactive: false, env: { CI: '' } },
  'an agent on a terminal': { interactive: true, env: { CLAUDECODE: '1' } },
  'an agent without a terminal': { interactive: false, env: { AGENT: 'other' } },
} as const;
type Place = keyof typeof places;

const sessions = {
  valid: { expiresIn: 7200 },
  refreshable: { expiresIn: -60 },
  expired: { expiresIn: -60, refreshable: false },
} as const;
type Session = keyof typeof sessions;

/** One command of each class. */
const words = { never: 'doctor', 'best effort': 'ls', required: 'deploy' } as const;
type CommandClass = keyof typeof words;

const login = 'cdkx sso login --profile acme-dev';

/** What must happen: the end, whether cdk starts, and what is said. */
function expected(commandClass: CommandClass, place: Place, session: Session) {
  if (commandClass === 'never') return { code: 0, starts: true, says: [] };
  if (session !== 'expired') return { code: 0, starts: true, says: ['profile acme-dev'] };
  const required = commandClass === 'required';
  // On a terminal it is asked, and the answer in these tests is no.
  if (place === 'a terminal') return { code: required ? 130 : 0, starts: !required, says: ['Sign in now?'] };
  const why = place.includes('CI')
    ? "can't sign in in CI"
    : place.includes('agent')
      ? `running under an AI agent (${Object.keys(places[place].env)[0]})`
      : "cdkx can't prompt: no terminal";
  const goingOn = required ? [] : ['CDK_DEFAULT_ACCOUNT'];
  return { code: required ? 77 : 0, starts: !required, says: ['expired 1 min ago', why, login, ...goingOn] };
}

const rows = (Object.keys(words) as CommandClass[]).flatMap((commandClass) =>
  (Object.keys(places) as Place[]).flatMap((place) =>
    (Object.keys(sessions) as Session[]).map((session) => ({ commandClass, place, session })),
  ),
);

describe('who is there to answer', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(() => {
    emulator.log.length = 0;
  });

  const projectWith = (session: Session, script = 'console.log("cdk ran")') =>
    createScriptedProject(script, { tokens: { acme: emulator.issueToken(sessions[session]) } });

  async function run(
    args: readonly string[],
    place: Place,
    session: Session,
    options: { block?: unknown; env?: object } = {},
  ) {
    const project = projectWith(session);
    if ('block' in options) {
      writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: options.block } }));
    }
    const started: (readonly string[])[] = [];
    const { interactive, env } = places[place];
    const ctx = createTestContext({
      home: project.home,
      cwd: project.cwd,
      env: { ...emulator.env(), ...project.env, ...env, ...options.env },
      interactive,
      columns: 200,
      argv: args,
      clock: createFakeClock(Date.now()),
      spawn: (_command, cdkArguments, spawnOptions) => {
        started.push(cdkArguments.slice(1));
        return spawn(process.execPath, ['-e', ''], spawnOptions);
      },
    });
    const listened: string[] = [];
    ctx.stdin.on('newListener', (event: string) => listened.push(event));
    if (place === 'a terminal') ctx.type('n');
    const end = await main(ctx);
    const readsInput = listened.some((event) => ['data', 'readable', 'keypress'].includes(event));
    return { end, started, readsInput, stderr: ctx.written.stderr() };
  }

  it.each(rows)('$commandClass, $place, $session session', async ({ commandClass, place, session }) => {
    const word = words[commandClass];
    const { code, starts, says } = expected(commandClass, place, session);
    const { end, started, readsInput, stderr } = await run([word], place, session);
    expect({ end, started: started.length === 1 }).toEqual({ end: { code }, started: starts });
    expect(says.filter((text) => !stderr.includes(text))).toEqual([]);
    expect(stderr === '').toBe(says.length === 0);
    expect(readsInput).toBe(says.includes('Sign in now?'));
    const refreshes = session === 'refreshable' && commandClass !== 'never';
    expect(emulator.log.map(({ operation, grant }) => `${operation} ${grant}`)).toEqual(
      refreshes ? ['CreateToken refresh_token'] : [],
    );
    recordFigure('who-is-there.rows');
  });

  it.each(
    (Object.keys(places) as Place[]).flatMap((place) => [[place, 'flag'] as const, [place, 'variable'] as const]),
  )('login=never asks nobody: %s, by %s', async (place, by) => {
    const args = by === 'flag' ? ['deploy', '--cdkx-login=never'] : ['deploy'];
    const env = by === 'flag' ? {} : { CDKX_LOGIN: 'never' };
    const { end, started, readsInput, stderr } = await run(args, place, 'expired', { env });
    expect({ end, started, readsInput }).toEqual({ end: { code: 77 }, started: [], readsInput: false });
    expect(stderr).toContain(login);
    recordFigure('who-is-there.more');
  });

  it.each([
    'a terminal in CI',
    'CI without a terminal',
    'an agent on a terminal',
    'an agent without a terminal',
  ] as const)('login=auto is no consent in CI, nor of an agent: %s', async (place) => {
    const { end, started, stderr } = await run(['deploy', '--cdkx-login=auto'], place, 'expired');
    expect({ end, started }).toEqual({ end: { code: 77 }, started: [] });
    expect(stderr).toContain(place.includes('CI') ? "can't sign in in CI" : 'running under an AI agent');
    expect(emulator.log).toEqual([]);
    recordFigure('who-is-there.more');
  });

  it.each((Object.keys(places) as Place[]).filter((place) => place !== 'a terminal'))(
    'a protected stage is not asked for: %s',
    async (place) => {
      const block = { profile: 'acme-dev', stages: { prod: { protected: true, account: '111111111111' } } };
      const found = await run(['deploy', '--cdkx-stage=prod'], place, 'valid', { block });
      expect(found).toMatchObject({ end: { code: 78 }, started: [], readsInput: false });
      // Of an agent it is not even accepted.
      const isAgent = place.includes('agent');
      expect(found.stderr.includes('--cdkx-confirm=prod')).toBe(!isAgent);
      const confirmed = await run(['deploy', '--cdkx-stage=prod', '--cdkx-confirm=prod'], place, 'valid', { block });
      expect(confirmed.end).toEqual({ code: isAgent ? 78 : 0 });
      expect(confirmed.started.length > 0).toBe(!isAgent);
      recordFigure('who-is-there.more');
    },
  );

  describe('the built program', () => {
    it.each([
      ['in CI', { CI: 'true' }],
      ['started by an agent', { CLAUDECODE: '1' }],
    ])('on a terminal %s ends by itself', async (_, env) => {
      const project = projectWith('expired');
      const terminal = openCdkx(['deploy'], {
        ...project,
        env: { ...emulator.env(), ...project.env, ...env },
        columns: 200,
      });
      expect(await terminal.exit).toMatchObject({ exitCode: 77 });
      expect(terminal.screen()).toContain(login);
      expect(terminal.screen()).not.toContain('Sign in now?');
      recordFigure('who-is-there.built');
    });

    it.each([
      ['deploy', 77, ''],
      ['ls', 0, 'cdk ran\n'],
    ])('without a terminal does not wait for an input that stays open: %s', async (word, code, output) => {
      const project = projectWith('expired');
      const child = spawn(process.execPath, [cdkxPath, word], {
        cwd: project.cwd,
        env: cleanEnvironment(project.home, { ...emulator.env(), ...project.env }),
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const texts = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
      // Nothing is written to it, and it is not closed before the end.
      const exitCode = await new Promise((resolve) => child.once('close', resolve));
      child.stdin.destroy();
      expect({ exitCode, stdout: texts.stdout }).toEqual({ exitCode: code, stdout: output });
      expect(texts.stderr).toContain(login);
      recordFigure('who-is-there.built');
    });
  });
});
