import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { splitShellWords } from '../../../lib/messages/text.ts';
import { suggestedCommands } from '../../helpers/suggested-commands.ts';
import { until } from '../../helpers/until.ts';
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
    // Before the profile is looked at.
    expect((await pin(ctx, 'nowhere')).stderr).toBe(stderr);
    expect(existsSync(path)).toBe(false);
  });

  it('leaves a file in Latin-1 as it was', async () => {
    const { ctx, path } = setUp();
    const text = Buffer.from('{"app":"node caf\xe9.js"}', 'latin1');
    writeFileSync(path, text);
    await pin(ctx, 'acme-dev');
    expect(readFileSync(path)).toEqual(text);
  });

  it('shows the file that a link leads to', async () => {
    const { ctx, path } = setUp();
    const target = join(ctx.home, 'settings.json');
    writeFileSync(target, '{}');
    symlinkSync(target, path);
    const { stdout, stderr } = await pin(ctx, 'acme-dev', '--dry-run');
    expect(stdout + stderr).toContain(realpathSync(target));
  });

  it('writes nothing with --cdkx-dry-run, and shows what it would', async () => {
    const { ctx, path } = setUp({ app: 'x' });
    const before = readFileSync(path, 'utf8');
    const { exitCode, stdout } = await pin(ctx, 'acme-dev', '--cdkx-dry-run');
    expect({ exitCode, shown: stdout.includes('111111111111') }).toEqual({ exitCode: 0, shown: true });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('cdkx profile pin --stage', () => {
  const base = {
    profile: 'acme-dev',
    region: 'eu-north-1',
    ssoSession: { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' },
  };
  const blockOf = (path: string) =>
    (JSON.parse(readFileSync(path, 'utf8')) as { context: { cdkx: unknown } }).context.cdkx;

  it('writes the stacks and the protection with it, and nothing that the stage inherits', async () => {
    const { ctx, path } = setUp({ context: { cdkx: base } });
    const words = ['acme-prod', '--stage', 'prod', '--stacks', 'Prod*', 'Shop/Prod', '--protected'];
    const { exitCode, stderr } = await pin(ctx, ...words);
    expect({ exitCode, suggested: suggestedCommands(stderr) }).toEqual({ exitCode: 0, suggested: [] });
    expect(stderr).toContain('Prod*, Shop/Prod');
    const prod = { profile: 'acme-prod', account: '222222222222', role: 'Deployer' };
    expect(blockOf(path)).toEqual({
      ...base,
      stages: { prod: { ...prod, stacks: ['Prod*', 'Shop/Prod'], protected: true } },
    });
  });

  it('shows what the stage lacks, with the command that adds it', async () => {
    const { ctx, path } = setUp({ context: { cdkx: base } });
    mkdirSync(join(ctx.cwd, 'cdk.out'));
    const artifacts = { PRODnet: { type: 'aws:cloudformation:stack' } };
    writeFileSync(join(ctx.cwd, 'cdk.out/manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
    const { stderr } = await pin(ctx, 'acme-prod', '--stage', 'prod');
    const [command = '', ...others] = suggestedCommands(stderr);
    // Windows quotes with double quotes.
    const posix = command.replaceAll('"', "'");
    expect([posix, others]).toEqual(["cdkx profile pin acme-prod --stage prod --stacks 'PROD*' --protected", []]);
    const again = await pin(ctx, ...(splitShellWords(posix) ?? []).slice(3));
    expect({ ...again, suggested: suggestedCommands(again.stderr) }).toMatchObject({ exitCode: 0, suggested: [] });
    expect(blockOf(path)).toMatchObject({ stages: { prod: { stacks: ['PROD*'], protected: true } } });
  });

  it('needs the stage for --stacks and --protected', async () => {
    const { ctx, path } = setUp({ context: { cdkx: base } });
    const before = readFileSync(path, 'utf8');
    expect(await pin(ctx, 'acme-prod', '--protected')).toMatchObject({ exitCode: 64 });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it.each([
    ['with the answers', ['Prod*\r', 'y', 'y', 'y'], { stacks: ['Prod*'], protected: true }, true],
    ['with none of it', ['\r', 'n', 'n', 'y'], {}, false],
  ])('asks on a terminal for what is missing: %s', async (_, answers, settings, hasSchema) => {
    const ctx = createOwnContext({ config, interactive: true, projectJson: { context: { cdkx: base } } });
    mkdirSync(join(ctx.cwd, 'node_modules/cdkx'), { recursive: true });
    writeFileSync(join(ctx.cwd, 'node_modules/cdkx/cdk.schema.json'), '{}');
    const done = pin(ctx, 'acme-prod', '--stage', 'prod');
    const questions = ['Stacks of stage prod', 'Protect stage prod', '"$schema"', 'Write this'];
    for (const [index, question] of questions.entries()) {
      await until(question, () => ctx.written.stderr().includes(question));
      ctx.type(answers[index] ?? '');
    }
    expect(await done).toMatchObject({ exitCode: 0 });
    const path = join(ctx.cwd, 'cdk.json');
    const prod = { profile: 'acme-prod', account: '222222222222', role: 'Deployer' };
    expect(blockOf(path)).toEqual({ ...base, stages: { prod: { ...prod, ...settings } } });
    expect('$schema' in (JSON.parse(readFileSync(path, 'utf8')) as object)).toBe(hasSchema);
  });
});
