import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  followLinks,
  isTrustedProgram,
  readBounded,
  replaceFile,
  retryWhileHeld,
  tryToWrite,
} from '../../lib/system/files.ts';
import { needing, onPosix } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const itOnPosix = onPosix(it, 'file modes and named pipes');

const uid = process.getuid?.();
const { pid, platform } = process;
const user = { uid, pid, platform };
const notRoot = uid === 0 ? undefined : 'only root can give files and links away';
const asRoot = needing(it, 'root', notRoot);
const whereProc = needing(it, '/proc', existsSync('/proc/self/pagemap') ? undefined : 'there is none');
/** Somebody else. */
const other = 20_001;
const bytes = Buffer.from('new');

describe('replacing a file', () => {
  itOnPosix('leaves the old one or the new one, nothing beside it, and its mode', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, 'old', { mode: 0o640 });
    chmodSync(path, 0o640);
    expect(replaceFile(user, path, { bytes, keepsMode: true })).toBe('replaced');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640]);
    expect(replaceFile(user, path, { bytes, keepsMode: false })).toBe('replaced');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it('stops where it is no more what it was', () => {
    const path = join(tempFolder(), 'file');
    const before = { bytes: undefined };
    writeFileSync(path, 'theirs');
    expect(replaceFile(user, path, { bytes, before, keepsMode: true })).toBe('changed');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it.each(['file', 'folder'])('writes through links of one’s own: to the %s', (linked) => {
    const [folder, elsewhere] = [tempFolder(), tempFolder()];
    const path = join(folder, 'aws', 'file');
    if (linked === 'folder') symlinkSync(elsewhere, join(folder, 'aws'));
    else {
      mkdirSync(join(folder, 'aws'));
      symlinkSync(join(elsewhere, 'file'), path);
    }
    replaceFile(user, path, { bytes, keepsMode: false });
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('new');
    expect(lstatSync(linked === 'folder' ? join(folder, 'aws') : path).isSymbolicLink()).toBe(true);
  });

  asRoot('gives the new file to the owner of the old one, or of the folder', () => {
    const folder = tempFolder();
    chownSync(folder, other, other);
    const path = join(folder, 'file');
    replaceFile(user, path, { bytes, keepsMode: false });
    expect(statSync(path).uid).toBe(other);
    chownSync(path, other + 1, other + 1);
    replaceFile(user, path, { bytes, keepsMode: false });
    expect(statSync(path).uid).toBe(other + 1);
  });

  it('is not lost in links that lead in a circle', () => {
    const folder = tempFolder();
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(() => followLinks(join(folder, 'a'), uid)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });
});

needing(
  describe,
  'root',
  notRoot,
)('a link of another user', () => {
  it.each(['the file', 'its folder', 'a folder above', 'a link that a link leads to'])(
    'is not followed: %s',
    (linked) => {
      const [home, secret] = [tempFolder(), tempFolder()];
      const path = join(home, '.aws/sso/cache/token.json');
      const target = join(secret, 'important.conf');
      writeFileSync(target, 'important');
      const link = (from: string, to: string) => {
        mkdirSync(dirname(from), { recursive: true });
        symlinkSync(to, from);
        lchownSync(from, other, other);
      };
      if (linked === 'the file') link(path, target);
      if (linked === 'its folder') link(dirname(path), secret);
      if (linked === 'a folder above') link(join(home, '.aws'), secret);
      if (linked === 'a link that a link leads to') {
        link(join(home, 'theirs'), target);
        mkdirSync(dirname(path), { recursive: true });
        symlinkSync(join(home, 'theirs'), path);
      }
      const act = () => replaceFile(user, path, { bytes, keepsMode: false });
      expect(act).toThrow(expect.objectContaining({ code: 'EPERM' }));
      expect(() => tryToWrite(user, path, 10)).toThrow(expect.objectContaining({ code: 'EPERM' }));
      expect(readFileSync(target, 'utf8')).toBe('important');
      expect(readdirSync(secret)).toEqual(['important.conf']);
      // Whose link it is may follow it.
      expect(followLinks(path, other)).toContain(secret);
    },
  );
});

describe('what comes from a project', () => {
  itOnPosix('is read where it is a file of some size, and neither waited for nor read for ever otherwise', () => {
    const folder = tempFolder();
    const [file, pipe, large] = [join(folder, 'file'), join(folder, 'pipe'), join(folder, 'large')];
    writeFileSync(file, 'text');
    execFileSync('mkfifo', [pipe]);
    writeFileSync(large, '');
    truncateSync(large, 1_000_000_000);
    expect(readBounded(file, 4).toString()).toBe('text');
    const codeOf = (path: string, most = 1000) => {
      try {
        return readBounded(path, most).length;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    };
    expect([codeOf(file, 3), codeOf(pipe), codeOf('/dev/zero'), codeOf(large), codeOf(folder)]).toEqual([
      'EFBIG',
      'ENOTSUP',
      'ENOTSUP',
      'EFBIG',
      'EISDIR',
    ]);
    expect(existsSync(pipe)).toBe(true);
    expect(readBounded('/dev/null', 4).length).toBe(0);
  });

  whereProc('has an end also where it tells no size', () => {
    // Some hundred gigabytes.
    expect(() => readBounded('/proc/self/pagemap', 1_000_000)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
    expect(readBounded('/proc/self/stat', 1_000_000).toString()).toContain(`${process.pid} (`);
  });

  asRoot(
    'is run where it belongs to the user, to root or to the owner of the folder, and not by a link of others',
    () => {
      const [cwd, above] = [tempFolder(), tempFolder()];
      const program = join(above, '.pnp.cjs');
      writeFileSync(program, '');
      expect(isTrustedProgram(program, cwd, other + 1)).toBe(true);
      chownSync(program, other, other);
      expect(isTrustedProgram(program, cwd, other)).toBe(true);
      expect(isTrustedProgram(program, cwd, other + 1)).toBe(false);
      chownSync(cwd, other, other);
      expect(isTrustedProgram(program, cwd, other + 1)).toBe(true);
      const link = join(above, 'link');
      symlinkSync(program, link);
      lchownSync(link, other + 2, other + 2);
      expect(isTrustedProgram(link, cwd, other + 1)).toBe(false);
    },
  );
});

describe('what fails while another program has a file open', () => {
  /** An action that fails so often with that code; what it waited for, milliseconds, and how often it was tried. */
  function tried(platform: NodeJS.Platform, failures: number, code: string) {
    const waits: number[] = [];
    let tries = 0;
    const act = () => {
      tries += 1;
      if (tries <= failures) throw Object.assign(new Error(code), { code });
    };
    let error: unknown;
    try {
      retryWhileHeld(act, platform, (ms) => void waits.push(ms));
    } catch (thrown) {
      error = thrown;
    }
    return {
      tries,
      waited: waits.reduce((sum, ms) => sum + ms, 0),
      code: (error as { code?: string } | undefined)?.code,
    };
  }

  it.each(['EPERM', 'EACCES', 'EBUSY'])('is tried again on Windows for seconds, with growing pauses: %s', (code) => {
    expect(tried('win32', 3, code)).toEqual({ tries: 4, waited: 60, code: undefined });
    const inVain = tried('win32', Infinity, code);
    expect(inVain.code).toBe(code);
    expect(inVain.waited).toBeGreaterThanOrEqual(10_000);
    expect(inVain.waited).toBeLessThan(11_000);
  });

  it('is an error at once elsewhere, and where it is another one', () => {
    expect(tried('linux', 1, 'EPERM')).toEqual({ tries: 1, waited: 0, code: 'EPERM' });
    expect(tried('darwin', 1, 'EACCES')).toEqual({ tries: 1, waited: 0, code: 'EACCES' });
    expect(tried('win32', 1, 'ENOSPC')).toEqual({ tries: 1, waited: 0, code: 'ENOSPC' });
  });
});

it('a file that is too large is refused with the size that is allowed', () => {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, '');
  truncateSync(path, 2_000_001);
  expect(() => readBounded(path, 2_000_000)).toThrow(
    expect.objectContaining({ code: 'EFBIG', message: expect.stringMatching(/\b2 MB\b/) }),
  );
  truncateSync(path, 2_000_000);
  expect(readBounded(path, 2_000_000)).toHaveLength(2_000_000);
});
