import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { dependencies, runCdkx } from '../helpers/cli.ts';
import { createHome } from '../helpers/home.ts';
import { configWith } from '../helpers/project.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { signer } from '../plugin/who-did-what.ts';

const [account, other] = ['111111111111', '222222222222'];
const ssoSession = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' };
const role = { read: 'ReadOnlyAccess', change: 'DeployAccess' };
const profiles = {
  read: { name: 'acme-read', account, role: role.read },
  change: { name: 'acme-deploy', account, role: role.change },
  otherRead: { name: 'other-read', account: other, role: role.read },
  otherChange: { name: 'other-deploy', account: other, role: role.change },
};
const both = [profiles.read, profiles.change];

/** An app with a stack in each account of its context, whose parameter has the value of its context. */
const app = `import { mkdirSync, writeFileSync } from 'node:fs';
const { size = '1', in: accounts = '${account}' } = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
const folder = process.env.CDK_OUTDIR ?? 'cdk.out';
mkdirSync(folder, { recursive: true });
const write = (name, content) => writeFileSync(folder + '/' + name, JSON.stringify(content));
const artifacts = {};
for (const account of accounts.split(' ')) {
  const [name, templateFile] = ['Api' + account, account + '.template.json'];
  write(templateFile, { Resources: { Size: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: size } } } });
  artifacts[name] = { type: 'aws:cloudformation:stack', environment: 'aws://' + account + '/eu-west-1', properties: { templateFile } };
}
write('manifest.json', { version: '34.0.0', artifacts });
`;

describe('a role that reads and one that changes, with the real cdk', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    const roles = Object.values(role);
    emulator = await startEmulator({
      accounts: [account, other].map((id) => ({ id, roles, bootstrapped: ['eu-west-1'] })),
    });
  });
  afterAll(() => emulator.close());

  function createProject(known: readonly (typeof profiles)['read'][] = both, block: object = {}) {
    const folder = tempFolder();
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    symlinkSync(dependencies, join(cwd, 'node_modules'), 'junction');
    writeFileSync(join(cwd, 'app.mjs'), app);
    const cdkx = { account, role, ssoSession, ...block };
    writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.mjs', context: { cdkx } }));
    const home = createHome(join(folder, 'home'), {
      config: known.length === 0 ? '' : configWith(known),
      tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
    });
    /** Runs cdkx; `signers` are the roles that its requests were signed with. */
    const run = async (args: readonly string[]) => {
      const before = emulator.log.length;
      const result = await runCdkx(args, { home, cwd, env: emulator.env() });
      const signed = emulator.log.slice(before).filter(({ accessKeyId }) => accessKeyId !== undefined);
      return { ...result, signers: [...new Set(signed.map((each) => signer(emulator, each)))].sort() };
    };
    return { run, config: () => readFileSync(join(home, '.aws/config'), 'utf8') };
  }
  const as = (id: string, name: string) => `${id}/AWSReservedSSO_${name}`;
  const deploy = ['deploy', '--all', '--require-approval', 'never'];
  /** All that is deployed. */
  const deployed = () =>
    [...emulator.world.environments.values()].flatMap(({ account, stacks }) =>
      [...stacks.values()].map(({ name, templateBody, updatedAt }) => ({ account, name, templateBody, updatedAt })),
    );

  it('reads with one role and deploys with the other, in one project', async () => {
    const { run } = createProject();
    const deployment = await run(deploy);
    expect(deployment).toMatchObject({ exitCode: 0, signers: [as(account, role.change)] });
    const diff = await run(['diff', '-c', 'size=2']);
    expect(diff).toMatchObject({ exitCode: 0, signers: [as(account, role.read)] });
    expect(diff.stdout + diff.stderr).toMatch(/-.*1\n.*\+.*2/);
    expect((await run(['list'])).stderr).toContain(`role ${role.read}`);
  });

  it('can change nothing with the role that reads', async () => {
    const project = createProject();
    await project.run(deploy);
    const before = JSON.stringify(deployed());
    const refused = await project.run([...deploy, '-c', 'size=3', '--profile', 'acme-read']);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.signers).toEqual([as(account, role.read)]);
    // The only role of this machine.
    const { run } = createProject([profiles.read]);
    const alone = await run([...deploy, '-c', 'size=3']);
    expect(alone.exitCode).not.toBe(0);
    expect(alone.signers).toEqual([as(account, role.read)]);
    expect(alone.stderr).toMatch(/DeployAccess[^]*"acme-read"[^]*^ {4}cdkx sso configure --from-project$/m);
    expect(JSON.stringify(deployed())).toBe(before);
  });

  it('reads with the other role if there is no profile for the one that reads, and says so', async () => {
    const { run } = createProject([profiles.change]);
    const diff = await run(['diff', '-c', 'size=2']);
    expect(diff).toMatchObject({ exitCode: 0, signers: expect.arrayContaining([as(account, role.change)]) });
    expect(diff.stderr).toMatch(/ReadOnlyAccess[^]*"acme-deploy"[^]*^ {4}cdkx sso configure --from-project$/m);
  });

  it.each<[string, object, readonly string[]]>([
    ['auto', { accounts: 'auto' }, []],
    ['a map to the profiles that change', { accounts: { [other]: 'other-deploy' } }, []],
  ])('keeps to it in other accounts: %s', async (_, block, args) => {
    const { run } = createProject(Object.values(profiles), block);
    const context = ['-c', `in=${account} ${other}`, ...args];
    const deployment = await run([...deploy, ...context]);
    expect(deployment).toMatchObject({ exitCode: 0, signers: [as(account, role.change), as(other, role.change)] });
    const diff = await run(['diff', ...context, '-c', 'size=2']);
    expect(diff).toMatchObject({ exitCode: 0, signers: [as(account, role.read), as(other, role.read)] });
  });

  it('writes a profile for each role that has none', async () => {
    const { run, config } = createProject([]);
    const names = () => [...config().matchAll(/^\[profile (.+)\]$/gm)].map(([, name]) => name);
    expect(await run(['sso', 'configure', '--from-project', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(names()).toEqual([`DeployAccess-${account}`, `ReadOnlyAccess-${account}`]);
    expect(await run(['diff', '-c', 'size=2'])).toMatchObject({ exitCode: 0, signers: [as(account, role.read)] });
    const half = createProject([profiles.change]);
    expect(await half.run(['sso', 'configure', '--from-project', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(
      half
        .config()
        .match(/^sso_role_name = .*$/gm)
        ?.sort(),
    ).toEqual(['DeployAccess', 'ReadOnlyAccess'].map((name) => `sso_role_name = ${name}`));
    const again = await half.run(['sso', 'configure', '--from-project', '--yes']);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('acme-deploy') });
  });

  it('shows both', async () => {
    const { run } = createProject([profiles.change]);
    const { stdout } = await run(['profile', 'show', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'acme-deploy',
      roles: { read: { role: role.read, profiles: [] }, change: { role: role.change, profiles: ['acme-deploy'] } },
    });
    const shown = (await run(['profile', 'show'])).stdout;
    for (const [each] of [[role.read], [role.change]]) expect(shown).toMatch(new RegExp(`^.* with +role ${each}`, 'm'));
  });
});
