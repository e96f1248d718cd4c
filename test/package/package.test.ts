import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { repository } from '../helpers/cli.ts';
import { packPackage, run, tryRun, type Packed } from './packed.ts';

const largestBytes = 500_000;

let packed: Packed;
let manifest: Record<string, unknown>;
beforeAll(() => {
  packed = packPackage();
  manifest = JSON.parse(readFileSync(join(packed.content, 'package.json'), 'utf8')) as Record<string, unknown>;
});
afterAll(() => rmSync(packed.folder, { recursive: true, force: true, maxRetries: 3 }));

const read = (file: string) => readFileSync(join(packed.content, file), 'utf8');

describe('the tarball', () => {
  it(`has no more than ${largestBytes} bytes`, () => {
    expect(packed.bytes).toBeLessThanOrEqual(largestBytes);
  });

  it('holds the program, its licences and the change log, and nothing of the workshop', () => {
    expect(packed.files.filter((file) => !file.startsWith('dist/')).toSorted()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'THIRD_PARTY_LICENSES',
        'cdk.json.example',
        'cdk.schema.json',
        'package.json',
      ].toSorted(),
    );
    expect(packed.files.filter((file) => !/\.(cjs|d\.cts)$|^[^/]+$/.test(file))).toEqual([]);
    expect(packed.files).toEqual(expect.arrayContaining(['dist/cdkx.cjs', 'dist/index.cjs', 'dist/index.d.cts']));
    expect(packed.files).toEqual(expect.arrayContaining(['dist/plugin.cjs', 'dist/plugin.d.cts']));
    expect(read('CHANGELOG.md')).toContain(`## ${String(manifest['version'])}`);
  });

  it('names no source map and no folder of the machine that built it', () => {
    const places = [repository, packed.folder, packed.source, 'sourceMappingURL', 'file:///'];
    const found = packed.files.flatMap((file) =>
      places.filter((place) => read(file).includes(place)).map((place) => [file, place]),
    );
    expect(found).toEqual([]);
  });

  it('starts with Node by itself', () => {
    expect(manifest['bin']).toEqual({ cdkx: 'dist/cdkx.cjs' });
    expect(read('dist/cdkx.cjs').startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(statSync(join(packed.content, 'dist/cdkx.cjs')).mode & 0o777).toBe(0o755);
  });

  it('depends on nothing; aws-cdk 2 is an optional peer', () => {
    for (const kind of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'])
      expect(manifest[kind]).toBeUndefined();
    expect(manifest['peerDependencies']).toEqual({ 'aws-cdk': '^2' });
    expect(manifest['peerDependenciesMeta']).toEqual({ 'aws-cdk': { optional: true } });
  });

  it('has the text of the licence of each version whose code is in it', () => {
    const inputs = Object.values(
      JSON.parse(readFileSync(join(packed.source, 'build/inputs.json'), 'utf8')) as object,
    ).flat();
    const folders = new Set(
      inputs.flatMap((input: string) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[0] ?? []),
    );
    expect(folders.size).toBeGreaterThan(20);
    const sections = read('THIRD_PARTY_LICENSES').split(/^-{80}$/m);
    const texts = new Map(sections.map((section) => [section.trim().split('\n')[0], section.trim()]));
    const missing = [...folders].filter((folder) => {
      const path = join(packed.source, folder, 'package.json');
      const { name, version, license } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      const title = `${name}@${version} (${license})`;
      // The shortest, ISC, has over 700 characters.
      return (texts.get(title)?.length ?? 0) < title.length + 600;
    });
    expect(missing).toEqual([]);
  });

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: packed.content, level: 'suggestion', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('passes Are the types wrong?', () => {
    // Without `node10`, which is how Node 10 looked for modules.
    const options = ['--profile', 'node16', '--no-color', '--no-emoji'];
    const program = join(repository, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const { status, output } = tryRun(process.execPath, [program, packed.tarball, ...options], packed.folder);
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });
});

describe('a fresh project', () => {
  let project: string;
  beforeAll(() => {
    project = join(packed.folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    run('npm', ['install', '--save-dev', '--no-audit', '--no-fund', packed.tarball], project);
  });

  it('gets cdkx from the tarball and nothing else, without a network', () => {
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cdkx']);
  });

  it('runs it', () => {
    expect(run('npx', ['--no-install', 'cdkx', '--cdkx-version'], project)).toBe(`${String(manifest['version'])}\n`);
    expect(run('npx', ['--no-install', 'cdkx', 'profile', 'list', '--json'], project)).toContain('"profiles": []');
    const { status, output } = tryRun('npx', ['--no-install', 'cdkx', 'deploy'], project);
    expect({ status, output }).toEqual({
      status: 127,
      output: expect.stringContaining('npm install --save-dev aws-cdk@2'),
    });
  });

  it('imports and requires its parts', () => {
    const names = 'UserError cdkxCredentials detectProfile ensureSession exitCode roleCredentials';
    // Node adds `default` and, newer ones, `module.exports` to what it finds in a CommonJS file.
    const esm = `import('cdkx').then(({ default: all, 'module.exports': same, ...api }) => console.log(Object.keys(api).sort().join(' ')))`;
    expect(run(process.execPath, ['-e', esm], project)).toBe(`${names}\n`);
    const cjs = `console.log(Object.keys(require('cdkx')).sort().join(' '))`;
    expect(run(process.execPath, ['-e', cjs], project)).toBe(`${names}\n`);
    const plugin = `const { init, version } = require('cdkx/plugin'); console.log(typeof init, version)`;
    expect(run(process.execPath, ['-e', plugin], project)).toBe('function 1\n');
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ])('type-checks against it with module %s and resolution %s', (module, moduleResolution) => {
    const name = `uses-cdkx-${module}`;
    writeFileSync(join(project, `${name}.mts`), program);
    const compilerOptions = { module, moduleResolution, target: 'es2022', strict: true, noEmit: true, types: [] };
    const settings = { compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: [`${name}.mts`] };
    writeFileSync(join(project, `${name}.json`), JSON.stringify(settings));
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    expect(tryRun(process.execPath, [tsc, '-p', `${name}.json`], project)).toEqual({ status: 0, output: '' });
  });
});

/** A program that uses every export, and uses some of them wrongly. */
const program = `import { cdkxCredentials, detectProfile, ensureSession, exitCode, roleCredentials, UserError } from 'cdkx';
import type { BaseCredentialsProvider, DetectedProfile, EnsuredSession, RoleCredentials } from 'cdkx';
import { init, version } from 'cdkx/plugin';

const found: DetectedProfile = await detectProfile({ stage: 'prod' });
const name: string | undefined = found.profile;
const session: EnsuredSession = await ensureSession();
const until: Date | undefined = session.expiresAt;
const keys: RoleCredentials = await roleCredentials({});
const secret: string = keys.secretAccessKey;
const base: BaseCredentialsProvider = cdkxCredentials();
base.registerAccounts({ registerCredentialProviderSource: () => undefined });
const isConfiguration = (error: unknown): boolean => error instanceof UserError && error.exitCode === exitCode.configuration;
const contract: '1' = version;
init({ registerCredentialProviderSource: () => undefined });
// @ts-expect-error a stage is a name
await detectProfile({ stage: 1 });
// @ts-expect-error the plugin wants its host
init();
export { base, contract, isConfiguration, name, secret, until };
`;
