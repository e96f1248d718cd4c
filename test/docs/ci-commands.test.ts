import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import YAML from 'yaml';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository } from '../helpers/cli.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { commandsOf } from './hold-commands.ts';
import { fencesOf, fenceWith } from './pages.ts';
import { accounts, createPlace, deployedStacks, expectSuccess } from './place.ts';

const page = 'docs/ci.md';
const [dev, prod] = ['111111111111', '222222222222'];
const { context } = JSON.parse(fenceWith(page, 'json', '"protected"')) as { context: { cdkx: unknown } };

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
}
interface GitLabJob {
  readonly extends?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly id_tokens?: Readonly<Record<string, object>>;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}
type Phases = Readonly<Record<string, { readonly commands: readonly string[] }>>;

const github = YAML.parse(fenceWith(page, 'yaml', '.github/workflows')) as {
  jobs: Readonly<Record<'dev' | 'prod', { readonly steps: readonly Step[]; readonly permissions: object }>>;
};
const gitlab = YAML.parse(fenceWith(page, 'yaml', '.gitlab-ci.yml')) as Readonly<Record<string, GitLabJob>>;
const buildspec = YAML.parse(fenceWith(page, 'yaml', 'buildspec.yml')) as {
  env: { variables: Readonly<Record<string, string>> };
  phases: Phases;
};

let emulator: Emulator;
let metadata: Server;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
  metadata = createServer((_request, response) => {
    const keys = emulator.credentialsFor({ account: dev, role: 'deploy' });
    const answer = {
      AccessKeyId: keys.AWS_ACCESS_KEY_ID,
      SecretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      Token: keys.AWS_SESSION_TOKEN,
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  metadata.close();
  await emulator.close();
});
beforeEach(() => {
  emulator.log.length = 0;
  for (const { stacks } of emulator.world.environments.values())
    for (const [id, { name }] of stacks) if (name !== 'CDKToolkit') stacks.delete(id);
});

/** A runner: no profile, no session, no terminal; the project of the page. */
const runner = () =>
  createPlace(emulator, { config: '', tokens: {}, block: context.cdkx, stacks: { Dev: null, Prod: null } });
/** `npm ci` has been done: the test of the package installs the tarball. */
const withoutInstall = (commands: readonly string[]) => commands.filter((line) => line !== 'npm ci').join('\n');
const callers = () =>
  emulator.log.filter(({ operation }) => operation === 'GetCallerIdentity').map(({ account }) => account);

function runGithub(name: 'dev' | 'prod', change: (line: string) => string = (line) => line, account?: string) {
  const { steps } = github.jobs[name];
  const signIn = steps.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'))?.with ?? {};
  const [, theirs = '', role = ''] = /^arn:aws:iam::(\d+):role\/(\w+)$/.exec(signIn['role-to-assume'] ?? '') ?? [];
  const keys = emulator.credentialsFor({ account: account ?? theirs, role });
  const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  const env = { ...keys, AWS_REGION: signIn['aws-region'] ?? '', CI: 'true', GITHUB_ACTIONS: 'true' };
  return runner().run(`set -e\n${change(withoutInstall(commands))}`, env);
}

function runGitlab(name: 'dev' | 'prod', token = 'a-job-token') {
  const job = gitlab[name] ?? {};
  const base = gitlab[job.extends ?? ''] ?? {};
  const place = runner();
  const [tokenName = ''] = Object.keys(base.id_tokens ?? {});
  const variables = { ...base.variables, ...job.variables, AWS_WEB_IDENTITY_TOKEN_FILE: join(place.home, 'job-token') };
  expect(base.variables).toHaveProperty('AWS_WEB_IDENTITY_TOKEN_FILE');
  const expanded = Object.entries(variables).map(([key, value]) => [key, value.replace('$CI_PIPELINE_ID', '42')]);
  const commands = withoutInstall([...(base.before_script ?? []), ...(job.script ?? [])]);
  return place.run(`set -e\n${commands}`, { ...Object.fromEntries(expanded), CI: 'true', [tokenName]: token });
}

describe('GitHub Actions', () => {
  it('deploys to the account of the role that it took, in both jobs', async () => {
    expectSuccess(await runGithub('dev'));
    expect(deployedStacks(emulator)).toEqual([`${dev}/Dev`]);
    expectSuccess(await runGithub('prod'));
    expect(deployedStacks(emulator)).toEqual([`${dev}/Dev`, `${prod}/Prod`]);
    expect(new Set(callers())).toEqual(new Set([dev, prod]));
  });

  it('stops the wrong account, and production that is not confirmed, before cdk starts', async () => {
    const wrong = await runGithub('dev', undefined, prod);
    expect(wrong).toMatchObject({ exitCode: 78, stderr: expect.stringContaining(`this project deploys to ${dev}`) });
    const unconfirmed = await runGithub('prod', (line) => line.replace('--cdkx-confirm=prod', ''));
    expect(unconfirmed).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('--cdkx-confirm=prod') });
    expect(deployedStacks(emulator)).toEqual([]);
  });

  it('gives each job the right to an identity token, and uses actions by their commit, as our own workflows do', () => {
    for (const { permissions } of Object.values(github.jobs))
      expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const ours = readdirSync(join(repository, '.github/workflows'))
      .map((name) => readFileSync(join(repository, '.github/workflows', name), 'utf8'))
      .join('\n');
    const shown = fenceWith(page, 'yaml', '.github/workflows').match(/uses: .*/g) ?? [];
    expect(shown.filter((line) => !/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(shown.filter((line) => line.includes(' actions/') && !ours.includes(line))).toEqual([]);
  });
});

describe('GitLab CI', () => {
  it('deploys to the account of the role that its identity token assumed, in both jobs', async () => {
    expectSuccess(await runGitlab('dev'));
    expect(deployedStacks(emulator)).toEqual([`${dev}/Dev`]);
    expectSuccess(await runGitlab('prod'));
    expect(deployedStacks(emulator)).toEqual([`${dev}/Dev`, `${prod}/Prod`]);
    const assumed = emulator.log.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity');
    expect(assumed.length).toBeGreaterThan(0);
  });

  it('ends at once where the role does not take the token', async () => {
    const result = await runGitlab('dev', 'of-another-project');
    expect(result).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('cannot determine the account') });
    expect(deployedStacks(emulator)).toEqual([]);
  });
});

describe('AWS CodeBuild', () => {
  it("deploys with the container's credentials", async () => {
    const { port } = metadata.address() as AddressInfo;
    const commands = withoutInstall(Object.values(buildspec.phases).flatMap((phase) => phase.commands));
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/role`, AWS_REGION: 'eu-west-1' };
    expectSuccess(await runner().run(`set -e\n${commands}`, { ...buildspec.env.variables, ...env }));
    expect(deployedStacks(emulator)).toEqual([`${dev}/Dev`]);
    expect(callers()).toContain(dev);
    expect(buildspec.env.variables).toHaveProperty('CI');
  });
});

it('has no other recipe', () => {
  expect(fencesOf(page).filter(({ language }) => language === 'yaml')).toHaveLength(3);
});

const holds = commandsOf(page);

holds('npx cdkx synth --no-profile --quiet', async () => {
  const result = await runner().run('npx cdkx synth --no-profile --quiet', { CI: 'true' });
  expectSuccess(result);
  expect(result.stderr).toMatch(/no AWS credentials found.*"acme-dev".*ignored/);
  expect(emulator.log).toEqual([]);
  const unsaid = await runner().run('npx cdkx synth --quiet', { CI: 'true' });
  expectSuccess(unsaid);
  expect(unsaid.stderr).toContain('is not defined on this machine\n  Continuing without credentials');
});
