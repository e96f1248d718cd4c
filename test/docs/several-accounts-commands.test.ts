import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { transform } from '@swc/core';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { commandsOf, isRunBy } from './hold-commands.ts';
import { fenceWith } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, type Place } from './place.ts';

const page = 'docs/several-accounts.md';

interface CdkJson {
  readonly plugin?: readonly string[];
  readonly context: { readonly cdkx: Readonly<Record<string, unknown>> };
}
const block = (JSON.parse(fenceWith(page, 'json', '"222222222222"')) as CdkJson).context.cdkx;
const plain = JSON.parse(fenceWith(page, 'json', '"plugin"')) as CdkJson;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

/** The project of the page, with a stack in each account; `kind` keeps its stacks apart from those of other tests. */
const newPlace = (kind: string, cdkx: unknown = block): Place =>
  createPlace(emulator, {
    block: cdkx,
    stacks: { [`${kind}Dev`]: null, [`${kind}Prod`]: '222222222222', [`${kind}Shared`]: '333333333333' },
  });
const everywhere = (kind: string) => [
  `111111111111/${kind}Dev`,
  `222222222222/${kind}Prod`,
  `333333333333/${kind}Shared`,
];

const holds = commandsOf(page);

holds('npx cdkx profile show --accounts', async () => {
  const result = await newPlace('Show').run('npx cdkx profile show --accounts');
  expectSuccess(result);
  expect(result.stdout).toMatch(/222222222222 +acme-prod[^]*333333333333 +acme-shared/);
});

holds(
  'npx cdkx deploy --all --concurrency 3',
  isRunBy('test/plugin/one-deploy.test.ts', "['deploy', '--all', '--concurrency', '3']"),
);

holds('AWS_PROFILE=acme-dev npx cdk deploy --all', async () => {
  const place = newPlace('Plain', plain.context.cdkx);
  writeFileSync(
    join(place.home, '.cdk.json'),
    JSON.stringify({ plugin: plain.plugin, context: { 'cli-telemetry': false } }),
  );
  // As an installer leaves it: `cdk` looks for its plugins from where it really lies.
  const installed = join(place.cwd, 'node_modules/aws-cdk');
  rmSync(installed);
  cpSync(join(repository, 'node_modules/aws-cdk'), installed, { recursive: true });
  const program = join(place.cwd, 'node_modules/.bin/cdk');
  rmSync(program);
  symlinkSync('../aws-cdk/bin/cdk', program);
  expectSuccess(await place.run('AWS_PROFILE=acme-dev npx cdk deploy --all'));
  expect(deployedStacks(emulator)).toEqual(expect.arrayContaining(everywhere('Plain')));
});

it(`${page}: the program deploys into the accounts`, async () => {
  const { code } = await transform(fenceWith(page, 'ts', 'cdkxCredentials'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  });
  // Without the stage's own map, nobody serves the other accounts.
  const { accounts: map, ...rest } = block;
  const stages = { prod: { stacks: ['Program*'], accounts: map } };
  const place = newPlace('Program', { ...rest, accounts: {}, stages });
  symlinkSync(join(repository, 'node_modules/@aws-cdk'), join(place.cwd, 'node_modules/@aws-cdk'), 'junction');
  // There is no tsx here; the app of this place is JavaScript.
  expect(code).toContain('npx tsx bin/app.ts');
  writeFileSync(join(place.cwd, 'deploy.mjs'), code.replace('npx tsx bin/app.ts', 'node app.mjs'));
  expectSuccess(await place.run('node deploy.mjs'));
  expect(deployedStacks(emulator)).toEqual(expect.arrayContaining(everywhere('Program')));
});
