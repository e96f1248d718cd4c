import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const pathsOf = (name: string) => (scripts[name] ?? '').split(' ').filter((word) => word.startsWith('test/'));
const tests = readdirSync(join(repository, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name}`);

describe('the long forms', () => {
  it.each(['test:fuzz', 'test:faults'])('%s names tests that exist', (name) => {
    const paths = pathsOf(name);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !tests.some((test) => test.startsWith(path)))).toEqual([]);
  });

  it('run each test that has one, or whose figures are kept', () => {
    const paths = [...pathsOf('test:fuzz'), ...pathsOf('test:faults')];
    const hasLongForm = (test: string) =>
      /\brecordFigure\(|\bfc\.assert\(|\bisLongForm\b|\btries\(/.test(readFileSync(join(repository, test), 'utf8'));
    const left = tests.filter((test) => hasLongForm(test) && !paths.some((path) => test.startsWith(path)));
    expect(left).toEqual([]);
  });
});
