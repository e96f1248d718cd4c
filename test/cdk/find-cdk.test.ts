import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type BinaryContext, cdkWarnings, findCdk as find } from '../../lib/cdk/find-cdk.ts';
import { UserError } from '../../lib/messages/errors.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

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

  it('takes a cdk on PATH where the project has none: a link to aws-cdk is run by our own Node', () => {
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

  it('runs another program of that name on PATH as it is', () => {
    const bin = tempFolder();
    const path = program(join(bin, 'cdk'), '#!/bin/sh\nexec /opt/cdkx-demo/node_modules/.bin/real-cdk "$@"\n');
    expect(findCdk(context(tempFolder(), { PATH: bin }))).toEqual({ kind: 'executable', from: 'path', path });
  });

  it.each([
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
    const found = findCdk({ ...context(tempFolder(), { PATH: `${first}:${second}` }), selfPath: self });
    expect(found.path).toBe(path);
  });

  it('stops with 127 when a cdk on PATH has started cdkx again and again', () => {
    const bin = tempFolder();
    program(join(bin, 'cdk'), '#!/bin/sh\n');
    expect(findCdk(context(tempFolder(), { PATH: bin, NESTED_CDKX: '3' })).from).toBe('path');
    expect(failure(() => findCdk(context(tempFolder(), { PATH: bin, NESTED_CDKX: '4' }))).exitCode).toBe(127);
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
    const error = failure(() => findCdk(context(folder(root, 'infra'))));
    expect(error.exitCode).toBe(127);
    expect(error.parts.next).toContainEqual({ run: command });
  });
});

describe('CDKX_CDK', () => {
  it('names a JavaScript file, a package folder, a program, or a command on PATH', () => {
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
    const error = failure(() => findCdk(context(tempFolder(), { CDKX_CDK: './gone.js' })));
    expect(error.exitCode).toBe(127);
    expect(error.parts.what).toContain('./gone.js');
    expect(error.parts.next).toContainEqual({ run: 'unset CDKX_CDK' });
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
    platform: 'linux',
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

function failure(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
