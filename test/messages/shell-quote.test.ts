import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { quoteArguments } from '../../lib/messages/text.ts';
import { hasShell } from '../helpers/installed.ts';

const whereItIs = hasShell('bash') ? it : it.skip;

describe('arguments to paste into a shell', () => {
  it.each([
    ['plain', 'a-b/c', 'a-b/c'],
    ['blanks and quotes', "it's $HOME", `'it'\\''s $HOME'`],
    ['a password in a URL', 'http://me:secret@proxy:80', `'http://***@proxy:80'`],
    ['what steers a terminal', "\u001B]0;it's\u0007\\", String.raw`$'\u001b]0;it\'s\u0007\\'`],
  ])('%s', (_name, argument, quoted) => {
    expect(quoteArguments([argument])).toBe(quoted);
  });

  whereItIs('are read back by bash as they were', () => {
    const words = ["it's \\ $(touch x) `id`", 'a\u001B[31m\r\nb\\n', '\u202E', '*'];
    const read = execFileSync('bash', ['-c', `printf '%s\\0' ${quoteArguments(words)}`], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });
});
