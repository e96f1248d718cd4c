import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';
import { fencedCommands } from './pages.ts';

/** How a command of a page is held: by running it, or by something else that runs it. */
export type Holding = () => void | Promise<void>;

/** Tests of every command that the page shows in a block. One that is not in the list fails, and so does one that is only there. */
export function holdCommands(page: string, held: Readonly<Record<string, Holding>>): void {
  describe(`the commands of ${page}`, () => {
    it('are all known here', () => {
      expect(Object.keys(held).toSorted()).toEqual([...new Set(fencedCommands(page))].toSorted());
    });

    it.each(Object.keys(held))('%s', async (command) => {
      expect.hasAssertions();
      await held[command]?.();
    });
  });
}

/** A script of package.json that is not run inside the tests: it is them, or takes minutes. */
export function isScript(name: string): Holding {
  return () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts)).toContain(name);
  };
}

/** A file of the repository that runs it, and where in it. */
export function isRunBy(file: string, where: string): Holding {
  return () => expect(readFileSync(join(repository, file), 'utf8')).toContain(where);
}
