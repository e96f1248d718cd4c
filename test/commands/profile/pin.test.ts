import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { config, createOwnContext, credentials, runOwnIn } from '../run-cdkx.ts';

const setUp = (projectJson?: unknown) => {
  const ctx = createOwnContext({ config, credentials, ...(projectJson === undefined ? {} : { projectJson }) });
  return { ctx, path: join(ctx.cwd, 'cdk.json') };
};
const pin = (ctx: ReturnType<typeof setUp>['ctx'], ...words: string[]) => runOwnIn(ctx, ['profile', 'pin', ...words]);

describe('cdkx profile pin', () => {
  it('keeps the account that guards the project, where the profile tells none', async () => {
    const { ctx, path } = setUp({
      context: { cdkx: { profile: 'acme-dev', account: '111111111111', role: 'Developer' } },
    });
    expect(await pin(ctx, 'keys')).toMatchObject({ exitCode: 0 });
    const { context } = JSON.parse(readFileSync(path, 'utf8')) as { context: { cdkx: unknown } };
    expect(context.cdkx).toEqual({ profile: 'keys', account: '111111111111' });
  });

  /** What Windows has no name for in a directory. */
  const unlikeFiles: [string, (path: string) => unknown][] = [
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a device', (path) => symlinkSync('/dev/zero', path)],
  ];

  it.each<[string, (path: string) => unknown]>([
    ['a folder', (path: string) => mkdirSync(path)],
    ...(process.platform === 'win32' ? [] : unlikeFiles),
    ['text in Latin-1', (path: string) => writeFileSync(path, Buffer.from('{"app":"node caf\xe9.js"}', 'latin1'))],
  ])('is a message, and no defect, where cdk.json is %s', async (_, make) => {
    const { ctx, path } = setUp();
    make(path);
    const { exitCode, stderr } = await pin(ctx, 'acme-dev');
    expect(exitCode).toBe(78);
    expect(stderr).toContain('cdk.json');
  });

  it('needs a cdk.json, and makes none', async () => {
    const { ctx, path } = setUp();
    const { exitCode, stderr } = await pin(ctx, 'acme-dev');
    expect({ exitCode, isNamed: stderr.includes('cdk.json') }).toEqual({ exitCode: 78, isNamed: true });
    expect(existsSync(path)).toBe(false);
  });

  it('leaves a file in Latin-1 as it was', async () => {
    const { ctx, path } = setUp();
    const text = Buffer.from('{"app":"node caf\xe9.js"}', 'latin1');
    writeFileSync(path, text);
    await pin(ctx, 'acme-dev');
    expect(readFileSync(path)).toEqual(text);
  });

  it('writes nothing with --cdkx-dry-run, and shows what it would', async () => {
    const { ctx, path } = setUp({ app: 'x' });
    const before = readFileSync(path, 'utf8');
    const { exitCode, stdout } = await pin(ctx, 'acme-dev', '--cdkx-dry-run');
    expect({ exitCode, shown: stdout.includes('111111111111') }).toEqual({ exitCode: 0, shown: true });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
