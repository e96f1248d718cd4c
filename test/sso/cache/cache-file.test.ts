import { describe, expect, it } from '@jest/globals';
import { cannotWrite } from '../../../lib/sso/cache/cache-file.ts';

describe('a file of the cache that cannot be written', () => {
  it.each([
    ['EACCES', "ls -ld '/h/a b/token.json'"],
    ['EROFS', "ls -ld '/h/a b/token.json'"],
    ['ENOSPC', "df -h '/h/a b'"],
    ['EDQUOT', "df -h '/h/a b'"],
  ])('%s: is named, with what to do and a command that shows why', (code, command) => {
    const cause = Object.assign(new Error('x'), { code });
    const { exitCode, parts } = cannotWrite('/h/a b/token.json', cause);
    expect(exitCode).toBe(78);
    expect(parts.what).toContain(code);
    expect(parts.next).toEqual([{ say: expect.stringMatching(/:$/) }, { run: command }]);
  });
});
