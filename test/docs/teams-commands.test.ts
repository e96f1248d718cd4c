import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { enter } from '../helpers/person.ts';
import { commandsOf } from './hold-commands.ts';
import { fenceWith } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess } from './place.ts';

const page = 'docs/teams.md';

const { context } = JSON.parse(fenceWith(page, 'json', '"stages"')) as { context: { cdkx: object } };
const { scripts } = JSON.parse(fenceWith(page, 'json', '"scripts"')) as { scripts: Record<string, string> };

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

/** The page's project: stages, and npm scripts for them. */
const staged = () =>
  createPlace(emulator, {
    block: context.cdkx,
    scripts,
    stacks: { Dev: null, Prod: null },
    env: { AWS_REGION: 'eu-west-1' },
  });

const holds = commandsOf(page);

holds('npm run deploy', async () => {
  expectSuccess(await staged().run('npm run deploy'));
  expect(deployedStacks(emulator)).toContain('111111111111/Dev');
  expect(deployedStacks(emulator)).not.toContain('222222222222/Dev');
});

holds('npx cdkx deploy --all --cdkx-stage=dev', async () => {
  const told = createPlace(emulator, {
    block: {
      ...context.cdkx,
      stageContext: 'stage',
      stages: { dev: { stacks: ['Dev*'] }, prod: { stacks: ['Prod*'] } },
    },
    stacks: { Dev: null },
    env: { AWS_REGION: 'eu-west-1' },
  });
  const { stdout } = await told.run('npx cdkx deploy --all --cdkx-stage=dev --cdkx-dry-run');
  expect(stdout).toContain('--context stage=dev');
  expectSuccess(await told.run('npx cdkx deploy --all --cdkx-stage=dev'));
});

holds('npm run deploy:prod', async () => {
  const terminal = staged().open('npm run deploy:prod');
  await terminal.answer(['Type prod to run cdk deploy', `prod${enter}`]);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  expect(deployedStacks(emulator)).toContain('222222222222/Prod');
});

holds('npm run deploy:prod -- --cdkx-confirm=prod', async () => {
  const empty = await startEmulator({ accounts });
  const keys = empty.credentialsFor({ account: '222222222222', role: 'Deployer' });
  const place = createPlace(empty, {
    block: context.cdkx,
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

holds('AWS_REGION=us-east-1 npx cdkx deploy Prod', async () => {
  const result = await staged().run('AWS_REGION=us-east-1 npx cdkx deploy Prod');
  expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode: 78, stdout: '' });
  expect(result.stderr).toContain('us-east-1 (AWS_REGION)');
});

holds('npx cdkx deploy Dev', async () => {
  const fresh = await startEmulator({ accounts: accounts.map((account) => ({ ...account, roles: ['ReadOnly'] })) });
  const { context: access } = JSON.parse(fenceWith(page, 'json', '"requestAccess"')) as { context: { cdkx: object } };
  const place = createPlace(fresh, { block: access.cdkx, stacks: { Dev: '111111111111' } });
  const result = await place.run('npx cdkx deploy Dev');
  await fresh.close();
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('https://access.example.com/?account=111111111111&role=Developer');
});

/** A laptop without profiles, with the block that has a role to read and one to change. */
async function createWithRoles(): Promise<{ place: ReturnType<typeof createPlace>; roles: Emulator }> {
  const { context } = JSON.parse(fenceWith(page, 'json', '"change"')) as { context: { cdkx: object } };
  const names = ['ReadOnlyAccess', 'DeployAccess'];
  const roles = await startEmulator({ accounts: accounts.map((account) => ({ ...account, roles: names })) });
  const env = { AWS_REGION: 'eu-west-1' };
  return { roles, place: createPlace(roles, { block: context.cdkx, config: '', stacks: { Dev: null }, env }) };
}

holds('npx cdkx sso configure --from-project', async () => {
  const { place, roles } = await createWithRoles();
  const terminal = place.open('npx cdkx sso configure --from-project');
  await terminal.waitFor('Add this to');
  terminal.type(enter);
  expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  const { stdout } = await place.run('npx cdkx profile list --json');
  await roles.close();
  const { profiles } = JSON.parse(stdout) as { profiles: readonly { readonly role: string }[] };
  expect(profiles.map(({ role }) => role).toSorted()).toEqual(['DeployAccess', 'ReadOnlyAccess']);
});

holds('npx cdkx diff Dev', async () => {
  const { place, roles } = await createWithRoles();
  await place.run('npx cdkx sso configure --from-project --yes');
  const diff = await place.run('npx cdkx diff Dev');
  const deployment = await place.run('npx cdkx deploy Dev');
  const deployed = deployedStacks(roles);
  await roles.close();
  expectSuccess(diff);
  expect(diff.stderr).toContain('role ReadOnlyAccess');
  expectSuccess(deployment);
  expect(deployment.stderr).toContain('role DeployAccess');
  expect(deployed).toEqual(['111111111111/Dev']);
});

holds('npx cdkx sso console Dev --print', async () => {
  const place = staged();
  expectSuccess(await place.run('npx cdk synth --quiet'));
  const { stdout } = await place.run('npx cdkx sso console Dev --print');
  expect(new URL(stdout.trim()).hash).toContain('account_id=111111111111');
});

holds('npx cdkx sso exec --keys -- npm run upload', async () => {
  const upload = `node -p "process.env.AWS_ACCESS_KEY_ID.length > 0 && process.env.AWS_PROFILE === undefined"`;
  const place = createPlace(emulator, { block: context.cdkx, scripts: { upload } });
  const result = await place.run('npx cdkx sso exec --keys -- npm run upload');
  expectSuccess(result);
  expect(result.stdout.trim().split('\n').at(-1)).toBe('true');
});

holds("npx cdkx sso configure --all --name-template '{accountName}-{roleName}' --dry-run", async () => {
  const place = createPlace(emulator);
  const result = await place.run(
    "npx cdkx sso configure --session acme --all --name-template '{accountName}-{roleName}' --dry-run",
  );
  expectSuccess(result);
  expect(result.stdout).toMatch(/^\+ \[profile /m);
});
