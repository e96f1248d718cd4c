import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { enter } from '../helpers/person.ts';
import { questions } from '../helpers/questions.ts';
import { commandsOf, isRunBy } from './hold-commands.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, readCdkJson } from './place.ts';

const page = 'README.md';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

const holds = commandsOf(page);

holds('npx cdkx deploy', isRunBy('test/docs/getting-started-commands.test.ts', "place.open('npx cdkx deploy')"));

holds('npm install --save-dev cdkx', isRunBy('test/package/package.test.ts', "'install', '--save-dev'"));

holds('npx cdkx deploy --profile acme-dev', async () => {
  const place = createPlace(emulator, { block: 'acme-prod', stacks: { Second: null } });
  expectSuccess(await place.run('npx cdkx deploy --profile acme-dev'));
  expect(deployedStacks(emulator)).toContain('111111111111/Second');
});

holds('npx cdkx profile pin acme-dev', async () => {
  const place = createPlace(emulator, { block: null });
  const terminal = place.open('npx cdkx profile pin acme-dev');
  await terminal.answer([questions.addSchema, enter], [questions.writeCdkJson, enter]);
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
