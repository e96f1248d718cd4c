import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { config, createOwnContext, credentials, type OwnSetup, runOwnIn } from '../run-cdkx.ts';

const token = {
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  accessToken: 'AT',
  expiresAt: '2099-01-01T00:00:00Z',
};

/** Runs a Node program that writes its environment and arguments to a file. */
async function exec(flags: readonly string[], setup: OwnSetup = {}, words?: readonly string[]) {
  const ctx = createOwnContext({ config, credentials, tokens: { acme: token }, ...setup });
  const seen = join(ctx.cwd, 'seen.json');
  const program = join(ctx.cwd, 'program.mjs');
  writeFileSync(
    program,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ env: process.env, args: process.argv.slice(2) }));
     process.exitCode = Number(process.env.END_WITH ?? 0);`,
  );
  const command = words ?? [process.execPath, program, '--flag', 'a b', '$HOME', '--cdkx-login=x'];
  const result = await runOwnIn(ctx, ['sso', 'exec', ...flags, '--', ...command]);
  const read = () => JSON.parse(readFileSync(seen, 'utf8')) as { env: Record<string, string>; args: string[] };
  return { ...result, ctx, read };
}

describe('cdkx sso exec', () => {
  it('runs the command with the profile in its environment, its arguments as they are', async () => {
    const { exitCode, stdout, stderr, read } = await exec(['--profile', 'acme-dev']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(read().args).toEqual(['--flag', 'a b', '$HOME', '--cdkx-login=x']);
    expect(read().env['AWS_PROFILE']).toBe('acme-dev');
  });

  it('takes other credentials and cdkx’s own variables away', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'B',
      AWS_SESSION_TOKEN: 'C',
      CDKX_LOG: 'quiet',
      CDK_PROFILE: 'acme-prod',
      KEPT: 'yes',
    };
    const { read } = await exec(['--profile', 'acme-dev'], { env });
    const names = Object.keys(read().env).filter((name) => /^(AWS|CDK)/.test(name));
    expect(names).toEqual(['AWS_PROFILE']);
    expect(read().env['KEPT']).toBe('yes');
  });

  it('leaves credentials of the environment where they are what is used', async () => {
    const { exitCode, read } = await exec([], { env: { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' } });
    expect(exitCode).toBe(0);
    expect(read().env).toMatchObject({ AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' });
  });

  it('gives no keys to an AI agent, which needs no session for that answer', async () => {
    const { exitCode, stderr, read } = await exec(['--profile', 'acme-dev', '--keys'], { env: { CLAUDECODE: '1' } });
    expect({ exitCode, isNamed: stderr.includes('CLAUDECODE') }).toEqual({ exitCode: 64, isNamed: true });
    expect(read).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it.each([1, 3, 42])('ends with the exit code %d of the command', async (code) => {
    const { exitCode } = await exec(['--profile', 'acme-dev'], { env: { END_WITH: String(code) } });
    expect(exitCode).toBe(code);
  });

  it('passes SIGTERM on, and ends after the command and as it ended', async () => {
    const ctx = createOwnContext({ config, tokens: { acme: token } });
    const spawned: ReturnType<typeof spawn>[] = [];
    const watched = {
      ...ctx,
      spawn: (command: string, args: readonly string[]) => {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        spawned.push(child);
        child.stdout.once('data', () => ctx.raise('SIGTERM'));
        return child;
      },
    };
    const program = 'setInterval(() => undefined, 1000); console.log("ready")';
    const { exitCode } = await runOwnIn(watched, [
      'sso',
      'exec',
      '--profile',
      'acme-dev',
      '--',
      process.execPath,
      '-e',
      program,
    ]);
    expect(spawned.map(({ signalCode }) => signalCode)).toEqual(['SIGTERM']);
    expect(exitCode).toBe(143);
    if (spawned[0]?.exitCode === null && spawned[0].signalCode === null) await once(spawned[0], 'exit');
  });

  it('needs no -- before a command without options of ours', async () => {
    const ctx = createOwnContext({ config, tokens: { acme: token } });
    const { exitCode } = await runOwnIn(ctx, [
      'sso',
      'exec',
      '--profile',
      'acme-dev',
      process.execPath,
      '-e',
      'process.exit(process.argv.length)',
      'a',
      '--json',
    ]);
    expect(exitCode).toBe(3);
  });

  it.each([
    [
      'a command that does not exist',
      ['--profile', 'acme-dev'],
      {},
      ['no-such-program'],
      127,
      /no-such-program[^]*no program of that name on PATH[^]*cdkx sso exec -- /,
    ],
    ['nobody signed in', ['--profile', 'acme-dev'], { tokens: {} }, undefined, 77, /cdkx sso login --profile acme-dev/],
    ['keys that have ended', ['--profile', 'ended'], {}, undefined, 77, /expired/],
    ['a profile that is not defined', ['--profile', 'nobody'], {}, undefined, 78, /no profile named "nobody"/],
    ['a profile that cannot work', ['--profile', 'broken'], {}, undefined, 78, /no \[sso-session nowhere\]/],
  ] as const)('refuses: %s', async (_, flags, setup, words, code, message) => {
    const { exitCode, stdout, stderr } = await exec(flags, setup, words);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
