import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { dependencies, runCdkx } from '../helpers/cli.ts';
import { handWrittenApp } from '../helpers/hand-written-app.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const account = '111111111111';
const session = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';
const profileIn = (region?: string) =>
  `[profile p]\nsso_session = acme\nsso_account_id = ${account}\nsso_role_name = Developer\n${region === undefined ? '' : `region = ${region}\n`}`;
const pinned = 'eu-south-2';

interface Source {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly config?: string;
  readonly cdkJson?: Readonly<Record<string, string>>;
}

/** Each source of the Region, with all weaker ones set to another Region. */
const profileRegion = profileIn('eu-north-1');
const variables = {
  AWS_REGION: 'eu-west-1',
  AMAZON_REGION: 'eu-west-2',
  AWS_DEFAULT_REGION: 'eu-west-3',
  AMAZON_DEFAULT_REGION: 'eu-central-1',
};
const from = (first: keyof typeof variables) => {
  const names = Object.keys(variables) as (keyof typeof variables)[];
  return Object.fromEntries(names.slice(names.indexOf(first)).map((name) => [name, variables[name]]));
};
const sources: readonly Source[] = [
  { name: '--region', args: ['--region', 'ap-south-1'], env: { CDK_REGION: 'ap-south-2', ...variables } },
  { name: 'CDK_REGION', env: { CDK_REGION: 'ap-south-2', ...variables } },
  { name: 'region in cdk.json', cdkJson: { region: 'ca-west-1' }, env: variables },
  { name: 'AWS_REGION', env: from('AWS_REGION') },
  { name: 'AMAZON_REGION', env: from('AMAZON_REGION') },
  { name: 'AWS_DEFAULT_REGION', env: from('AWS_DEFAULT_REGION') },
  { name: 'AMAZON_DEFAULT_REGION', env: from('AMAZON_DEFAULT_REGION') },
  { name: 'the profile' },
  { name: 'the profile default', config: `${profileIn()}[default]\nregion = sa-east-1\n` },
  { name: 'nothing', config: profileIn() },
];

describe('the region guard, with the real cdk as judge', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  /** Synthesizes a stack without a Region of its own; `region` is the one that `cdk` gave to the app. */
  async function run(source: Source, block: object, command: readonly string[] = ['synth', '--quiet']) {
    const folder = tempFolder();
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    symlinkSync(dependencies, join(cwd, 'node_modules'), 'junction');
    writeFileSync(join(cwd, 'app.mjs'), handWrittenApp);
    const context = { cdkx: { profile: 'p', ...block } };
    writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.mjs', ...source.cdkJson, context }));
    const home = createHome(join(folder, 'home'), {
      config: `${source.config ?? profileRegion}${session}`,
      tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) },
    });
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = emulator.env();
    const result = await runCdkx([...command, ...(source.args ?? [])], { home, cwd, env: { ...env, ...source.env } });
    const region = () => {
      const manifest = readFileSync(join(cwd, 'cdk.out/manifest.json'), 'utf8');
      return /aws:\/\/[\w-]+\/([\w-]+)/.exec(manifest)?.[1] ?? 'none';
    };
    return { ...result, region };
  }
  const warning = /^cdkx: wrong Region ([\w-]+) \((.+?)\); this project deploys to ([\w-]+)/m;

  it.each(sources.map((source) => [source.name, source] as const))('warns of the Region from %s', async (_, source) => {
    const { exitCode, stderr, region } = await run(source, { region: pinned });
    expect({ exitCode, region: region() }).toEqual({ exitCode: 0, region: expect.not.stringMatching(pinned) });
    expect(warning.exec(stderr)?.slice(1)).toEqual([region(), expect.any(String), pinned]);
    // With that very Region pinned, there is nothing to warn of.
    expect((await run(source, { region: region() })).stderr).not.toMatch(warning);
  });

  const prod = { stages: { prod: { region: pinned, protected: true, stacks: ['Prod*'] } } };
  const other = { name: '', env: { AWS_REGION: 'eu-west-1' } };

  it('stops in a protected stage, before cdk and before a question', async () => {
    const { exitCode, stdout, stderr } = await run(other, prod, ['deploy', '--cdkx-stage=prod', 'Prod']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
    expect(warning.exec(stderr)?.slice(1)).toEqual(['eu-west-1', 'AWS_REGION', pinned]);
    expect(stderr).toContain('context.cdkx.stages.prod.region in cdk.json');
    expect(stderr.match(/^cdkx:/gm)).toHaveLength(1);
  });

  it('only warns in that stage for a command that needs no credentials', async () => {
    const { exitCode, stderr } = await run(other, prod, ['synth', '--quiet', '--cdkx-stage=prod']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(warning);
  });

  it('says nothing of an environment on the command line, which has a Region of its own', async () => {
    const { stderr } = await run(other, { region: pinned }, [
      'bootstrap',
      `aws://${account}/us-east-1`,
      '--cdkx-dry-run',
    ]);
    expect(stderr).not.toMatch(warning);
  });

  it.each([
    ['eu-wset-1', 'eu-west-1'],
    ['us-east-9', 'us-east-1'],
  ])('stops at a Region that does not exist: %s', async (region, nearest) => {
    const { exitCode, stderr } = await run(other, { region });
    expect(exitCode).toBe(78);
    expect(stderr).toContain(JSON.stringify(region));
    expect(stderr).toContain(JSON.stringify(nearest));
  });
});
