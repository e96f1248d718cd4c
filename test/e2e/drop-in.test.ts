import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdk, runCdkx, type RunResult } from '../helpers/cli.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createWorkplace } from '../helpers/project.ts';

describe('cdkx synth in place of cdk synth', () => {
  let emulator: Emulator;
  /** What plain cdk does with the same project and a valid session: no state of the session changes what an app without look-ups gives. */
  let theirs: RunResult;
  beforeAll(async () => {
    emulator = await startEmulator();
    theirs = await runCdk(['--profile', 'acme-dev', 'synth'], place(emulator.issueToken({ expiresIn: 7200 })));
  });
  afterAll(() => emulator.close());

  const place = (token: unknown) => {
    const workplace = createWorkplace({ tokens: token === undefined ? {} : { acme: token } });
    writeFileSync(join(workplace.cwd, 'app.mjs'), handWrittenApp);
    return { ...workplace, env: emulator.env() };
  };

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
    const ours = await runCdkx(['synth'], place(token(emulator)));
    expect(ours.stdout).toContain('Resources:');
    expect(ours).toMatchObject({ stdout: theirs.stdout, exitCode: theirs.exitCode });
  });
});
