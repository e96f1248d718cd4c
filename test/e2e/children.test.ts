import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cleanEnvironment, runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { createScriptedProject } from '../helpers/project.ts';

/** Tells arguments, environment and, where the system shows them, the open files of the process that started it. */
const teller = `
const { readdirSync, readlinkSync } = require('node:fs');
const open = () => readdirSync('/proc/self/fd').flatMap((fd) => { try { return [fd + ' ' + readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; } });
console.log(JSON.stringify({ args: process.argv.slice(2), env: process.env, files: process.platform === 'linux' ? open() : [] }));`;

interface Told {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/** What cdkx was started with that its children have no need of: keys that would contradict the profile, and settings of cdkx. */
const needless = {
  AWS_ACCESS_KEY_ID: 'AKIAOTHER',
  AWS_SECRET_ACCESS_KEY: 'other-secret',
  AWS_SESSION_TOKEN: 'other-session',
  AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z',
  AMAZON_ACCESS_KEY_ID: 'AKIAOTHER',
  AMAZON_SECRET_ACCESS_KEY: 'other-secret',
  CDKX_LOG: 'normal',
  CDKX_LOGIN: 'never',
  CDKX_NO_BROWSER: '1',
};
const kept = { KEPT: 'as it is', EMPTY: '', AWS_REGION: 'eu-west-1', CDK_NEW_BOOTSTRAP: '1' };

describe('what cdkx starts gets nothing that it does not need', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  it.each([
    ['cdk', ['deploy', 'Stack', '--require-approval', 'never'], ['--profile', 'acme-dev']],
    ['the command of sso exec', ['sso', 'exec', '--', process.execPath, 'scripted-cdk.cjs', 'Stack'], []],
  ])('%s, with a session that was refreshed just now', async (_, args, added) => {
    const project = createScriptedProject(teller, { tokens: { acme: emulator.issueToken({ expiresIn: -60 }) } });
    const given = { ...emulator.env(), ...kept };
    const { exitCode, stdout } = await runCdkx(args, { ...project, env: { ...given, ...needless, ...project.env } });
    expect({ exitCode, calls: emulator.log.map(({ operation }) => operation) }).toEqual({
      exitCode: 0,
      calls: ['CreateToken'],
    });
    const told = JSON.parse(stdout) as Told;
    expect(told.args).toEqual([...added, ...args.slice(args.indexOf('scripted-cdk.cjs') + 1)]);
    // Of what cdkx learned it passes on the name of the profile and where compiled code is kept.
    const { NODE_COMPILE_CACHE: _cache, ...env } = told.env;
    expect(env).toEqual({ ...cleanEnvironment(project.home, given), AWS_PROFILE: 'acme-dev' });
    // Beside the three streams no file and no connection is open in it.
    const others = told.files.filter((file) => !/^[012] /.test(file));
    expect(others.filter((file) => /^\d+ (\/(?!dev\/|proc\/)|socket:)/.test(file))).toEqual([]);
    recordFigure('children.environments');
  });
});
