import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { main } from '../../../lib/main.ts';
import { compileCacheFolder, prepareCompileCache } from '../../../lib/run/child/compile-cache.ts';
import { pruneCompileCaches } from '../../../lib/run/child/prune-compile-caches.ts';
import { createTestContext } from '../../helpers/context.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { onPosix } from '../../helpers/needs.ts';

const ctx = { env: {}, home: '/h', platform: 'linux', nodeVersion: '24.0.0' } as const;
const uid = process.getuid?.();
const cdk = { name: 'aws-cdk', version: '2.1148.1' };
const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 0, 31);
const ownCaches = process.platform === 'win32' ? 'AppData/Local' : '.cache';

onPosix(describe, 'paths that begin with /')('compileCacheFolder', () => {
  it.each([
    ['20.19.0', undefined],
    ['22.0.0', undefined],
    ['22.1.0', '/h/.cache/cdkx/node-compile-cache/aws-cdk-2.1148.1'],
    ['24.0.0', '/h/.cache/cdkx/node-compile-cache/aws-cdk-2.1148.1'],
  ])('for Node %s is %s', (nodeVersion, expected) => {
    expect(compileCacheFolder({ ...ctx, nodeVersion }, cdk)).toBe(expected);
  });

  it("lies in the user's cache folder", () => {
    const folder = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
      compileCacheFolder({ ...ctx, env, platform }, cdk);
    expect(folder({}, 'win32')).toBe('/h/AppData/Local/cdkx/node-compile-cache/aws-cdk-2.1148.1');
    expect(folder({ XDG_CACHE_HOME: '/c' })).toBe('/c/cdkx/node-compile-cache/aws-cdk-2.1148.1');
    expect(folder({ LOCALAPPDATA: '/l', XDG_CACHE_HOME: '/c' }, 'win32')).toMatch(/^\/l\/cdkx\//);
  });

  it('is never relative to the working folder', () => {
    expect(compileCacheFolder({ ...ctx, env: { XDG_CACHE_HOME: 'c' } }, cdk)).toMatch(/^\/h\/\.cache\/cdkx\//);
    expect(compileCacheFolder({ ...ctx, home: 'h' }, cdk)).toBeUndefined();
  });

  it.each([
    { CDKX_COMPILE_CACHE: '0' },
    { CDKX_COMPILE_CACHE: 'false' },
    { NODE_COMPILE_CACHE: '/own' },
    { NODE_DISABLE_COMPILE_CACHE: '1' },
    { NODE_V8_COVERAGE: '/coverage' },
  ])('is none with %j', (env) => {
    expect(compileCacheFolder({ ...ctx, env }, cdk)).toBeUndefined();
  });

  it('keeps a hostile version within the folder', () => {
    expect(compileCacheFolder(ctx, { name: 'aws-cdk', version: '../../x/\u001b' })).toBe(
      '/h/.cache/cdkx/node-compile-cache/aws-cdk-.._.._x__',
    );
    expect(compileCacheFolder(ctx, { name: 'aws-cdk' })).toMatch(/\/aws-cdk-unknown$/);
  });
});

onPosix(describe, 'file modes and owners')('prepareCompileCache', () => {
  const uid = process.getuid?.();

  it('makes the folder for the user alone, once', () => {
    const folder = join(tempFolder(), 'cdkx/node-compile-cache/aws-cdk-2');
    expect(prepareCompileCache(folder, { now, uid })).toBe('new');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(folder)).mode & 0o777).toBe(0o700);
    expect(prepareCompileCache(folder, { now, uid })).toBe('ready');
  });

  it('notes the use once a day', () => {
    const folder = join(tempFolder(), 'cdkx/node-compile-cache/aws-cdk-2');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const use = (at: number) => {
      prepareCompileCache(folder, { now: at, uid });
      return statSync(folder).mtimeMs;
    };
    utimesSync(folder, now / 1000, now / 1000);
    expect(use(now + day / 2)).toBe(now);
    expect(use(now + 2 * day)).toBe(now + 2 * day);
  });

  it('is not made by root in the home of another user', () => {
    const home = tempFolder();
    const folder = join(home, '.cache/cdkx/node-compile-cache/aws-cdk-2');
    if (uid === 0) chownSync(home, 65_534, 65_534);
    expect(prepareCompileCache(folder, { now, uid: 0 })).toBe('unusable');
    expect(readdirSync(home)).toEqual([]);
  });

  it('refuses a folder in which others may write, one of another user, and a file', () => {
    const folder = join(tempFolder(), 'cdkx/node-compile-cache/aws-cdk-2');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    expect(prepareCompileCache(folder, { now, uid: (uid ?? 0) + 1 })).toBe('unusable');
    chmodSync(folder, 0o777);
    expect(prepareCompileCache(folder, { now, uid: uid ?? 0 })).toBe('unusable');
    const file = join(dirname(folder), 'file');
    writeFileSync(file, '');
    expect(prepareCompileCache(file, { now, uid })).toBe('unusable');
    expect(prepareCompileCache(join(file, 'below'), { now, uid })).toBe('unusable');
  });
});

onPosix(describe, 'file modes')('a cache folder that others have a say in', () => {
  const inCaches = (folder: string) => join(folder, 'cdkx/node-compile-cache/aws-cdk-2');

  it.each(['cdkx', 'cdkx/node-compile-cache', 'cdkx/node-compile-cache/aws-cdk-2'])(
    'is not used: %s is a link',
    (link) => {
      const [caches, elsewhere] = [tempFolder(), tempFolder()];
      mkdirSync(dirname(join(caches, link)), { recursive: true, mode: 0o700 });
      symlinkSync(elsewhere, join(caches, link));
      expect(prepareCompileCache(inCaches(caches), { now, uid })).toBe('unusable');
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  it.each(['cdkx', 'cdkx/node-compile-cache'])('is not used: others can write in %s', (open) => {
    const caches = tempFolder();
    mkdirSync(inCaches(caches), { recursive: true, mode: 0o700 });
    expect(prepareCompileCache(inCaches(caches), { now, uid })).toBe('ready');
    chmodSync(join(caches, open), 0o777);
    expect(prepareCompileCache(inCaches(caches), { now, uid })).toBe('unusable');
  });

  it('is not used where everybody can exchange it, and is where only its owner can', () => {
    const caches = tempFolder();
    chmodSync(caches, 0o777);
    expect(prepareCompileCache(inCaches(caches), { now, uid })).toBe('unusable');
    chmodSync(caches, 0o1777);
    expect(prepareCompileCache(inCaches(caches), { now, uid })).toBe('new');
  });
});

describe('pruneCompileCaches', () => {
  /** Folders by name, with the number of days since their last use. */
  function caches(days: Record<string, number>) {
    const home = tempFolder();
    for (const [name, ago] of Object.entries(days)) {
      const folder = join(home, `aws-cdk-${name}`);
      mkdirSync(join(folder, 'v24'), { recursive: true });
      utimesSync(folder, (now - ago * day) / 1000, (now - ago * day) / 1000);
    }
    return home;
  }

  it('keeps the four versions that were used last beside those in use', async () => {
    const home = caches({ now: 0, a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, own: 7 });
    await pruneCompileCaches([join(home, 'aws-cdk-now'), join(home, 'aws-cdk-own')], now);
    expect(readdirSync(home).toSorted()).toEqual(['a', 'b', 'c', 'd', 'now', 'own'].map((name) => `aws-cdk-${name}`));
  });

  it('deletes what was not used for a month, but never what is in use', async () => {
    const home = caches({ now: 90, a: 29, b: 31 });
    await pruneCompileCaches([join(home, 'aws-cdk-now')], now);
    expect(readdirSync(home).toSorted()).toEqual(['aws-cdk-a', 'aws-cdk-now']);
  });

  it('touches nothing that has another name, and no link, were it a hundred folders unused for years', async () => {
    const home = caches({ now: 0 });
    const documents = join(tempFolder(), 'Documents');
    mkdirSync(documents);
    for (const name of ['Documents', 'a', 'b', 'c', 'd', 'e', 'node_modules', 'xaws-cdk-1']) {
      mkdirSync(join(home, name));
      utimesSync(join(home, name), 0, 0);
    }
    symlinkSync(documents, join(home, 'aws-cdk-link'));
    const before = readdirSync(home);
    await pruneCompileCaches([join(home, 'aws-cdk-now')], now);
    expect(readdirSync(home)).toEqual(before);
    expect(existsSync(documents)).toBe(true);
  });

  it('does no harm where there is nothing', async () => {
    await expect(pruneCompileCaches([join(tempFolder(), 'gone/now')], now)).resolves.toBeUndefined();
  });
});

describe('cdk run by cdkx', () => {
  /** Runs a `cdk` that writes down its environment, under a Node that keeps compiled code. */
  async function run(env: Record<string, string> = {}, argv = ['--version']) {
    const folder = tempFolder();
    const written = join(folder, 'environment.json');
    const script = join(folder, 'cdk.cjs');
    const text = `require('node:fs').writeFileSync(${JSON.stringify(written)}, JSON.stringify(process.env))`;
    writeFileSync(script, text);
    const home = join(folder, 'home');
    const outdated = join(home, ownCaches, 'cdkx/node-compile-cache/aws-cdk-1.0.0');
    mkdirSync(outdated, { recursive: true });
    utimesSync(outdated, 0, 0);
    const context = createTestContext({ argv, home, nodeVersion: '24.0.0', env: { CDKX_CDK: script, ...env } });
    expect(await main(context)).toEqual({ code: 0 });
    const seen = existsSync(written)
      ? (JSON.parse(readFileSync(written, 'utf8')) as Record<string, string>)['NODE_COMPILE_CACHE']
      : undefined;
    return { seen, caches: readdirSync(dirname(outdated)), home };
  }

  it('gets the compile cache of its version, and a cache that is out of use goes', async () => {
    const { seen, caches, home } = await run();
    expect(seen).toBe(join(home, ownCaches, 'cdkx/node-compile-cache/aws-cdk-unknown'));
    expect(caches).toEqual(['aws-cdk-unknown']);
  });

  it("keeps the user's own cache, or none, and nothing is made or deleted", async () => {
    expect(await run({ NODE_COMPILE_CACHE: '/own' })).toMatchObject({ seen: '/own', caches: ['aws-cdk-1.0.0'] });
    expect(await run({ CDKX_COMPILE_CACHE: '0' })).toMatchObject({ seen: undefined, caches: ['aws-cdk-1.0.0'] });
  });

  it('is not prepared for by --cdkx-dry-run', async () => {
    expect(await run({}, ['--version', '--cdkx-dry-run'])).toMatchObject({ caches: ['aws-cdk-1.0.0'] });
  });
});
