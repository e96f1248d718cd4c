import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { commandsOf, isRunBy } from './hold-commands.ts';
import { codeSpans } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess, writeProject } from './place.ts';

const page = 'docs/monorepos.md';
const layouts = 'scripts/matrix/layouts.mjs';

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

holds('pnpm --filter infra run deploy', isRunBy(layouts, "'pnpm workspaces: `pnpm --filter infra run`'"));

holds('yarn workspace infra run deploy', isRunBy(layouts, "'Yarn 4 workspaces: `yarn workspace infra run`'"));

holds('CDKX_LOGIN=auto npx turbo run deploy', isRunBy(layouts, "'Turborepo: `turbo run`'"));

holds('npx nx run infra:deploy', isRunBy(layouts, "'Nx: `nx run`'"));

holds('CDKX_LOGIN=auto npx nx run-many --targets deploy', isRunBy(layouts, "'Nx: `nx run-many`'"));

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
