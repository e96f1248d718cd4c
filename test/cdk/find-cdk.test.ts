import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type BinaryContext, cdkWarnings, findCdk as find } from '../../lib/cdk/find-cdk.ts';
import { needing, onPosix } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { failureOf } from '../helpers/message.ts';

const itOnPosix = onPosix(it, 'programs without an extension');

describe('findCdk', () => {
  it("finds the project's own aws-cdk from a folder within it", () => {
    const root = tempFolder();
    const packageDir = installCdk(join(root, 'node_modules'), '2.1148.1');
    const cwd = folder(root, 'packages/infra');
    expect(findCdk(context(cwd))).toEqual({
      kind: 'module',
      from: 'project',
      path: join(packageDir, 'bin/cdk'),
      packageDir,
      version: '2.1148.1',
    });
  });

  it('prefers the nearest: a workspace member may have its own', () => {
    const root = tempFolder();
    installCdk(join(root, 'node_modules'), '2.1.0');
    const cwd = folder(root, 'packages/infra');
    installCdk(join(cwd, 'node_modules'), '2.2.0');
    expect(findCdk(context(cwd)).version).toBe('2.2.0');
  });

  it('finds what the alias package cdk depends on, installed beneath it by pnpm', () => {
    const root = tempFolder();
    const store = folder(root, 'node_modules/.pnpm/cdk@2/node_modules');
    write(join(store, 'cdk/package.json'), '{"name":"cdk"}');
    const packageDir = installCdk(store, '2.3.0');
    symlinkSync(join(store, 'cdk'), join(root, 'node_modules/cdk'));
    expect(findCdk(context(root))).toMatchObject({ packageDir, version: '2.3.0' });
  });

  it("asks the project's Plug'n'Play map, and says that it must be loaded", () => {
    const root = tempFolder();
    const map = join(root, '.pnp.cjs');
    write(
      map,
      `exports.resolveToUnqualified = (name) => { if (name !== 'aws-cdk') throw new Error(); return '/zip/aws-cdk'; };`,
    );
    expect(findCdk(context(folder(root, 'infra')))).toEqual({
      kind: 'module',
      from: 'project',
      path: join('/zip/aws-cdk', 'bin/cdk'),
      plugAndPlay: { map },
    });
    const loader = join(root, '.pnp.loader.mjs');
    write(loader, '');
    expect(findCdk(context(root)).plugAndPlay).toEqual({ map, loader });
  });

  it("takes node_modules where the Plug'n'Play map does not know aws-cdk", () => {
    const root = tempFolder();
    write(join(root, '.pnp.cjs'), `exports.resolveToUnqualified = () => { throw new Error('not listed'); };`);
    installCdk(join(root, 'node_modules'), '2.4.0');
    expect(findCdk(context(root)).version).toBe('2.4.0');
  });

  itOnPosix('takes a cdk on PATH where the project has none: a link to aws-cdk is run by our own Node', () => {
    const prefix = tempFolder();
    const packageDir = installCdk(join(prefix, 'lib/node_modules'), '2.5.0');
    symlinkSync(join(packageDir, 'bin/cdk'), join(folder(prefix, 'bin'), 'cdk'));
    expect(findCdk(context(tempFolder(), { PATH: join(prefix, 'bin') }))).toEqual({
      kind: 'module',
      from: 'path',
      path: join(packageDir, 'bin/cdk'),
      packageDir,
      version: '2.5.0',
    });
  });

  itOnPosix('runs another program of that name on PATH as it is', () => {
    const bin = tempFolder();
    const path = program(join(bin, 'cdk'), '#!/bin/sh\nexec /opt/cdkx-demo/node_modules/.bin/real-cdk "$@"\n');
    expect(findCdk(context(tempFolder(), { PATH: bin }))).toEqual({ kind: 'executable', from: 'path', path });
  });

  itOnPosix.each([
    ['a link to cdkx itself', (bin: string, self: string) => symlinkSync(self, join(bin, 'cdk'))],
    ['a shell script that runs cdkx', (bin: string) => program(join(bin, 'cdk'), '#!/bin/sh\nexec cdkx "$@"\n')],
    [
      'a script that runs it by path',
      (bin: string) => program(join(bin, 'cdk'), '#!/bin/sh\nnode /x/dist/cdkx.cjs "$@"\n'),
    ],
    ['a folder', (bin: string) => mkdirSync(join(bin, 'cdk'))],
    ['a file that may not be executed', (bin: string) => write(join(bin, 'cdk'), '#!/bin/sh\n')],
    ['a dangling link', (bin: string) => symlinkSync('/nowhere/cdk', join(bin, 'cdk'))],
    [
      'another copy of cdkx',
      (bin: string) => {
        const copy = tempFolder();
        write(join(copy, 'package.json'), '{"name":"cdkx"}');
        symlinkSync(program(join(copy, 'dist/main.js'), '#!/usr/bin/env node\n'), join(bin, 'cdk'));
      },
    ],
  ])('passes over %s on PATH', (_, place) => {
    const first = tempFolder();
    const second = tempFolder();
    const self = program(join(tempFolder(), 'cdkx.js'), '#!/usr/bin/env node\n');
    place(first, self);
    const path = program(join(second, 'cdk'), '#!/bin/sh\n');
    const found = findCdk({ ...context(tempFolder(), { PATH: first + delimiter + second }), selfPath: self });
    expect(found.path).toBe(path);
  });

  itOnPosix('stops with 127 when a cdk on PATH has started cdkx again and again', () => {
    const bin = tempFolder();
    program(join(bin, 'cdk'), '#!/bin/sh\n');
    expect(findCdk(context(tempFolder(), { PATH: bin, NESTED_CDKX: '3' })).from).toBe('path');
    expect(failureOf(() => findCdk(context(tempFolder(), { PATH: bin, NESTED_CDKX: '4' }))).exitCode).toBe(127);
  });

  it.each([
    ['package-lock.json', 'npm install --save-dev aws-cdk@2'],
    ['pnpm-lock.yaml', 'pnpm add --save-dev aws-cdk@2'],
    ['yarn.lock', 'yarn add --dev aws-cdk@2'],
    ['bun.lock', 'bun add --dev aws-cdk@2'],
    ['bun.lockb', 'bun add --dev aws-cdk@2'],
    ['package.json', 'npm install --save-dev aws-cdk@2'],
    ['requirements.txt', 'npm install --global aws-cdk@2'],
  ])('gives 127 and, beside %s, names `%s`', (lockfile, command) => {
    const root = tempFolder();
    write(join(root, lockfile), '{}');
    const error = failureOf(() => findCdk(context(folder(root, 'infra'))));
    expect(error.exitCode).toBe(127);
    expect(error.parts.next).toContainEqual({ run: command });
  });
});

describe("a Plug'n'Play map", () => {
  /** As Yarn 4 writes it: one string of JavaScript with JSON in it. */
  function map(root: string, own: object): string {
    const data = {
      packageRegistryData: [
        [null, [[null, { packageLocation: './', packageDependencies: [['aws-cdk', 'npm:2.1148.1']] }]]],
        ['aws-cdk', [['npm:2.1148.1', { packageLocation: './.yarn/cache/aws-cdk.zip/node_modules/aws-cdk/' }]]],
        ['infra', [['workspace:infra', { packageLocation: './infra/', packageDependencies: [], ...own }]]],
        ['cdk', [['npm:2.9.0', { packageLocation: "./it's/cdk/", packageDependencies: [] }]]],
      ].map(([name, references]) => [
        name,
        (references as [string, object][]).map(([reference, information]) => [
          reference,
          { packageDependencies: [], ...information },
        ]),
      ]),
    };
    const quoted = JSON.stringify(data, null, 1).replace(/['\\]/g, '\\$&').replaceAll('\n', '\\\n');
    const path = join(root, '.pnp.cjs');
    const ran = `require('node:fs').writeFileSync(${JSON.stringify(join(root, 'ran'))}, '');`;
    return write(path, `#!/usr/bin/env node\n"use strict";\n${ran}\nconst RAW_RUNTIME_STATE =\n'${quoted}';\n`);
  }
  const packageIn = (root: string, own: object = {}, cwd = root) => {
    map(root, own);
    const { path } = find(context(folder(cwd, '.')), { mayRun: false });
    return path.slice(root.length + 1).replaceAll('\\', '/');
  };

  it('is read, and not run: what the workspace lists, or the one at the top', () => {
    const root = tempFolder();
    const ofTop = '.yarn/cache/aws-cdk.zip/node_modules/aws-cdk/bin/cdk';
    expect(packageIn(root)).toBe(ofTop);
    expect(packageIn(root, {}, join(root, 'infra/bin'))).toBe(ofTop);
    const own = { packageDependencies: [['aws-cdk', ['cdk', 'npm:2.9.0']]] };
    expect(packageIn(root, own, join(root, 'infra'))).toBe("it's/cdk/bin/cdk");
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('whose data cannot be read is run to start cdk only', () => {
    const root = tempFolder();
    const ran = join(root, 'ran');
    const code = `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '');`;
    write(join(root, '.pnp.cjs'), `${code} exports.resolveToUnqualified = () => '/zip/aws-cdk';`);
    const error = failureOf(() => find(context(root), { mayRun: false }));
    expect([error.exitCode, existsSync(ran)]).toEqual([127, false]);
    expect(findCdk(context(root)).path).toBe(join('/zip/aws-cdk/bin/cdk'));
    expect(existsSync(ran)).toBe(true);
  });

  it('is passed over where an installed aws-cdk is nearer', () => {
    const root = tempFolder();
    const ran = join(root, 'ran');
    write(join(root, '.pnp.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '');`);
    const cwd = folder(root, 'project');
    installCdk(join(cwd, 'node_modules'), '2.8.0');
    expect(findCdk(context(cwd))).toMatchObject({ version: '2.8.0' });
    expect(existsSync(ran)).toBe(false);
  });
});

const asRoot = needing(describe, 'root', process.getuid?.() === 0 ? undefined : 'only root can give files away');

asRoot('what belongs to another user', () => {
  const [me, other] = [20_002, 20_001];

  it.each([
    ['.pnp.cjs', (root: string) => write(join(root, '.pnp.cjs'), "throw new Error('it was run');")],
    ['node_modules', (root: string) => dirname(installCdk(join(root, 'node_modules'), '2.6.6'))],
    ['node_modules/aws-cdk', (root: string) => installCdk(join(root, 'node_modules'), '2.6.6')],
    [
      'node_modules/aws-cdk/bin/cdk',
      (root: string) => join(installCdk(join(root, 'node_modules'), '2.6.6'), 'bin/cdk'),
    ],
  ])('is not used above the project, and named: %s', (name, place) => {
    const shared = tempFolder();
    chownSync(place(shared), other, other);
    const cwd = folder(shared, 'project');
    chownSync(cwd, me, me);
    const bin = tempFolder();
    const path = program(join(bin, 'cdk'), '#!/bin/sh\n');
    const ctx = { ...context(cwd, { PATH: bin }), uid: me };
    const found = find(ctx, { mayRun: true });
    expect(found).toMatchObject({ path, passedOver: [join(shared, name)] });
    expect(cdkWarnings(found, cwd)[0]?.what).toContain(join(shared, name));
    // Whose project it is may have it so, and whoever works there.
    chownSync(cwd, other, other);
    expect(find(ctx, { mayRun: true })).toMatchObject(name === '.pnp.cjs' ? { path } : { version: '2.6.6' });
  });

  it("is not used as the loader beside one's own map", () => {
    const root = tempFolder();
    write(join(root, '.pnp.cjs'), "exports.resolveToUnqualified = () => '/zip/aws-cdk';");
    chownSync(write(join(root, '.pnp.loader.mjs'), ''), other, other);
    const found = find({ ...context(root), uid: me }, { mayRun: true });
    expect(found).toMatchObject({
      plugAndPlay: { map: join(root, '.pnp.cjs') },
      passedOver: [join(root, '.pnp.loader.mjs')],
    });
    expect(found.plugAndPlay?.loader).toBeUndefined();
  });
});

describe('PATH', () => {
  it('is not looked through where an entry means a folder within this one', () => {
    const cwd = tempFolder();
    program(join(cwd, 'cdk'), '#!/bin/sh\n');
    program(join(cwd, 'bin/cdk'), '#!/bin/sh\n');
    expect(failureOf(() => findCdk(context(cwd, { PATH: '.::bin:./bin' }))).exitCode).toBe(127);
  });

  itOnPosix('may have a cdk of the user that speaks of cdkx in a comment, and CDKX_CDK whatever the user wants', () => {
    const bin = tempFolder();
    const path = program(join(bin, 'cdk'), '#!/bin/sh\n# we do not use cdkx here\nexec real-cdk "$@"\n');
    expect(findCdk(context(tempFolder(), { PATH: bin })).path).toBe(path);
    const own = program(join(bin, 'own'), '#!/bin/sh\ncdkx "$@"\n');
    expect(findCdk(context(tempFolder(), { CDKX_CDK: own })).path).toBe(own);
  });
});

describe('CDKX_CDK', () => {
  itOnPosix('names a JavaScript file, a package folder, a program, or a command on PATH', () => {
    const cwd = tempFolder();
    const packageDir = installCdk(cwd, '2.6.0');
    write(join(cwd, 'fake.mjs'), '');
    const named = (value: string) => findCdk(context(cwd, { CDKX_CDK: value, PATH: cwd }));
    expect(named('./fake.mjs')).toEqual({ kind: 'module', from: 'CDKX_CDK', path: join(cwd, 'fake.mjs') });
    expect(named(packageDir)).toMatchObject({ kind: 'module', from: 'CDKX_CDK', packageDir, version: '2.6.0' });
    expect(named(program(join(cwd, 'other'), '#!/bin/sh\n'))).toMatchObject({ kind: 'executable' });
    expect(named('other')).toEqual({ kind: 'executable', from: 'CDKX_CDK', path: join(cwd, 'other') });
  });

  it("outranks the project's own", () => {
    const cwd = tempFolder();
    installCdk(join(cwd, 'node_modules'), '2.7.0');
    write(join(cwd, 'fake.cjs'), '');
    expect(findCdk(context(cwd, { CDKX_CDK: './fake.cjs' })).from).toBe('CDKX_CDK');
    expect(findCdk(context(cwd, { CDKX_CDK: '' })).from).toBe('project');
  });

  it('that names nothing is 127, with the value and how to do without', () => {
    const error = failureOf(() => findCdk(context(tempFolder(), { CDKX_CDK: './gone.js' })));
    expect(error.exitCode).toBe(127);
    expect(error.parts.what).toContain('./gone.js');
    expect(error.parts.next).toContainEqual({ run: 'unset CDKX_CDK' });
  });
});

describe('on Windows', () => {
  const windows = (cwd: string, bin: string, more = {}) => ({
    ...context(cwd, { PATH: `.;${bin}`, ...more }),
    platform: 'win32' as const,
  });

  it.each([
    ['npm', 'node_modules', '@"%dp0%\\node.exe"  "%dp0%\\node_modules\\aws-cdk\\bin\\cdk" %*'],
    ['pnpm', 'global/5/node_modules', '@node  "%~dp0\\global\\5\\node_modules\\aws-cdk\\bin\\cdk" %*'],
    [
      'pnpm with its store',
      'global/5/.pnpm/aws-cdk@2.1.0/node_modules',
      '"%~dp0\\global\\5\\.pnpm\\aws-cdk@2.1.0\\node_modules\\aws-cdk\\bin\\cdk"',
    ],
    ['Yarn 1', 'Data/global/node_modules', '@"%~dp0\\Data\\global\\node_modules\\.bin\\cdk.cmd"   %*'],
  ])('finds the aws-cdk behind a global cdk of %s', (_, modules, line) => {
    const bin = tempFolder();
    const packageDir = installCdk(join(bin, modules), '2.1.0');
    write(join(bin, 'cdk.cmd'), `@ECHO off\r\n@SETLOCAL\r\n${line}\r\n`);
    write(join(bin, 'cdk'), '#!/bin/sh\nexec node "$basedir/aws-cdk/bin/cdk" "$@"\n');
    const found = { kind: 'module', version: '2.1.0', packageDir, path: join(packageDir, 'bin/cdk') };
    const cwd = tempFolder();
    expect(findCdk(windows(cwd, bin))).toMatchObject(found);
    for (const named of ['cdk', 'cdk.cmd', join(bin, 'cdk'), join(bin, 'cdk.cmd')])
      expect(findCdk(windows(cwd, bin, { CDKX_CDK: named }))).toMatchObject({ ...found, from: 'CDKX_CDK' });
  });

  it('runs a batch file that starts something else as it is, as that of Volta, but not one that starts cdkx', () => {
    const [first, second] = [tempFolder(), tempFolder()];
    write(join(first, 'cdk.cmd'), '@echo off\r\ncdkx %*\r\n');
    const path = write(join(second, 'cdk.cmd'), '@echo off\r\nvolta run cdk %*\r\n');
    const found = findCdk(windows(tempFolder(), `${first};${second}`));
    expect(found).toEqual({ kind: 'executable', from: 'path', path });
  });

  it('takes no cdk of the working directory, and none that Windows cannot start', () => {
    const [cwd, bin] = [tempFolder(), tempFolder()];
    program(join(cwd, 'cdk.exe'), '');
    program(join(bin, 'cdk'), '#!/bin/sh\n');
    program(join(bin, 'cdk.ps1'), '& npx cdk $args');
    expect(failureOf(() => findCdk(windows(cwd, bin))).exitCode).toBe(127);
  });

  it('names a program with its extension in CDKX_CDK', () => {
    const [cwd, bin] = [tempFolder(), tempFolder()];
    const path = program(join(bin, 'my-cdk.exe'), 'MZ');
    for (const named of ['my-cdk', 'my-cdk.exe'])
      expect(findCdk(windows(cwd, bin, { CDKX_CDK: named })).path).toBe(path);
  });
});

describe('cdkWarnings', () => {
  it('warns of the accidental 3.0.0, and of nothing else', () => {
    const root = tempFolder();
    installCdk(join(root, 'node_modules'), '3.0.0');
    const binary = findCdk(context(root));
    expect(cdkWarnings(binary, root)[0]?.what).toContain('3.0.0');
    expect(cdkWarnings({ ...binary, version: '2.1148.1' }, root)).toEqual([]);
  });
});

const findCdk = (ctx: BinaryContext) => find(ctx, { mayRun: true });

function context(cwd: string, env: Record<string, string> = {}): BinaryContext {
  return {
    uid: process.getuid?.(),
    cwd,
    env: { PATH: '', ...env },
    platform: process.platform,
    selfPath: '/opt/cdkx/dist/cdkx.cjs',
  };
}

function installCdk(modules: string, version: string): string {
  const packageDir = join(modules, 'aws-cdk');
  write(join(packageDir, 'package.json'), JSON.stringify({ name: 'aws-cdk', version }));
  program(join(packageDir, 'bin/cdk'), '#!/usr/bin/env node\n');
  return packageDir;
}

function folder(root: string, name: string): string {
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name);
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function program(path: string, text: string): string {
  chmodSync(write(path, text), 0o755);
  return path;
}
