import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../../helpers/cli.ts';
import type { TestContext } from '../../helpers/context.ts';
import { config, createOwnContext, type OwnSetup, runOwnIn } from '../run-cdkx.ts';

const stack = (displayName: string | undefined, environment = 'aws://111111111111/eu-west-1') => ({
  type: 'aws:cloudformation:stack',
  environment,
  ...(displayName === undefined ? {} : { displayName }),
});

/** A project with the installed cdk, a synthesised app with a nested stage, profiles and stages. */
function project(setup: OwnSetup = {}): TestContext {
  const ctx = createOwnContext({
    config,
    projectJson: { context: { cdkx: { profile: 'acme-dev', stages: { dev: {}, prod: {} } } } },
    ...setup,
  });
  mkdirSync(join(ctx.cwd, 'node_modules'));
  symlinkSync(join(repository, 'node_modules/aws-cdk'), join(ctx.cwd, 'node_modules/aws-cdk'), 'junction');
  writeAssembly(join(ctx.cwd, 'cdk.out'), {
    Api: stack('Api'),
    Database: stack(undefined, 'aws://222222222222/us-east-1'),
    'Api.assets': { type: 'cdk:asset-manifest' },
    'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
  });
  writeAssembly(join(ctx.cwd, 'cdk.out/assembly-Prod'), {
    ProdApi: stack('Prod/Api', 'aws://unknown-account/unknown-region'),
  });
  return ctx;
}

function writeAssembly(folder: string, artifacts: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
}

async function complete(ctx: TestContext, words: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runOwnIn(ctx, ['completion', '--complete', '--', ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

const profiles = ['acme-dev', 'acme-prod', 'legacy', 'no-access', 'broken', 'console', 'only-settings'];

describe('what could stand at the cursor', () => {
  it.each<[string[], string[]]>([
    [['dep'], ['deploy']],
    [['ss'], ['sso']],
    [['synth'], ['synth', 'synthesize']],
    [
      ['deploy', ''],
      ['Api', 'Database', 'Prod/Api'],
    ],
    [
      ['deploy', 'Api', ''],
      ['Database', 'Prod/Api'],
    ],
    [['deploy', 'P'], ['Prod/Api']],
    [['--profile', 'acme-dev', 'deploy', 'D'], ['Database']],
    [['deploy', '--cdkx-stage=prod', 'A'], ['Api']],
    [['metadata', 'Api', ''], []],
    [
      ['bootstrap', ''],
      ['aws://111111111111/eu-west-1', 'aws://222222222222/us-east-1'],
    ],
    [['deploy', '--profile', ''], profiles],
    [
      ['deploy', '--profile', 'acme'],
      ['acme-dev', 'acme-prod'],
    ],
    [['deploy', '--profile=acme-p'], ['--profile=acme-prod']],
    [['deploy', '--require-app'], ['--require-approval']],
    [
      ['deploy', '--require-approval', ''],
      ['never', 'any-change', 'broadening', 'destructive'],
    ],
    [['deploy', '-m', 'ch'], ['change-set']],
    [
      ['deploy', '-c', ''],
      ['stage=dev', 'stage=prod'],
    ],
    [['deploy', '--toolkit-stack-name', ''], []],
    [['deploy', '--cdkx-st'], ['--cdkx-stage=']],
    [
      ['deploy', '--cdkx-stage='],
      ['--cdkx-stage=dev', '--cdkx-stage=prod'],
    ],
    [['deploy', '--cdkx-confirm=p'], ['--cdkx-confirm=prod']],
    [
      ['deploy', '--cdkx-login='],
      ['--cdkx-login=prompt', '--cdkx-login=auto', '--cdkx-login=never'],
    ],
    [['deploy', '--', 'A'], []],
    [
      ['sso', ''],
      ['login', 'status', 'logout', 'configure', 'exec', 'credentials', 'console'],
    ],
    [['sso', 'login', '--pro'], ['--profile']],
    [['sso', 'login', '--profile', 'acme-p'], ['acme-prod']],
    [['sso', 'login', '--profile=acme-p'], ['--profile=acme-prod']],
    [['sso', 'login', '--sso-session', ''], ['acme']],
    [
      ['sso', 'credentials', '--format', 'p'],
      ['process', 'powershell'],
    ],
    [['sso', 'exec', '--', ''], []],
    [['profile', 'p'], ['pin']],
    [['profile', 'pin', 'acme-d'], ['acme-dev']],
    [
      ['profile', 'pin', '--stage', ''],
      ['dev', 'prod'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'pwsh'],
    ],
    [['no-such-command', ''], []],
    [
      ['deploy', '""'],
      ['Api', 'Database', 'Prod/Api'],
    ],
  ])('after %j: %j', async (words, expected) => {
    expect(await complete(project(), words)).toEqual(expected);
  });

  it('is every command of the installed cdk, and our own words', async () => {
    const words = await complete(project(), ['']);
    expect(words).toEqual(
      expect.arrayContaining(['deploy', 'diff', 'ls', 'bootstrap', 'sso', 'profile', 'completion']),
    );
  });

  it('is every long option of a command, with its meaning', async () => {
    const { stdout } = await runOwnIn(project(), ['completion', '--complete', '--', 'deploy', '--']);
    expect(stdout).toContain('--hotswap-fallback\t');
    expect(stdout).toContain('--verbose\t');
    expect(stdout).not.toContain('--force-\t');
    expect(stdout.split('\n').filter((line) => line.split('\t').length > 2)).toEqual([]);
  });

  it('is looked for in the folder that cdk writes to', async () => {
    const ctx = project({ projectJson: { output: 'build/out' } });
    writeAssembly(join(ctx.cwd, 'build/out'), { Other: stack('Other') });
    writeAssembly(join(ctx.cwd, 'third'), { Third: stack('Third') });
    expect(await complete(ctx, ['deploy', ''])).toEqual(['Other']);
    expect(await complete(ctx, ['deploy', '-o', 'third', ''])).toEqual(['Third']);
  });

  it.each([
    ['a cdk.json that is no JSON', { projectJson: '{' }],
    ['no home at all', { config: '' }],
  ])('never fails: %s', async (_, setup) => {
    const ctx = project(setup);
    const lines = [
      [],
      [''],
      ['deploy', ''],
      ['deploy', '--profile', ''],
      ['--cdkx-nonsense', ''],
      ['sso', 'nonsense', ''],
    ];
    // One after the other: jest can't load a module twice at the same time.
    for (const words of lines) await expect(complete(ctx, words)).resolves.toBeInstanceOf(Array);
  });

  it('is nothing that a shell would take for something else', async () => {
    const ctx = project({ config: '[profile a/b]\nregion = x\n[profile ok]\nregion = x\n' });
    writeAssembly(join(ctx.cwd, 'cdk.out'), {
      a: stack('$(reboot)'),
      b: stack('a b'),
      c: stack('a\u0007b'),
      d: stack('Fine'),
    });
    expect(await complete(ctx, ['deploy', ''])).toEqual(['Fine']);
    expect(await complete(ctx, ['deploy', '--profile', ''])).toEqual(['a/b', 'ok']);
  });

  it('survives assemblies that nest without end', async () => {
    const ctx = project();
    writeAssembly(join(ctx.cwd, 'cdk.out'), {
      self: { type: 'cdk:cloud-assembly', properties: { directoryName: '.' } },
      A: stack('A'),
    });
    expect(new Set(await complete(ctx, ['deploy', '']))).toEqual(new Set(['A']));
  });

  it('is never a name that would be more than a word in the command line', async () => {
    const ctx = project({ credentials: '[a;reboot]\nx = 1\n[fine]\nx = 1\n' });
    const names = ['x;touch', 'a|b', 'a&b', '$(id)', '`id`', 'a>b', '*', '!!', '~', '\u202Eab', 'é.Stack_1/Api'];
    writeAssembly(
      join(ctx.cwd, 'cdk.out'),
      Object.fromEntries(names.map((name, index) => [String(index), stack(name)])),
    );
    expect(await complete(ctx, ['deploy', ''])).toEqual(['é.Stack_1/Api']);
    expect(await complete(ctx, ['deploy', '--profile', 'a;'])).toEqual([]);
    expect(await complete(ctx, ['deploy', '--profile', 'fi'])).toEqual(['fine']);
  });

  it('means nothing that steers the terminal', async () => {
    const ctx = project();
    writeAssembly(join(ctx.cwd, 'cdk.out'), { A: stack('A', 'aws://\u001B]0;owned\u0007\u009B31m') });
    const { stdout } = await runOwnIn(ctx, ['completion', '--complete', '--', 'deploy', 'A']);
    expect(stdout).toBe('A\taws://\\u001b]0\n');
  });

  it('is found once in an assembly that holds itself', async () => {
    const ctx = project();
    const itself = { type: 'cdk:cloud-assembly', properties: { directoryName: '.' } };
    const copies = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`assembly-${index}`, itself]));
    writeAssembly(join(ctx.cwd, 'cdk.out'), { ...copies, A: stack('A') });
    expect(await complete(ctx, ['deploy', ''])).toEqual(['A']);
  });
});
