import { describe, expect, it } from '@jest/globals';
import { formatMessage } from '../../lib/messages/format-message.ts';
import { createReporter, reportLostOutput } from '../../lib/terminal/reporter.ts';
import { createTestContext } from '../helpers/context.ts';

const parts = { what: 'it failed', why: 'For a reason.', next: [{ say: 'Run:' }, { run: 'cdkx sso login' }] };

function written(level: 'quiet' | 'normal' | 'verbose', options: Parameters<typeof createTestContext>[0] = {}): string {
  const ctx = createTestContext(options);
  const reporter = createReporter(ctx, level);
  reporter.info('information');
  reporter.notice('a notice');
  reporter.warn({ what: 'a warning' });
  reporter.verbose('a detail');
  reporter.error(parts);
  expect(ctx.written.stdout()).toBe('');
  return ctx.written.stderr();
}

describe('the reporter', () => {
  it.each([
    ['quiet', false, ['it failed']],
    ['normal', false, ['a notice', 'a warning', 'it failed']],
    ['normal', true, ['information', 'a notice', 'a warning', 'it failed']],
    ['verbose', false, ['information', 'a notice', 'a warning', 'a detail', 'it failed']],
  ] as const)('%s, on a terminal %s, says %j on stderr and nothing on stdout', (level, interactive, expected) => {
    const text = written(level, { interactive });
    const all = ['information', 'a notice', 'a warning', 'a detail', 'it failed'];
    expect(all.filter((words) => text.includes(words))).toEqual(expected);
  });

  it('writes a failure as its three parts, plain without colour', () => {
    expect(written('quiet')).toBe('cdkx: it failed\n  For a reason.\n  Run:\n    cdkx sso login\n');
  });

  it('paints only the prefix, so that the text stays legible on every background, and sets commands in bold', () => {
    expect(written('quiet', { env: { FORCE_COLOR: '1' } })).toBe(
      '\u001B[31mcdkx:\u001B[39m it failed\n  For a reason.\n  Run:\n    \u001B[1mcdkx sso login\u001B[22m\n',
    );
  });

  it('makes a link of a text on terminals that have links, without changing how lines break', () => {
    const said = (env: Record<string, string>) => {
      const ctx = createTestContext({ interactive: true, columns: 44, env: { FORCE_COLOR: '1', ...env } });
      const link = { text: 'account 12', url: 'https://acme.example/\u001B#x' };
      createReporter(ctx, 'normal').notice({ what: 'profile acme-dev (--profile x) · account 12 · 8 h left', link });
      return ctx.written.stderr();
    };
    const plain = said({});
    expect(plain).toContain('  account 12 · 8 h left\n');
    const linked = '\u001B]8;;https://acme.example/\\u001b#x\u001B\\account 12\u001B]8;;\u001B\\';
    expect(said({ TERM_PROGRAM: 'vscode' })).toBe(plain.replace('account 12', linked));
  });

  it('ends no sentence with a line of one word, and breaks a list of facts between them', () => {
    const ctx = createTestContext({ interactive: true, columns: 44, env: { NO_COLOR: '1' } });
    const reporter = createReporter(ctx, 'normal');
    reporter.info('profile acme-dev (--profile x) · account 12 · role Developer · 8 h left');
    reporter.warn({ what: 'the words of this sentence need two lines' });
    expect(ctx.written.stderr()).toBe(
      [
        'cdkx: profile acme-dev (--profile x) ·',
        '  account 12 · role Developer · 8 h left',
        'cdkx: the words of this sentence need',
        '  two lines',
        '',
      ].join('\n'),
    );
  });

  it.each([40, 80, 200])('breaks sentences to %d columns, and leaves commands to paste whole', (columns) => {
    const ctx = createTestContext({ interactive: true, columns, env: { NO_COLOR: '1' } });
    const command = `cdkx sso login --profile ${'p'.repeat(100)}`;
    createReporter(ctx, 'normal').error({
      what: 'words '.repeat(40).trim(),
      why: 'reasons '.repeat(40),
      next: [{ run: command }],
    });
    const lines = ctx.written.stderr().trimEnd().split('\n');
    expect(lines.at(-1)).toBe(`    ${command}`);
    expect(lines.slice(0, -1).filter((line) => line.length > columns)).toEqual([]);
  });

  it('shows escape sequences of foreign text as text', () => {
    const ctx = createTestContext();
    createReporter(ctx, 'normal').notice('profile "a\u001B[2Jb" is odd.');
    expect(ctx.written.stderr()).toBe('cdkx: profile "a\\u001b[2Jb" is odd.\n');
  });
});

describe('output that is lost', () => {
  it.each([
    ['ENOSPC', /no space/i],
    ['EDQUOT', /no space/i],
    ['EIO', /error/],
  ])('%s: is told with its reason', (code, why) => {
    const ctx = createTestContext();
    expect(reportLostOutput(ctx, Object.assign(new Error('x'), { code }))).toBeGreaterThan(0);
    const [what = '', reason = ''] = ctx.written.stderr().split('\n');
    expect(what).toContain(code);
    expect(reason).toMatch(why);
    expect(/no space/i.test(reason)).toBe(code !== 'EIO');
  });

  it('is no failure where nobody reads on', () => {
    const ctx = createTestContext();
    expect(reportLostOutput(ctx, Object.assign(new Error('x'), { code: 'EPIPE' }))).toBe(141);
    expect(ctx.written.stderr()).toBe('');
  });
});

it('a line is filled to the last column: the first from its margin on, the others from theirs', () => {
  // "cdkx: " has no margin, so that the first row has room for all of its 40 columns.
  const first = `cdkx: ${'a'.repeat(20)} ${'b'.repeat(13)}`;
  const [row, ...rest] = formatMessage(`${first.slice('cdkx: '.length)} cc dd ee`, 40);
  expect(row).toBe(first);
  expect(rest).toEqual(['  cc dd ee']);
  const second = `  ${'c'.repeat(20)} ${'d'.repeat(17)}`;
  expect(formatMessage(`${'a'.repeat(30)} ${second.trim()} e f`, 40)).toEqual([
    `cdkx: ${'a'.repeat(30)}`,
    second,
    '  e f',
  ]);
});
