import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdk, runCdkx } from '../helpers/cli.ts';
import { createWorkplace } from '../helpers/project.ts';

describe('cdkx synth in place of cdk synth', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  const states: [state: string, token: (emulator: Emulator) => unknown][] = [
    ['a valid session', (aws) => aws.issueToken({ expiresIn: 7200 })],
    ['a session to be refreshed', (aws) => aws.issueToken({ expiresIn: 200 })],
    ['an expired session that can be refreshed', (aws) => aws.issueToken({ expiresIn: -60 })],
    ['an expired session that cannot be refreshed', (aws) => aws.issueToken({ expiresIn: -60, refreshable: false })],
    ['a torn token file', () => '{"accessToken": "x'],
    ['a token file without expiresAt', () => ({ accessToken: 'x' })],
    ['a foreign file in its place', () => '[]'],
    ['no session', () => undefined],
  ];

  it.each(states)('writes the same bytes to stdout with %s', async (_state, token) => {
    const content = token(emulator);
    const workplace = createWorkplace({ tokens: content === undefined ? {} : { acme: content } });
    const env = emulator.env();
    const ours = await runCdkx(['synth'], { ...workplace, env });
    const theirs = await runCdk(['--profile', 'acme-dev', 'synth'], { ...workplace, env });
    expect(ours.stdout).toContain('Resources:');
    expect(ours).toMatchObject({ stdout: theirs.stdout, exitCode: theirs.exitCode });
  });
});
