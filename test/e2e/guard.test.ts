import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../lib/main.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository, runCdkx } from '../helpers/cli.ts';
import { createTestContext } from '../helpers/context.ts';
import { createScriptedProject, createWorkplace, sharedConfig } from '../helpers/project.ts';
import { suggestedCommands } from '../helpers/suggested-commands.ts';

const dev = '111111111111';
const prod = '222222222222';
const wrongAccount = { profile: 'acme-dev', account: prod };

interface Registry {
  readonly commands: Readonly<Record<string, { readonly aliases?: readonly string[] }>>;
}

const registry = JSON.parse(
  readFileSync(join(repository, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json'), 'utf8'),
) as Registry;

/** Every command of the installed `cdk`: whether it may start when the project's profile leads to another account. */
const commands: Readonly<Record<string, 'stopped' | 'warned' | 'untouched'>> = {
  list: 'warned',
  synth: 'warned',
  flags: 'warned',
  validate: 'warned',
  metadata: 'warned',
  bootstrap: 'stopped',
  gc: 'stopped',
  deploy: 'stopped',
  diagnose: 'stopped',
  rollback: 'stopped',
  'publish-assets': 'stopped',
  import: 'stopped',
  watch: 'stopped',
  destroy: 'stopped',
  diff: 'stopped',
  drift: 'stopped',
  migrate: 'stopped',
  orphan: 'stopped',
  refactor: 'stopped',
  acknowledge: 'untouched',
  notices: 'untouched',
  init: 'untouched',
  context: 'untouched',
  docs: 'untouched',
  doctor: 'untouched',
  explore: 'warned',
  lsp: 'warned',
  'cli-telemetry': 'untouched',
};

/** Each command and alias of the registry, with what must happen; those of one kind. */
function wordsThatAre(kind: 'stopped' | 'warned' | 'untouched'): string[] {
  return Object.entries(registry.commands)
    .filter(([name]) => (commands[name] ?? 'stopped') === kind)
    .flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
}

const validToken = {
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  accessToken: 'a-token',
  expiresAt: '2100-01-01T00:00:00Z',
};
const roleConfig = `${sharedConfig}
[profile acme-role]
role_arn = arn:aws:iam::${dev}:role/Deployer
source_profile = acme-dev
`;

describe('a project pinned to an account, with a profile that leads to another', () => {
  it('has a row for every command of the installed cdk', () => {
    expect(Object.keys(commands).toSorted()).toEqual(Object.keys(registry.commands).toSorted());
  });

  /** Runs `main` in a project of the real cdk; what it starts is told, and is not the cdk. */
  async function run(args: readonly string[], block: unknown = wrongAccount) {
    const place = createWorkplace({
      config: roleConfig,
      tokens: { acme: validToken },
      projectJson: { app: 'node app.mjs', context: { cdkx: block } },
    });
    const started: (readonly string[])[] = [];
    const ctx = createTestContext({
      ...place,
      argv: args,
      spawn: (_command, cdkArguments, options) => {
        started.push(cdkArguments.slice(1));
        return spawn(process.execPath, ['-e', ''], options);
      },
    });
    return { end: await main(ctx), started, stderr: ctx.written.stderr() };
  }

  it.each(wordsThatAre('stopped'))('never starts cdk %s', async (word) => {
    const { end, started, stderr } = await run([word]);
    expect(stderr).toContain(`wrong account ${dev} from profile "acme-dev"; this project deploys to ${prod}`);
    expect({ end, started }).toEqual({ end: { code: 78 }, started: [] });
  });

  it.each(wordsThatAre('untouched'))('always starts cdk %s, and says nothing', async (word) => {
    expect(await run([word])).toEqual({ end: { code: 0 }, started: [[word]], stderr: '' });
  });

  it.each(wordsThatAre('warned'))('starts cdk %s with a warning', async (word) => {
    const { end, started, stderr } = await run([word]);
    expect(stderr).toContain(`wrong account ${dev} from profile "acme-dev"; this project deploys to ${prod}`);
    expect({ end, started }).toEqual({ end: { code: 0 }, started: [['--profile', 'acme-dev', word]] });
  });

  it.each([
    [['deploy', '--require-approval', 'never']],
    [['deploy', '--all', '--yes']],
    [['deploy', '--profile', 'acme-dev']],
    [['deploy', '--profile', 'acme-role']],
    [['-c', 'cdkx=acme-role', 'deploy']],
    [['destroy', '--force']],
    [['bootstrap', `aws://${prod}/eu-west-1`]],
  ])('does not start cdk with %j', async (args) => {
    expect(await run(args)).toMatchObject({ end: { code: 78 }, started: [] });
  });

  it.each([[['deploy', '--help']], [['bootstrap', '--show-template']], [['migrate', '--from-path', 't.json']]])(
    'starts cdk with %j, which touches no account',
    async (args) => {
      expect(await run(args)).toMatchObject({ end: { code: 0 }, started: [args] });
    },
  );

  it('starts every required command where the profile leads to the account', async () => {
    for (const word of wordsThatAre('stopped')) {
      const { end, started } = await run([word], { profile: 'acme-dev', account: dev });
      expect({ end, started }).toEqual({ end: { code: 0 }, started: [['--profile', 'acme-dev', word]] });
    }
  });
});

describe('the account guard of the built program', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(() => {
    emulator.log.length = 0;
  });

  /** A project with that block whose `cdk` leaves a file behind when it starts. */
  function createProject(block: unknown, files: { config?: string } = {}) {
    const script = 'require("node:fs").writeFileSync("cdk-ran", process.argv.slice(2).join(" "))';
    const project = createScriptedProject(script, {
      tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
      ...files,
    });
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    const start = (args: readonly string[], env: Record<string, string> = {}) =>
      runCdkx(args, { ...project, env: { ...emulator.env(), ...project.env, AWS_REGION: 'eu-west-1', ...env } });
    return { start, hasCdkRun: () => existsSync(join(project.cwd, 'cdk-ran')) };
  }

  it.each(['deploy', 'destroy', 'diff', 'bootstrap', 'watch'])('stops cdk %s without a call', async (word) => {
    const { start, hasCdkRun } = createProject(wrongAccount);
    const result = await start([word]);
    expect(result).toMatchObject({ exitCode: 78, stdout: '', stderr: expect.stringContaining(`deploys to ${prod}`) });
    expect(result.stderr).toContain('context.cdkx.account in cdk.json');
    expect(hasCdkRun()).toBe(false);
    expect(emulator.log).toEqual([]);
  });

  it.each(['init', 'doctor', 'context', 'docs', 'synth', 'ls'])('lets cdk %s start', async (word) => {
    const { start, hasCdkRun } = createProject(wrongAccount);
    expect(await start([word])).toMatchObject({ exitCode: 0 });
    expect(hasCdkRun()).toBe(true);
    expect(emulator.log).toEqual([]);
  });

  const inCi = { profile: 'acme-dev', account: dev };

  it.each([
    ['stops', prod, 'deploy', 78, false],
    ['lets pass', dev, 'deploy', 0, true],
    ['only warns of', prod, 'synth', 0, true],
  ] as const)('%s the credentials of CI for account %s: cdk %s', async (_, account, word, exitCode, runs) => {
    const { start, hasCdkRun } = createProject(inCi, { config: '' });
    const result = await start([word], { ...emulator.credentialsFor({ account }), CI: 'true' });
    expect(result).toMatchObject({ exitCode });
    expect(result.stderr.includes(`wrong account ${prod} (according to AWS STS)`)).toBe(account === prod);
    expect(hasCdkRun()).toBe(runs);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  it.each([
    [prod, 78, false],
    [dev, 0, true],
  ])(
    'asks STS about a profile of keys, whatever account is written beside them: %s',
    async (account, exitCode, runs) => {
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = emulator.userKeyFor({ account });
      const keys = `aws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
      const { start, hasCdkRun } = createProject(
        { profile: 'of-keys', account: dev },
        { config: `[profile of-keys]\n${keys}aws_account_id = ${dev}\n` },
      );
      const result = await start(['deploy']);
      expect(result).toMatchObject({ exitCode });
      expect(result.stderr.includes(`wrong account ${prod} (according to AWS STS) from profile "of-keys"`)).toBe(
        account === prod,
      );
      expect(hasCdkRun()).toBe(runs);
      expect(emulator.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
    },
  );

  it.each([
    ['a machine with no profile', '', {}, ['cdkx sso configure']],
    ['profiles of other accounts', sharedConfig, {}, ['cdkx sso configure', 'cdkx profile list']],
    ['CI', '', { CI: 'true' }, []],
  ])(
    'stops a pinned account without any credentials, with the command that helps: %s',
    async (_, config, env, next) => {
      const { start, hasCdkRun } = createProject({ account: prod }, { config });
      const { exitCode, stderr } = await start(['deploy'], env);
      expect({ exitCode, hasRun: hasCdkRun(), next: suggestedCommands(stderr) }).toEqual({
        exitCode: 78,
        hasRun: false,
        next,
      });
      expect(stderr).toContain(prod);
      expect(stderr).not.toContain('CredentialsProviderError');
    },
  );

  it('does not ask STS for a command that touches no account', async () => {
    const { start, hasCdkRun } = createProject(inCi, { config: '' });
    expect(await start(['doctor'], { ...emulator.credentialsFor({ account: prod }) })).toMatchObject({ exitCode: 0 });
    expect(hasCdkRun()).toBe(true);
    expect(emulator.log).toEqual([]);
  });

  const unreachable = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' };

  it.each([
    ['STS could not be reached', 'was unreachable. GetCallerIdentity at 127.0.0.1:1: ECONNREFUSED.', 69, unreachable],
    ['STS refused the keys', 'InvalidClientTokenId: ', 78, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }],
  ])('stops where the account cannot be established: %s', async (_, reason, exitCode, env) => {
    const { start, hasCdkRun } = createProject(inCi, { config: '' });
    const credentials = emulator.credentialsFor({ account: dev });
    const result = await start(['deploy'], { ...credentials, ...env, CI: 'true' });
    expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining('cannot determine the account') });
    expect(result.stderr).toContain(reason);
    expect(result.stderr).not.toContain(credentials['AWS_SECRET_ACCESS_KEY']);
    expect(hasCdkRun()).toBe(false);
  });
});
