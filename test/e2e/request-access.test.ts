import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPlace } from '../docs/place.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { enter } from '../helpers/person.ts';
import { questions } from '../helpers/questions.ts';

const requestAccess = 'https://access.example.com/?account={account}&role={role}';
const url = 'https://access.example.com/?account=111111111111&role=Developer';
const block = { profile: 'acme-dev', requestAccess };

describe('a role that is not assigned, with requestAccess in the project', () => {
  let emulator: Emulator;
  let roles: string[];
  beforeEach(async () => {
    roles = ['ReadOnly'];
    emulator = await startEmulator({
      accounts: [{ id: '111111111111', name: 'acme-dev', roles, bootstrapped: ['eu-north-1'] }],
    });
  });
  afterEach(() => emulator.close());
  const assign = () => roles.push('Developer');
  const newPlace = () => createPlace(emulator, { block, stacks: { Dev: '111111111111' } });

  it.each(['npx cdkx deploy Dev', 'npx cdkx sso credentials', 'npx cdkx sso exec --keys -- node -v'])(
    'names the URL and waits for no one without a terminal: %s',
    async (command) => {
      const { exitCode, stdout, stderr } = await newPlace().run(command);
      expect({ isFailure: exitCode !== 0, stdout }).toEqual({ isFailure: true, stdout: '' });
      expect(stderr.split(url)).toHaveLength(2);
    },
  );

  it('names no URL if the project sets none', async () => {
    const place = createPlace(emulator, { block: 'acme-dev', stacks: { Dev: '111111111111' } });
    const { exitCode, stderr } = await place.run('npx cdkx sso credentials');
    expect(exitCode).toBe(77);
    expect(stderr).not.toContain('https://access');
  });

  it('waits after a failed deployment until the role is assigned, and names the command to run again', async () => {
    const terminal = newPlace().open('npx cdkx deploy Dev');
    await terminal.waitFor(url);
    await terminal.waitFor(questions.waitForRole);
    assign();
    terminal.type(enter);
    await terminal.waitFor('is assigned to you now');
    await terminal.waitFor('cdkx deploy Dev');
    expect((await terminal.exit).exitCode).toBe(1);
  });

  it('continues with a command of its own once the role is assigned', async () => {
    const terminal = newPlace().open('npx cdkx sso exec --keys -- node -p "process.env.AWS_ACCESS_KEY_ID.slice(0, 4)"');
    await terminal.waitFor(questions.waitForRole);
    assign();
    terminal.type(enter);
    await terminal.waitFor('ASIA');
    expect((await terminal.exit).exitCode).toBe(0);
  });
});
