import type { SpawnOptions } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join, posix, resolve, win32 } from 'node:path';
import type { Context, Environment } from '../context.ts';

/** The system as programs see it. */
type System = Pick<Context, 'env' | 'platform'>;

/** What paths look like on that system. */
function pathsOf(platform: NodeJS.Platform) {
  return platform === 'win32' ? win32 : posix;
}

/** The absolute directories of PATH. A relative entry would be a directory of whatever project this is. */
export function searchPath({ env, platform }: System): string[] {
  const paths = pathsOf(platform);
  return (env[pathVariable(env) ?? ''] ?? '').split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
}

/** The environment for a program that is found on PATH, with the absolute directories of PATH only. */
export function withAbsolutePath({ env, platform }: System): Environment {
  const name = pathVariable(env);
  if (name === undefined) return { ...env };
  return { ...env, [name]: searchPath({ env, platform }).join(pathsOf(platform).delimiter) };
}

/** Windows calls it `Path`, and doesn't care. */
function pathVariable(env: Environment): string | undefined {
  return Object.keys(env).find((name) => name.toUpperCase() === 'PATH');
}

/** The file names of a command: on Windows with the extensions of PATHEXT first, since npm puts a shell script next to its batch file. */
export function programNames(name: string, { env, platform }: System): string[] {
  if (platform !== 'win32') return [name];
  const extensions = (env['PATHEXT'] || '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean);
  return extensions.includes(win32.extname(name).toLowerCase())
    ? [name, ...extensions.map((extension) => name + extension)]
    : [...extensions.map((extension) => name + extension), name];
}

/** The file of a command, in the absolute directories of PATH. Windows itself would look in the working directory first. */
export function findProgram(command: string, ctx: System & Pick<Context, 'cwd'>): string | undefined {
  const isPath = /[/\\]/.test(command) && (ctx.platform === 'win32' || command.includes('/'));
  const folders = isPath ? [ctx.cwd] : searchPath(ctx);
  return folders
    .flatMap((folder) =>
      programNames(command, ctx).map((name) => (isPath ? resolve(folder, name) : join(folder, name))),
    )
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A program of Windows itself by its whole path. */
export function windowsProgram(env: Environment, name: string): string {
  return `${env['SystemRoot'] || env['windir'] || 'C:\\Windows'}\\System32\\${name}`;
}

/** A command line for `spawn`. */
export interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: Pick<SpawnOptions, 'windowsVerbatimArguments'>;
}

/** How to start a program without a shell. Batch files need cmd.exe, quoted as in https://github.com/rust-lang/rust/blob/HEAD/library/std/src/sys/args/windows.rs. */
export function startCommand(command: string, args: readonly string[], { env, platform }: System): StartCommand {
  if (platform !== 'win32' || !/\.(cmd|bat)$/i.test(command)) return { command, args };
  const line = [`"${command}"`, ...args.map(batchArgument)].join(' ');
  return {
    command: windowsProgram(env, 'cmd.exe'),
    args: ['/d', '/e:ON', '/v:OFF', '/s', '/c', `"${line}"`],
    options: { windowsVerbatimArguments: true },
  };
}

/** One argument as both cmd.exe and the program behind the batch file read it: within quotes, quotes doubled. */
function batchArgument(text: string): string {
  if (/^[\w#$*+./:?@\\-]*[\w#$*+./:?@-]$/.test(text)) return text;
  const quoted = text
    .replaceAll(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    // A variable of no length ends each `%`: cmd.exe replaces variables within quotes too.
    .replaceAll('%', '%%cd:~,%');
  return `"${quoted}"`;
}
