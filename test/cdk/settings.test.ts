import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, jsonValue, nat, property } from 'fast-check';
import { contextOf, readSettings } from '../../lib/cdk/settings.ts';
import { findJsonError } from '../../lib/system/json.ts';
import { inputs } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { failureOf } from '../helpers/message.ts';

describe('readSettings', () => {
  it('reads cdk.json of the working folder and .cdk.json of the home folder', () => {
    const { cwd, home } = folders({ project: '{"app":"a","context":{"k":1}}', user: '{"profile":"p"}' });
    const settings = readSettings({ cwd, home });
    expect(settings.project).toEqual({
      path: join(cwd, 'cdk.json'),
      shownPath: 'cdk.json',
      json: { app: 'a', context: { k: 1 } },
    });
    expect(settings.user).toMatchObject({ shownPath: '~/.cdk.json', json: { profile: 'p' } });
    expect(contextOf(settings.project)).toEqual({ k: 1 });
    expect(contextOf(settings.user)).toEqual({});
  });

  it('takes missing files as they are, and does not search upward', () => {
    const { cwd, home } = folders({ project: '{}' });
    mkdirSync(join(cwd, 'sub'));
    const { project, user, storedContext } = readSettings({ cwd: join(cwd, 'sub'), home });
    expect([project, user, storedContext?.()]).toEqual([undefined, undefined, undefined]);
  });

  it('reads a file with a byte order mark', () => {
    const { cwd, home } = folders({ project: '\uFEFF{"app":"a"}' });
    expect(readSettings({ cwd, home }).project?.json).toEqual({ app: 'a' });
  });

  it.each([
    ['a trailing comma', '{\n  "app": "a",\n}', 'unexpected } at line 3, column 1'],
    ['a comment', '{\n  // the app\n  "app": "a"\n}', 'unexpected // at line 2, column 3'],
    ['a missing end', '{\n  "app": "a"\n', 'unexpected end of file at line 3, column 1'],
    ['nothing in it', '', 'unexpected end of file at line 1, column 1'],
    ['single quotes', "{'app': 1}", "unexpected ' at line 1, column 2"],
    ['a broken string', '{"app": "a\nb"}', 'unexpected " at line 1, column 9'],
    ['a secret in it', 'SECRET', 'unexpected S at line 1, column 1'],
    ['a second value', '{} {}', 'unexpected {} at line 1, column 4'],
  ])('says where a file with %s stops being JSON', (_, text, where) => {
    const { cwd, home } = folders({ project: text });
    const error = failureOf(() => readSettings({ cwd, home }));
    expect(error.exitCode).toBe(78);
    expect(error.parts.what).toContain(`cdk.json is not valid JSON: ${where}`);
  });

  it.each([
    ['[1]', 'a list'],
    ['"SECRET"', 'a string'],
    ['null', 'null'],
  ])('refuses %s, which is JSON but no object', (text, what) => {
    const { cwd, home } = folders({ user: text });
    const error = failureOf(() => readSettings({ cwd, home }));
    expect(error.exitCode).toBe(78);
    expect(error.parts.what).toContain('~/.cdk.json');
    expect(error.parts.what).toContain(` ${what}`);
  });

  it('refuses a file that cannot be read', () => {
    const { cwd, home } = folders({});
    mkdirSync(join(cwd, 'cdk.json'));
    const error = failureOf(() => readSettings({ cwd, home }));
    expect(error.exitCode).toBe(78);
    expect(error.parts).toMatchObject({ what: 'cdk.json cannot be read', why: 'It is a directory.' });
  });
});

describe('findJsonError', () => {
  it('finds nothing in any JSON text', () => {
    assert(
      property(jsonValue(), nat(4), (value, indent) => {
        expect(findJsonError(JSON.stringify(value, null, indent))).toBeUndefined();
      }),
    );
  });

  it('finds something in exactly the texts that JSON.parse refuses', () => {
    const pieces = constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-0.5e+3',
      '01',
      'true',
      'nul',
      ' ',
      '\n',
      '"\\x"',
      '-',
    );
    assert(
      property(array(pieces, { maxLength: 8 }), (parts) => {
        expect(findJsonError(parts.join('')) === undefined).toBe(parses(parts.join('')));
      }),
      inputs(2000),
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function folders(files: { project?: string; user?: string }): { cwd: string; home: string } {
  const cwd = tempFolder();
  const home = tempFolder();
  if (files.project !== undefined) writeFileSync(join(cwd, 'cdk.json'), files.project);
  if (files.user !== undefined) writeFileSync(join(home, '.cdk.json'), files.user);
  return { cwd, home };
}
