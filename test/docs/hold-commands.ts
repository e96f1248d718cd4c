import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';
import { fencedCommands } from './pages.ts';

/** How a command of a page is held: by running it, or by something else that runs it. */
export type Holding = () => void | Promise<void>;

/**
 * Defines the tests of the commands that a page shows in its blocks, one call each. A command of the page that has no test fails, and so
 * does a test whose command is gone from the page.
 */
export function commandsOf(page: string): (command: string, holding: Holding) => void {
  const held: string[] = [];
  it(`every command of ${page} has a test`, () => {
    expect(held.toSorted()).toEqual([...new Set(fencedCommands(page))].toSorted());
  });
  return (command, holding) => {
    held.push(command);
    it(`${page}: ${command}`, async () => {
      expect.hasAssertions();
      await holding();
    });
  };
}

/** A script of package.json that is not run inside the tests: it is them, or takes minutes. */
export function isScript(name: string): Holding {
  return () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts)).toContain(name);
  };
}

interface MatrixCell {
  readonly checks: Readonly<Record<string, { readonly result: string }>>;
}

/**
 * A layout of `npm run test:matrix`, which needs the npm registry: its recorded result has a check of the name of that very command
 * (scripts/matrix/check-layout.mjs runs what the name says), and every check of it passed.
 */
export function isDeployedBy(layout: string, command: string): Holding {
  return () => {
    const figures = readFileSync(join(repository, 'docs/figures/matrix.json'), 'utf8');
    const { cells } = JSON.parse(figures) as { cells: Readonly<Record<string, MatrixCell>> };
    const checks = cells[layout]?.checks ?? {};
    expect(Object.keys(checks)).toContain(`\`${command}\``);
    expect(Object.entries(checks).filter(([, { result }]) => result !== 'pass')).toEqual([]);
  };
}

/** A file of the repository that runs it, and where in it. */
export function isRunBy(file: string, where: string): Holding {
  return () => expect(readFileSync(join(repository, file), 'utf8')).toContain(where);
}
