import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sourceKinds } from '../../lib/profile/source.ts';
import type { KeyVariables } from '../emulator/controls.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { enter } from '../helpers/person.ts';
import { questions } from '../helpers/questions.ts';
import { commandsOf } from './hold-commands.ts';
import { codeIn, section, tableRows } from './markdown.ts';
import { fencedCommands, readPage } from './pages.ts';
import { accounts, createPlace, expectSuccess, type Place, type PlaceFiles } from './place.ts';

const page = 'docs/migration.md';
const text = readPage(page);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());
beforeEach(() => {
  emulator.log.length = 0;
});

const calls = () => emulator.log.map(({ operation }) => operation);
const awsConfig = ({ home }: Place) => readFileSync(join(home, '.aws/config'), 'utf8');
/** A machine as one of the other tools leaves it. */
const machineOf = (config: string, files: PlaceFiles = {}) => createPlace(emulator, { config, ...files });
const configure = (last: string) =>
  fencedCommands(page).find((line) => line.includes('sso configure') && line.endsWith(last)) ?? '';

const legacyKeys = `sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-west-1
`;
/** What `granted sso populate` writes. */
const grantedProfile = `[profile acme-dev/Developer]
granted_sso_start_url      = https://acme.awsapps.com/start
granted_sso_region         = eu-west-1
granted_sso_account_id     = 111111111111
granted_sso_role_name      = Developer
common_fate_generated_from = aws-sso
credential_process         = granted credential-process --profile acme-dev/Developer
region                     = eu-west-1
`;
/** What `aws-sso-util configure populate` writes. */
const sharedProcess = `[profile acme-dev.Developer]
credential_process = aws-sso-util credential-process --profile acme-dev.Developer
${legacyKeys}`;

const holds = commandsOf(page);

holds('npx cdkx profile list', async () => {
  const result = await createPlace(emulator).run('npx cdkx profile list');
  expectSuccess(result);
  expect(result.stdout).toMatch(/\* acme-dev +sso +111111111111 +Developer/);
});

holds('npx cdkx profile show', async () => {
  const result = await createPlace(emulator).run('npx cdkx profile show');
  expectSuccess(result);
  expect(result.stdout).toMatch(/^Profile +acme-dev\n/);
});

holds('npx cdkx sso status', async () => {
  const result = await createPlace(emulator).run('npx cdkx sso status');
  expectSuccess(result);
  expect(result.stdout).toMatch(/acme +signed in/);
});

holds(configure('--dry-run'), async () => {
  const place = machineOf(grantedProfile);
  const result = await place.run(configure('--dry-run'));
  expectSuccess(result);
  expect(result.stdout).toContain('+ [profile acme-dev-Developer]');
  expect(awsConfig(place)).toBe(grantedProfile);
});

holds(configure('--all'), async () => {
  const place = machineOf(grantedProfile);
  const terminal = place.open(configure('--all'));
  await terminal.answer([questions.profileRegion, enter], [questions.writeConfig, enter]);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(awsConfig(place).startsWith(grantedProfile)).toBe(true);
  expect(awsConfig(place)).toMatch(/\[profile acme-dev-Developer\][^[]*sso_session = acme\n/);
  expectSuccess(await place.run('npx cdkx profile pin acme-dev-Developer --yes'));
});

describe('what docs/migration.md says of', () => {
  it('kinds of profiles is what profile list shows', () => {
    const shown = tableRows(text.split('## From')[0] ?? '').flatMap(([kind = '']) => codeIn(kind));
    // Credentials of the machine give a profile what it needs to assume a role: the list calls it that.
    const listed = Object.values(sourceKinds).filter((kind) => kind !== sourceKinds.ambient);
    expect(shown.toSorted()).toEqual(listed.toSorted());
  });

  it('the shell habit: AWS_PROFILE counts where nothing is pinned, and nothing is asked over the network', async () => {
    const place = createPlace(emulator, { block: null });
    const before = emulator.connections();
    const result = await place.run('cdkx deploy --cdkx-dry-run', { AWS_PROFILE: 'acme-prod' });
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--profile acme-prod deploy') });
    expect(emulator.connections()).toBe(before);
  });

  it('aws-vault: a pin wins over its keys and says so, an empty --profile takes them', async () => {
    const keys = { ...emulator.credentialsFor({ account: '222222222222' }), AWS_REGION: 'eu-west-1' };
    const place = createPlace(emulator, { block: 'acme-dev' });
    const pinned = await place.run('cdkx ls --long', keys);
    expect(pinned.stderr).toContain('keys in the environment ignored');
    expect(pinned.stdout).toContain('aws://111111111111/');
    const taken = await place.run("cdkx --profile '' ls --long", keys);
    expect(taken.stdout).toContain('aws://222222222222/');
    const gone = createPlace(emulator, { block: 'acme-dev', config: '' });
    expect((await gone.run('cdkx ls --long', keys)).stdout).toContain('aws://222222222222/');
  });

  it('aws-vault: its subshell is a pair of quotes and an eval', async () => {
    const line = codeIn(section(text, 'From aws-vault'))
      .find((code) => code.startsWith('eval '))
      ?.replace(' P ', ' acme-dev ');
    const { stdout } = await createPlace(emulator).run(`${line}; aws s3 ls`);
    expect(stdout).toBe('aws s3 ls with keys\n');
  });

  it('Granted: its profiles are programs that are passed through, and the guard asks STS', async () => {
    const place = machineOf(grantedProfile, { block: { profile: 'acme-dev/Developer', account: '111111111111' } });
    expect((await place.run('cdkx profile list')).stdout).toMatch(/acme-dev\/Developer +credential process /);
    const keys = emulator.credentialsFor({ account: '111111111111' });
    addCredentialProcess(place, 'granted', keys);
    const result = await place.run('cdkx ls --long', {
      PATH: `${place.cwd}:${process.env['PATH']}:${place.home}/../bin`,
    });
    expect(result.stdout).toContain('aws://111111111111/eu-west-1');
    expect(calls()).not.toContain('GetRoleCredentials');
    expect(calls()).toContain('GetCallerIdentity');
  });

  it('Granted: a name that is taken gets the account behind it', async () => {
    const place = machineOf(grantedProfile);
    const template = "--name-template '{accountName}/{roleName}'";
    expect(text).toContain(`\`${template}\``);
    expectSuccess(await place.run(`${configure('--all')} ${template} --yes`));
    expect(awsConfig(place).startsWith(grantedProfile)).toBe(true);
    expect(awsConfig(place)).toContain('[profile acme-dev/Developer-111111111111]');
  });

  it('aws-sso-util: with its process a profile is passed through, without it is a legacy one', async () => {
    const place = machineOf(`${sharedProcess}\n[profile without]\n${legacyKeys}`);
    const { stdout } = await place.run('cdkx profile list');
    expect(stdout).toMatch(/acme-dev\.Developer +credential process /);
    expect(stdout).toMatch(/without +sso \(legacy\) /);
  });

  it('aws-sso-util: a legacy profile beside one of a session makes a pin by account ambiguous', async () => {
    const session = `[profile new]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Developer\n\n[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n`;
    const block = { account: '111111111111', role: 'Developer' };
    const place = machineOf(`${session}\n[profile old]\n${legacyKeys}`, { block });
    const result = await place.run('cdkx ls');
    expect(result).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('Profiles: new, old.') });
    const beside = machineOf(`${session}\n${sharedProcess}`, { block });
    expectSuccess(await beside.run('cdkx ls'));
  });
});

/** A program in the project's folder that answers as a `credential_process`. */
function addCredentialProcess({ cwd }: Place, name: string, keys: KeyVariables): void {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = keys;
  const answer = {
    AccessKeyId: AWS_ACCESS_KEY_ID,
    SecretAccessKey: AWS_SECRET_ACCESS_KEY,
    SessionToken: AWS_SESSION_TOKEN,
  };
  writeFileSync(join(cwd, name), `#!/bin/sh\necho '${JSON.stringify({ Version: 1, ...answer })}'\n`, { mode: 0o755 });
}
