import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { commandsOf, isRunBy } from './hold-commands.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, readCdkJson } from './place.ts';

const page = 'README.md';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

const expired = () => ({ acme: emulator.issueToken({ expiresIn: -7800, refreshable: false }) });
const holds = commandsOf(page);

holds('npx cdkx deploy', async () => {
  const place = createPlace(emulator, { tokens: expired(), stacks: { AcmeStack: null }, env: personAsBrowser() });
  const terminal = place.open('cdkx deploy');
  await terminal.waitFor('Sign in now?');
  terminal.type(enter);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
});

holds('npm install --save-dev cdkx', isRunBy('test/package/package.test.ts', "'install', '--save-dev'"));

holds('npx cdkx deploy --profile acme-dev', async () => {
  const place = createPlace(emulator, { block: 'acme-prod', stacks: { Second: null } });
  expectSuccess(await place.run('npx cdkx deploy --profile acme-dev'));
  expect(deployedStacks(emulator)).toContain('111111111111/Second');
});

holds('npx cdkx profile pin acme-dev', async () => {
  const place = createPlace(emulator, { block: null });
  const terminal = place.open('npx cdkx profile pin acme-dev');
  for (const question of ['Add "$schema" too', 'Write this to cdk.json?']) {
    await terminal.waitFor(question);
    terminal.type(enter);
  }
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(readCdkJson(place).context.cdkx).toMatchObject({ profile: 'acme-dev', account: '111111111111' });
});

holds('npm run demo', () => {
  const demo = spawnSync(process.execPath, [join(repository, 'scripts/demo.mjs'), '--no-build'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  expect(demo.stdout + demo.stderr).toContain('\nDeployed.');
  expect(demo.status).toBe(0);
});

holds('npx cdkx sso configure', isRunBy('test/e2e/configure.test.ts', "'sso', 'configure'"));
