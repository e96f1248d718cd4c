import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAwsFiles } from './aws-files.ts';
import { cdkxPath, cleanEnvironment, type RunResult } from './cli.ts';
import type { Need } from './needs.ts';
import type { Workplace } from './project.ts';
import { searchRun, type Shows } from './shown-secrets.ts';
import { tempFolder } from './temp-folder.ts';

/** How a run on an odd disk ended, and the files of `~/.aws` after it. */
export interface OddRun extends RunResult {
  readonly files: Readonly<Record<string, string>>;
}

/** A disk on which cdkx can read its token cache and not write it. */
export interface OddDisk {
  /** The system's word for it. */
  readonly code: 'ENOSPC' | 'EROFS' | 'EACCES';
  /** What it needs of the machine, and why it cannot be made here, if so. */
  readonly need: Need;
  readonly missing: string | undefined;
  run(args: readonly string[], place: Place): Promise<OddRun>;
}

interface Place extends Workplace {
  readonly shows?: Shows | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** Mounts that this program and its children alone see, and that are gone with them: as root, or where the system lets users do so. */
const namespace = [['-m'], ['-r', '-m']].find((flags) => spawnSync('unshare', [...flags, 'true']).status === 0);
const noNamespace = namespace === undefined ? 'unshare(1) may not make mounts of its own here' : undefined;

const isRoot = process.getuid?.() === 0;
/** nobody, as most systems number it. */
const nobody = 65_534;
const nobodyCanRun =
  spawnSync(process.execPath, [cdkxPath, '--cdkx-version'], { uid: nobody, gid: nobody }).status === 0;
const noOther = isRoot && !nobodyCanRun ? 'other users cannot read this checkout' : undefined;

/** The odd disks, by what people call them. */
export const oddDisks: Readonly<Record<string, OddDisk>> = {
  'a disk that is full': {
    code: 'ENOSPC',
    need: 'mounts',
    missing: noNamespace,
    run: (args, place) => {
      const after = tempFolder('cdkx-after');
      const stash = tempFolder('cdkx-stash');
      const setUp = `cp -a "$HOME/.aws/." ${stash} && mount -t tmpfs -o size=256k none "$HOME/.aws" && cp -a ${stash}/. "$HOME/.aws"`;
      const fill = 'dd if=/dev/zero of="$HOME/.aws/filler" bs=1k 2>/dev/null';
      const tearDown = `rm "$HOME/.aws/filler"; mkdir ${after}/.aws; cp -a "$HOME/.aws/." ${after}/.aws`;
      const script = `${setUp} || exit 99; ${fill}; "$@"; code=$?; ${tearDown}; exit $code`;
      return inNamespace(script, args, place, { home: after });
    },
  },
  'a home that is read-only': {
    code: 'EROFS',
    need: 'mounts',
    missing: noNamespace,
    run: (args, place) => {
      const script = 'mount --bind "$HOME" "$HOME" && mount -o remount,ro,bind "$HOME" || exit 99; exec "$@"';
      return inNamespace(script, args, place, place);
    },
  },
  'a token cache of another user': {
    code: 'EACCES',
    need: 'another user',
    missing: noOther,
    run: (args, place) => asNobody(args, place, 0o755),
  },
};

/** Runs cdkx as a user who owns nothing of the home: root's files in root's folders of that mode. Without root it is their mode alone. */
export async function asNobody(args: readonly string[], place: Place, folderMode: number): Promise<OddRun> {
  // The way there is open.
  chmodSync(dirname(place.home), 0o755);
  const top = join(place.home, '.aws');
  const entries = readdirSync(top, { recursive: true, withFileTypes: true });
  const paths = (isFolder: boolean) =>
    entries.filter((entry) => entry.isDirectory() === isFolder).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of paths(false)) chmodSync(file, 0o644);
  // Without root one gets of one's own folders what others would get. The inner ones first: the outer may be closed.
  for (const folder of paths(true).toReversed()) chmodSync(folder, isRoot ? folderMode : (folderMode & 0o007) << 6);
  chmodSync(top, isRoot ? 0o755 : 0o555);
  const user = isRoot ? { uid: nobody, gid: nobody } : {};
  const result = await run([process.execPath, cdkxPath, ...args], place, user);
  for (const folder of [top, ...paths(true)]) chmodSync(folder, 0o755);
  return { ...result, files: readAwsFiles(place) };
}

/** Gives a folder and all that is in it to nobody; root alone can. */
export function giveToNobody(folder: string): void {
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(folder, name), nobody, nobody);
  }
}

/** For `giveToNobody`. */
export const canGive = isRoot;
/** Who nobody is. */
export const nobodyId = nobody;
/** Why there is no other user to run as, if so. */
export const noOtherUser = noOther;

async function inNamespace(
  script: string,
  args: readonly string[],
  place: Place,
  after: { readonly home: string },
): Promise<OddRun> {
  const words = ['unshare', ...(namespace ?? []), '/bin/sh', '-c', script, 'sh', process.execPath, cdkxPath, ...args];
  const result = await run(words, place, {});
  if (result.exitCode === 99) throw new Error(`the disk could not be made: ${result.stderr}`);
  return { ...result, files: readAwsFiles(after) };
}

function run(
  [command = '', ...args]: readonly string[],
  { cwd, home, env, shows }: Place,
  user: object,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: cleanEnvironment(home, env), stdio: 'pipe', ...user });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      const output = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      searchRun([command, ...args], output, { cwd, home, shows });
      resolve({ exitCode, signal, ...output });
    });
    child.stdin.end();
  });
}
