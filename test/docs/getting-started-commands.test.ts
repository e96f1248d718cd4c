import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { configWith } from '../helpers/project.ts';
import { questions } from '../helpers/questions.ts';
import { commandsOf } from './hold-commands.ts';
import { codeIn, tableRows } from './markdown.ts';
import { fencedCommands, fenceWith, readPage } from './pages.ts';
import {
  accounts,
  createPlace,
  deployedStacks,
  expectSuccess,
  readCdkJson,
  type Place,
  type PlaceFiles,
} from './place.ts';

const page = 'docs/getting-started.md';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ accounts });
});
afterEach(() => emulator.close());

// Nothing outside this machine is asked: the page behind a start URL cannot be reached.
const env = { ...personAsBrowser(), HTTPS_PROXY: 'http://127.0.0.1:1' };
/** The profiles that "Make the profiles" leaves. */
const config = configWith([
  { name: 'acme-dev-Developer', account: '111111111111', role: 'Developer' },
  { name: 'acme-prod-Deployer', account: '222222222222', role: 'Deployer' },
]);
const newPlace = (files: PlaceFiles = {}): Place => createPlace(emulator, { config, block: null, env, ...files });
const awsConfig = ({ home }: Place) => readFileSync(join(home, '.aws/config'), 'utf8');

async function pins(command: string, name: string, account: string) {
  const place = newPlace();
  const terminal = place.open(command);
  await terminal.answer([questions.addSchema, enter], [questions.writeCdkJson, enter]);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(readCdkJson(place).context.cdkx).toMatchObject({ profile: name, account });
}

const holds = commandsOf(page);

holds('npx cdkx sso configure', async () => {
  const place = newPlace({ config: '', tokens: {} });
  const terminal = place.open('npx cdkx sso configure');
  await terminal.answer(
    [questions.startUrl, `acme${enter}`],
    [questions.ssoRegion, `eu-west-1${enter}`],
    [questions.sessionName, enter],
    [questions.roles, 'dev developer'],
    [/Search: dev developer[^]*acme-dev\s+111111111111\s+Developer/, `\t${enter}`],
    [questions.profileRegion, enter],
  );
  await terminal.waitFor(questions.writeConfig);
  expect(terminal.screen()).toContain('+ [profile acme-dev-Developer]');
  terminal.type(enter);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(awsConfig(place)).toMatch(/\[profile acme-dev-Developer\]\n[^[]*sso_session = acme\n/);
  expect(awsConfig(place).match(/^\[.*/gm)?.toSorted()).toEqual(['[profile acme-dev-Developer]', '[sso-session acme]']);
  expect(awsConfig(place)).toContain('[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\n');
});

holds('npx cdkx profile list', async () => {
  const result = await newPlace().run('npx cdkx profile list');
  expectSuccess(result);
  expect(result.stdout).toMatch(/acme-dev-Developer +sso +111111111111 +Developer/);
});

holds('npx cdkx profile pin acme-dev-Developer', () =>
  pins('npx cdkx profile pin acme-dev-Developer', 'acme-dev-Developer', '111111111111'),
);

holds('npx cdkx bootstrap', async () => {
  const empty = await startEmulator({ accounts: accounts.map((account) => ({ ...account, bootstrapped: [] })) });
  const place = createPlace(empty, { config, block: 'acme-dev-Developer', env });
  const [bootstrap, deploy] = [await place.run('npx cdkx bootstrap'), await place.run('npx cdkx deploy')];
  const deployed = deployedStacks(empty);
  await empty.close();
  expectSuccess(bootstrap);
  expectSuccess(deploy);
  expect(deployed).toEqual(['111111111111/Greeting']);
});

holds('npx cdkx deploy', async () => {
  const place = newPlace({ block: 'acme-dev-Developer', tokens: {} });
  const terminal = place.open('npx cdkx deploy');
  await terminal.answer([questions.signIn, enter]);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(deployedStacks(emulator)).toEqual(['111111111111/Greeting']);
});

holds('npx cdkx deploy --profile acme-prod-Deployer', async () => {
  const place = newPlace({ block: 'acme-dev-Developer' });
  expectSuccess(await place.run('npx cdkx deploy --profile acme-prod-Deployer'));
  expect(deployedStacks(emulator)).toEqual(['222222222222/Greeting']);
});

holds('npx cdkx profile pin acme-prod-Deployer', () =>
  pins('npx cdkx profile pin acme-prod-Deployer', 'acme-prod-Deployer', '222222222222'),
);

holds('npx cdkx sso configure --profile default', async () => {
  const place = newPlace();
  const terminal = place.open('npx cdkx sso configure --profile default');
  await terminal.answer(
    ['Which IAM Identity Center session?', enter],
    ['Which account and role for profile "default"?', 'dev developer'],
    [/Search: dev developer[^]*acme-dev\s+111111111111\s+Developer/, enter],
    [/Default Region for these profiles[^]*eu-west-1/, enter],
    [questions.writeConfig, enter],
  );
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expectSuccess(await place.run('npx cdkx deploy'));
  expect(deployedStacks(emulator)).toEqual(['111111111111/Greeting']);
});

holds('npx cdkx deploy --profile acme-by-hand', async () => {
  const place = newPlace();
  const keys = emulator.credentialsFor({ account: '111111111111', role: 'Developer' });
  const text = fenceWith(page, 'text', '[acme-by-hand]').replace(
    /^(aws_\w+) = .*$/gm,
    (_, name: string) => `${name} = ${keys[name.toUpperCase() as keyof typeof keys]}`,
  );
  expect(text).not.toContain('…');
  writeFileSync(join(place.home, '.aws/credentials'), text);
  expectSuccess(await place.run('npx cdkx deploy --profile acme-by-hand'));
  expect(deployedStacks(emulator)).toEqual(['111111111111/Greeting']);
});

describe(`the table of ${page}`, () => {
  it('has each section of the AWS guide, and only commands that the page shows in full', () => {
    const rows = tableRows(readPage(page).split('## What you need')[0] ?? '');
    expect(rows.map(([step]) => step)).toEqual([
      'Configure the AWS CLI to use IAM Identity Center',
      'Use the AWS CLI to obtain short-term credentials',
      '… and to switch profiles',
      'Manually configure short-term credentials',
      'Use short-term credentials with the CDK CLI',
      '… with the `default` profile',
      expect.stringContaining('Bootstrap'),
    ]);
    const shown = fencedCommands(page).map((line) => line.replace(/ acme-\S+/, ' P'));
    const told = rows.flatMap(([, , ours = '']) => codeIn(ours)).filter((code) => code !== 'npx cdkx sso login');
    expect(told.filter((code) => !shown.includes(code))).toEqual([]);
  });
});
