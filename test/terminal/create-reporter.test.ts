import { describe, expect, it } from '@jest/globals';
import { createReporter } from '../../lib/terminal/create-reporter.ts';
import { createTestContext } from '../helpers/context.ts';

const parts = { what: 'it failed.', why: 'For a reason.', next: ['Run:', '    cdkx sso login'] };

function written(level: 'quiet' | 'normal' | 'verbose', options: Parameters<typeof createTestContext>[0] = {}): string {
  const ctx = createTestContext(options);
  const reporter = createReporter(ctx, level);
  reporter.info('information');
  reporter.warn('a warning.');
  reporter.verbose('a detail');
  reporter.error(parts);
  expect(ctx.written.stdout()).toBe('');
  return ctx.written.stderr();
}

describe('the reporter', () => {
  it.each([
    ['quiet', false, { information: false, 'a warning': false, 'a detail': false, 'it failed': true }],
    ['normal', false, { information: false, 'a warning': true, 'a detail': false, 'it failed': true }],
    ['normal', true, { information: true, 'a warning': true, 'a detail': false, 'it failed': true }],
    ['verbose', false, { information: true, 'a warning': true, 'a detail': true, 'it failed': true }],
  ] as const)('%s, on a terminal %s, says %j on stderr and nothing on stdout', (level, interactive, expected) => {
    const text = written(level, { interactive });
    expect(Object.fromEntries(Object.keys(expected).map((word) => [word, text.includes(word)]))).toEqual(expected);
  });

  it('writes a failure as its three parts, plain without colour', () => {
    expect(written('quiet')).toBe('cdkx: it failed.\n  For a reason.\n  Run:\n    cdkx sso login\n');
  });

  it('paints only the prefix, so that the text stays legible on every background', () => {
    expect(written('quiet', { env: { FORCE_COLOR: '1' } })).toContain('\u001B[31mcdkx:\u001B[39m it failed.\n');
  });

  it.each([40, 80, 200])('breaks sentences to %d columns, and leaves commands to paste whole', (columns) => {
    const ctx = createTestContext({ interactive: true, columns, env: { NO_COLOR: '1' } });
    const command = `    cdkx sso login --profile ${'p'.repeat(100)}`;
    createReporter(ctx, 'normal').error({
      what: 'words '.repeat(40).trim(),
      why: 'reasons '.repeat(40),
      next: command,
    });
    const lines = ctx.written.stderr().trimEnd().split('\n');
    expect(lines.at(-1)).toBe(command);
    expect(lines.slice(0, -1).filter((line) => line.length > columns)).toEqual([]);
  });

  it('shows escape sequences of foreign text as text', () => {
    const ctx = createTestContext();
    createReporter(ctx, 'normal').warn('profile "a\u001B[2Jb" is odd.');
    expect(ctx.written.stderr()).toBe('cdkx: profile "a\\u001b[2Jb" is odd.\n');
  });
});
