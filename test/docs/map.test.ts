import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';

it('docs/architecture.md has one line for each file of lib, and none for a file that is gone', () => {
  const page = readFileSync(join(repository, 'docs/architecture.md'), 'utf8');
  const [, map = ''] = page.split('## Where things are');
  let folder = '';
  const listed: string[] = [];
  for (const line of map.split('\n')) {
    folder = /^\*\*`([^`]+)`\*\*/.exec(line)?.[1] ?? folder;
    const file = /^- `([^`]+)`: \S/.exec(line)?.[1];
    if (file !== undefined) listed.push(folder + file);
  }
  const files = readdirSync(join(repository, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `lib/${name.replaceAll('\\', '/')}`);
  expect(listed.filter((file) => file.startsWith('lib/')).toSorted()).toEqual(files.toSorted());
});
