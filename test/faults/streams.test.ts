import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath, cleanEnvironment } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { hasNeed } from '../helpers/needs.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';

const fullDevice = '/dev/full';
const hasFullDevice = hasNeed(fullDevice, existsSync(fullDevice) ? undefined : `no ${fullDevice} here`);
const withFullDevice = hasFullDevice ? it : it.skip;

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

/** Where a stream leads to: a device that is full, a pipe whose reader has gone, or the test. */
type Sink = 'full' | 'gone' | 'kept';

function run(
  args: readonly string[],
  { cwd, home, env }: Place,
  sinks: { readonly stdout?: Sink; readonly stderr?: Sink },
) {
  const full = Object.values(sinks).includes('full') ? openSync(fullDevice, 'w') : undefined;
  const led = (sink: Sink = 'kept') => (sink === 'full' ? full : 'pipe');
  const child = spawn(process.execPath, [cdkxPath, ...args], {
    cwd,
    env: cleanEnvironment(home, env),
    stdio: ['ignore', led(sinks.stdout), led(sinks.stderr)],
  });
  if (full !== undefined) closeSync(full);
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const) {
    // Gone before the program has begun to say anything.
    if (sinks[name] === 'gone') child[name]?.destroy();
    else child[name]?.on('data', (chunk: Buffer) => chunks[name].push(chunk));
  }
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        exitCode,
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      }),
    );
  });
}

type Place = Workplace & { readonly env: Record<string, string> };
function createPlace(left = 7200): Place {
  const script = `require('node:fs').writeFileSync('cdk-ran', process.argv.slice(2).join(' '));`;
  const project = createScriptedProject(script, { tokens: { acme: emulator.issueToken({ expiresIn: left }) } });
  return { ...project, env: { ...emulator.env(), ...project.env } };
}

/** All that writes data of cdkx's own on stdout. */
const printing: readonly (readonly string[])[] = [
  ['sso', 'status'],
  ['sso', 'status', '--json'],
  ['sso', 'credentials'],
  ['sso', '--help'],
  ['profile', 'list'],
  ['profile', 'show', '--json'],
  ['completion', 'bash'],
  ['deploy', '--cdkx-dry-run'],
  ['--cdkx-help'],
  ['--cdkx-version'],
];

/** What cdkx says beside the line about the credentials of a run. */
const besideProfileLine = (stderr: string) => stderr.replace(/^cdkx: profile .*\n/, '');

describe('stdout that takes nothing', () => {
  for (const args of printing) {
    withFullDevice(`a full disk behind cdkx ${args.join(' ')} ends it with 74 and a message`, async () => {
      const { exitCode, stderr } = await run(args, createPlace(), { stdout: 'full' });
      expect({ exitCode, stderr: besideProfileLine(stderr) }).toEqual({
        exitCode: 74,
        stderr: expect.stringMatching(
          /^cdkx: couldn't write to stdout \(ENOSPC\)\n {2}There is no space[^]*again\.\n$/,
        ),
      });
      recordFigure('streams.runs');
    });
  }

  it.each(printing)('a reader that has gone ends cdkx %s %s quietly, as it ends other programs', async (...args) => {
    const { exitCode, stderr } = await run(args, createPlace(), { stdout: 'gone' });
    expect({ exitCode, stderr: besideProfileLine(stderr) }).toEqual({ exitCode: 141, stderr: '' });
    recordFigure('streams.runs');
  });
});

describe('stderr that takes nothing', () => {
  const sinks = [...(hasFullDevice ? (['full'] as const) : []), 'gone' as const];

  it.each(sinks)('keeps no cdk from running (%s)', async (stderr) => {
    const place = createPlace(-60);
    const args = ['deploy', '--cdkx-verbose'];
    expect(await run(args, place, { stderr })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(place.cwd, 'cdk-ran'), 'utf8')).toBe('--profile acme-dev deploy');
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['CreateToken']);
    recordFigure('streams.runs');
  });

  it.each(sinks)('leaves a failure its exit code (%s)', async (stderr) => {
    const args = ['deploy', '--profile', 'nobody'];
    expect(await run(args, createPlace(), { stderr })).toMatchObject({ exitCode: 78, stdout: '' });
    recordFigure('streams.runs');
  });

  it.each(sinks)('and neither does stdout: the exit code is all that is left (%s)', async (sink) => {
    const { exitCode } = await run(['sso', 'status'], createPlace(), { stdout: sink, stderr: sink });
    expect(exitCode).toBe(sink === 'full' ? 74 : 141);
    recordFigure('streams.runs');
  });
});
