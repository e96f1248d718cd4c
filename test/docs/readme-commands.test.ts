import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { tokenFileName } from '../helpers/home.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { commandsOf, isRunBy, isScript } from './hold-commands.ts';
import { fencesOf, fenceWith } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, readCdkJson } from './place.ts';

const page = 'README.md';

interface CdkJson {
  readonly context: { readonly cdkx: unknown };
}
const blockOf = (needle: string) => (JSON.parse(fenceWith(page, 'json', needle)) as CdkJson).context.cdkx;
const { scripts } = JSON.parse(fenceWith(page, 'json', '"scripts"')) as { scripts: Record<string, string> };

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

const expired = () => ({ acme: emulator.issueToken({ expiresIn: -7800, refreshable: false }) });
/** The project of "Pinning a project": stages, and npm scripts for them. */
const staged = (env: Record<string, string> = {}) =>
  createPlace(emulator, {
    block: blockOf('"stages"'),
    scripts,
    stacks: { Dev: null, Prod: null },
    env,
  });

const holds = commandsOf(page);

holds('cdkx deploy', async () => {
  const place = createPlace(emulator, {
    tokens: expired(),
    stacks: { AcmeStack: null },
    env: personAsBrowser(),
  });
  const terminal = place.open('cdkx deploy');
  await terminal.waitFor('Log in now?');
  terminal.type(enter);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  const screen = terminal.screen();
  const [shown = ''] = fencesOf(page).flatMap(({ language, text }) => (language === 'console' ? [text] : []));
  const lines = shown.split('\n').filter((line) => /^(cdkx|AcmeStack): /.test(line));
  expect(lines).toHaveLength(4);
  expect(lines.filter((line) => !screen.includes(line))).toEqual([]);
});

holds('npm install --save-dev cdkx', isRunBy('test/package/package.test.ts', "'install', '--save-dev'"));

holds('npx cdkx deploy', async () => {
  const place = createPlace(emulator, { stacks: { First: null } });
  expectSuccess(await place.run('npx cdkx deploy'));
  expect(deployedStacks(emulator)).toContain('111111111111/First');
});

holds('npx cdkx deploy --profile acme-dev', async () => {
  const place = createPlace(emulator, { block: 'acme-prod', stacks: { Second: null } });
  expectSuccess(await place.run('npx cdkx deploy --profile acme-dev'));
  expect(deployedStacks(emulator)).toContain('111111111111/Second');
});

holds('npx cdkx profile show', async () => {
  const result = await createPlace(emulator).run('npx cdkx profile show');
  expectSuccess(result);
  expect(result.stdout).toMatch(/^Profile +acme-dev\nChosen by +context\.cdkx\.profile in cdk\.json\n/);
});

holds('npx cdkx profile pin acme-dev', async () => {
  const place = createPlace(emulator, { block: null });
  const terminal = place.open('npx cdkx profile pin acme-dev');
  await terminal.waitFor('?');
  terminal.type(enter);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(readCdkJson(place).context.cdkx).toMatchObject({ profile: 'acme-dev', account: '111111111111' });
});

holds('npm run demo', () => {
  const demo = spawnSync(process.execPath, [join(repository, 'scripts/demo.mjs'), '--no-build'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(demo.stdout + demo.stderr).toContain('\nDeployed.');
  expect(demo.status).toBe(0);
});

holds('npm run deploy', async () => {
  expectSuccess(await staged().run('npm run deploy'));
  expect(deployedStacks(emulator)).toContain('111111111111/Dev');
  expect(deployedStacks(emulator)).not.toContain('222222222222/Dev');
});

holds('npm run deploy:prod', async () => {
  const terminal = staged().open('npm run deploy:prod');
  await terminal.waitFor('Type prod to run cdk deploy:');
  terminal.type(`prod${enter}`);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(deployedStacks(emulator)).toContain('222222222222/Prod');
});

holds('npm run deploy:prod -- --cdkx-confirm=prod', async () => {
  const empty = await startEmulator({ accounts });
  const keys = empty.credentialsFor({ account: '222222222222', role: 'Deployer' });
  const place = createPlace(empty, {
    block: blockOf('"stages"'),
    scripts,
    stacks: { Dev: null, Prod: null },
    config: '',
    env: { ...keys, AWS_REGION: 'eu-west-1', CI: 'true' },
  });
  const result = await place.run('npm run deploy:prod -- --cdkx-confirm=prod');
  const deployed = deployedStacks(empty);
  await empty.close();
  expectSuccess(result);
  expect(deployed).toEqual(['222222222222/Prod']);
});

holds('npx cdkx sso login', async () => {
  const place = createPlace(emulator, { tokens: expired(), env: personAsBrowser() });
  const terminal = place.open('npx cdkx sso login');
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(terminal.screen()).toContain('signed in to');
});

holds('npx cdkx sso status', async () => {
  const result = await createPlace(emulator).run('npx cdkx sso status');
  expectSuccess(result);
  expect(result.stdout).toMatch(/acme +signed in +1 h 59 min/);
});

holds('npx cdkx sso logout', async () => {
  const place = createPlace(emulator);
  expectSuccess(await place.run('npx cdkx sso logout'));
  expect(existsSync(join(place.home, '.aws/sso/cache', tokenFileName('acme')))).toBe(false);
});

holds('npx cdkx profile show --accounts', async () => {
  const result = await createPlace(emulator, { block: blockOf('"accounts"') }).run('npx cdkx profile show --accounts');
  expectSuccess(result);
  expect(result.stdout).toMatch(/222222222222 +acme-prod/);
  expect(result.stdout).toMatch(/333333333333 +acme-shared/);
});

holds('npx cdkx deploy --all', async () => {
  const stacks = { Here: '111111111111', There: '222222222222', Shared: '333333333333' };
  const place = createPlace(emulator, { block: blockOf('"accounts"'), stacks });
  expectSuccess(await place.run('npx cdkx deploy --all'));
  const expected = Object.entries(stacks).map(([name, account]) => `${account}/${name}`);
  expect(deployedStacks(emulator)).toEqual(expect.arrayContaining(expected));
});

holds('npm test', isScript('test'));
