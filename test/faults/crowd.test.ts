import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { tries } from '../helpers/scale.ts';

const processes = tries(8, 50);
const script = 'console.log("cdk ran")';

describe(`${processes} cdkx processes that find the same session expired`, () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const granted = (grant: string) =>
    emulator.log.filter(
      (record) => record.operation === 'CreateToken' && record.grant === grant && record.status === 200,
    );

  it('make one refresh, and all go on', async () => {
    const project = createScriptedProject(script, { tokens: { acme: emulator.issueToken({ expiresIn: -60 }) } });
    const env = { ...emulator.env(), ...project.env };
    const results = await Promise.all(
      Array.from({ length: processes }, () => runCdkx(['deploy'], { ...project, env })),
    );
    expect(results.map(({ exitCode, stdout }) => ({ exitCode, stdout }))).toEqual(
      Array.from({ length: processes }, () => ({ exitCode: 0, stdout: 'cdk ran\n' })),
    );
    expect(emulator.log.filter(({ operation }) => operation === 'CreateToken')).toHaveLength(1);
    expect(granted('refresh_token')).toHaveLength(1);
    recordFigure('crowd.refresh.processes', results.length);
    recordFigure('crowd.refresh.refreshes', granted('refresh_token').length);
  });

  it('make one login where it cannot be refreshed, and all go on', async () => {
    const project = createScriptedProject(script, {
      tokens: { acme: emulator.issueToken({ expiresIn: -60, refreshable: false }) },
    });
    const env = { ...emulator.env(), ...project.env, ...personAsBrowser(), CDKX_LOGIN: 'auto' };
    const terminals = Array.from({ length: processes }, () => openCdkx(['deploy'], { ...project, env }));
    const ends = await Promise.all(terminals.map(({ exit }) => exit));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: processes }, () => 0));
    expect(terminals.filter((terminal) => !terminal.screen().includes('cdk ran'))).toEqual([]);
    expect(granted('authorization_code')).toHaveLength(1);
    expect(emulator.log.filter(({ operation }) => operation === 'CreateToken')).toHaveLength(1);
    recordFigure('crowd.login.processes', ends.length);
    recordFigure('crowd.login.logins', granted('authorization_code').length);
  });
});
