import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../lib/messages/errors.ts';
import { readProjectFile, writeProjectFile } from '../../lib/project/cdk-json.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { failureOf } from '../helpers/message.ts';

function project(text = '{}'): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'cdk.json');
  writeFileSync(path, text);
  return { folder, path };
}

function rewriteFile(path: string, shownPath: string, edit: (text: string) => string): boolean {
  const file = readProjectFile(path, shownPath);
  return writeProjectFile(
    { pid: process.pid, platform: process.platform, uid: process.getuid?.() },
    file,
    edit(file.text),
  );
}

describe('rewriting a file of the project', () => {
  it('puts the new text in place and leaves nothing else behind', () => {
    const { folder, path } = project('old');
    expect(rewriteFile(path, 'cdk.json', (text) => `${text} and new`)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('old and new');
    expect(readdirSync(folder)).toEqual(['cdk.json']);
  });

  it('does not touch a file whose text stays the same', () => {
    const { path } = project();
    const before = statSync(path).ino;
    expect(rewriteFile(path, 'cdk.json', (text) => text)).toBe(false);
    expect(statSync(path).ino).toBe(before);
  });

  it.each(process.platform === 'win32' ? [0o666] : [0o600, 0o644, 0o664])('keeps the mode %o', (mode) => {
    const { path } = project();
    chmodSync(path, mode);
    rewriteFile(path, 'cdk.json', () => 'new');
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  it('writes through a symbolic link, which stays one', () => {
    const { folder, path } = project('old');
    mkdirSync(join(folder, 'app'));
    const link = join(folder, 'app', 'cdk.json');
    symlinkSync('../cdk.json', link);
    rewriteFile(link, 'cdk.json', () => 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('keeps the change of another program that came in between', () => {
    const { folder, path } = project('old');
    const failure = failureOf(() =>
      rewriteFile(path, 'cdk.json', () => {
        writeFileSync(path, 'theirs');
        return 'ours';
      }),
    );
    expect(failure.exitCode).toBe(78);
    expect(failure.code).toBe('FileChanged');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['cdk.json']);
  });

  it('says what to do where there is no cdk.json', () => {
    const path = join(tempFolder(), 'cdk.json');
    const failure = failureOf(() => rewriteFile(path, 'cdk.json', () => 'new'));
    expect(failure.exitCode).toBe(78);
    expect(failure.code).toBe('NoCdkJson');
    expect(existsSync(path)).toBe(false);
  });

  it('names the cause where the file cannot be read, and changes nothing', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'cdk.json'));
    const failure = failureOf(() => rewriteFile(join(folder, 'cdk.json'), 'cdk.json', () => 'new'));
    expect(failure.exitCode).toBe(78);
    expect(failure.parts).toMatchObject({ what: 'cdk.json cannot be read', why: 'It is a directory.' });
  });

  it('leaves the old file whole when the edit fails', () => {
    const { folder, path } = project('old');
    expect(() =>
      rewriteFile(path, 'cdk.json', () => {
        throw new UserError('InvalidBlock', { what: 'no' });
      }),
    ).toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['cdk.json']);
  });
});
