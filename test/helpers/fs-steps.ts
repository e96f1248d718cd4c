import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './cli.ts';
import type { Workplace } from './project.ts';
import { tempFolder } from './temp-folder.ts';

/** What is to happen to a program at a step of the file system. */
export interface FsEvent {
  /** The process is killed before the step, or in the middle of it; each write is slow; else the code of the error with which it fails. */
  readonly act: 'kill' | 'half' | 'slow' | `E${Uppercase<string>}`;
  /** That step alone. */
  readonly at?: number;
  /** That step and all later ones that change something. */
  readonly from?: number;
  /** All calls of that name whose path holds that text. */
  readonly each?: { readonly name: string; readonly path: string };
}

/** A call of the file system: `renameSync cache/….json`. */
export interface FsStep {
  readonly number: number;
  /** Since the process began, milliseconds. */
  readonly atMs: number;
  readonly name: string;
  /** Below `~/.aws`. */
  readonly path: string;
}

/** Watches what a Node program does below `~/.aws`: its variables, and the steps so far. */
export function watchSteps({ home }: Pick<Workplace, 'home'>, event?: FsEvent) {
  const log = join(tempFolder('cdkx-steps'), 'log');
  const preload = join(repository, 'test/faults/programs/fs-steps.cjs');
  return {
    env: {
      FS_STEPS: JSON.stringify({ under: join(home, '.aws'), log, ...event }),
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
    },
    steps: (): FsStep[] =>
      (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []).map((line) => {
        const [number, atMs, name = '', path = ''] = line.split(' ');
        return { number: Number(number), atMs: Number(atMs), name, path };
      }),
  };
}
