import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { commandsOf, isDeployedBy } from './hold-commands.ts';
import { codeSpans } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, writeProject } from './place.ts';

const page = 'docs/monorepos.md';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

/** The tree of the page: workspaces whose packages are installed in the root, and two apps with pins of their own. */
function createMonorepo() {
  const place = createPlace(emulator, { block: null });
  writeFileSync(join(place.cwd, 'package.json'), JSON.stringify({ private: true, workspaces: ['packages/*'] }));
  writeFileSync(join(place.cwd, 'cdk.json'), '{}');
  const scripts = { deploy: 'cdkx deploy' };
  const app = (name: string, block: unknown) => {
    const folder = join(place.cwd, 'packages', name);
    mkdirSync(folder, { recursive: true });
    writeProject(folder, { block, scripts, stacks: { [name]: null } });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', scripts }));
  };
  app('infra', { profile: 'acme-dev', account: '111111111111' });
  app('network', { profile: 'acme-prod', account: '222222222222' });
  return place;
}

const holds = commandsOf(page);

holds('npm run deploy --workspace infra', async () => {
  expectSuccess(await createMonorepo().run('npm run deploy --workspace infra'));
  expect(deployedStacks(emulator)).toContain('111111111111/infra');
});

/** The commands that `npm run test:matrix` runs, with programs that are not installed here, by their layout there. */
const inMatrix = {
  'pnpm workspaces: `pnpm --filter infra run`': 'pnpm --filter infra run deploy',
  'Yarn 4 workspaces: `yarn workspace infra run`': 'yarn workspace infra run deploy',
  'Turborepo: `turbo run`': 'CDKX_LOGIN=auto npx turbo run deploy',
  'Nx: `nx run`': 'npx nx run infra:deploy',
  'Nx: `nx run-many`': 'CDKX_LOGIN=auto npx nx run-many --targets deploy',
};
for (const [layout, command] of Object.entries(inMatrix)) holds(command, isDeployedBy(layout, command));

it('the layouts of the matrix run the commands that are held by it', async () => {
  const scripts = ['layouts.mjs', 'task-runners.mjs'].map((name) => join(repository, 'scripts/matrix', name));
  const { layouts } = (await import(scripts[0] ?? '')) as { layouts: object };
  expect(Object.keys(layouts)).toEqual(expect.arrayContaining(Object.keys(inMatrix)));
  const source = scripts.map((path) => readFileSync(path, 'utf8')).join('\n');
  expect(Object.values(inMatrix).filter((command) => !source.includes(`deploy: '${command}'`))).toEqual([]);
});

describe('what docs/monorepos.md says of', () => {
  it('arguments behind a script', async () => {
    const command = codeSpans(page).find((code) => code.startsWith('npm run deploy --workspace infra -- ')) ?? '';
    const place = createMonorepo();
    expectSuccess(
      await place.run(command.replace(' Api ', ' network ').replace('--workspace infra', '--workspace network')),
    );
    expect(deployedStacks(emulator)).toContain('222222222222/network');
  });

  it('each app: its own pin; a folder without cdk.json has none', async () => {
    const place = createMonorepo();
    const shown = async (folder: string) => (await place.run(`cd ${folder} && cdkx profile show --json`)).stdout;
    expect(JSON.parse(await shown('packages/infra'))).toMatchObject({ profile: 'acme-dev' });
    expect(JSON.parse(await shown('packages/network'))).toMatchObject({ profile: 'acme-prod' });
    expect(JSON.parse(await shown('packages'))).not.toHaveProperty('profile', expect.any(String));
    writeFileSync(join(place.home, '.cdk.json'), '{ "context": { "cdkx": "acme-shared" } }');
    expect(JSON.parse(await shown('packages'))).toMatchObject({ profile: 'acme-shared' });
    expect(JSON.parse(await shown('packages/infra'))).toMatchObject({ profile: 'acme-dev' });
  });
});
