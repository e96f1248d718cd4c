import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { repository } from '../helpers/cli.ts';

/** The package as `npm pack` makes it. */
export interface Packed {
  /** A folder for this test file; to be removed after it. */
  readonly folder: string;
  readonly tarball: string;
  readonly bytes: number;
  /** The unpacked tarball. */
  readonly content: string;
  /** Paths of the files in it. */
  readonly files: readonly string[];
  /** The copy of the repository that it was made in. */
  readonly source: string;
}

const parts = ['bin', 'lib', 'scripts', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];

/** Packs a copy of the sources, since packing builds `dist/` anew, and other tests run what is there. */
export function packPackage(): Packed {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cdkx-package-')));
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const part of [...parts, 'cdk.json.example', 'cdk.schema.json']) {
    cpSync(join(repository, part), join(source, part), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(source, 'node_modules'), 'junction');
  run('npm', ['pack', '--pack-destination', folder], source);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  run('tar', ['-xzf', tarball, '-C', folder], folder);
  const content = join(folder, 'package');
  const files = readdirSync(content, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(content, name)).isFile(),
  );
  return { folder, tarball, bytes: statSync(tarball).size, content, files, source };
}

/** Runs a program to its end; npm asks no registry. Throws with what it said when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const result = tryRun(command, args, cwd);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.status}\n${result.output}`);
  return result.output;
}

export function tryRun(command: string, args: readonly string[], cwd: string) {
  const env = {
    // Not that of `npm run`, which has the programs of this repository.
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: join(cwd, 'home'),
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(cwd, 'home/.npm'),
  };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
