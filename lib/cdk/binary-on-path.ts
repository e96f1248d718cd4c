import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { BinaryContext, CdkBinary } from './binary.ts';
import { packageOfStartFile, readCdkPackage, readManifest } from './cdk-package.ts';

const headBytes = 4096;

/** The first `cdk` in these folders that is not cdkx itself, nor a script that starts it. */
export function findOnPath(ctx: BinaryContext, folders: readonly string[]): CdkBinary | undefined {
  for (const folder of folders) {
    const found = programs('cdk', ctx)
      .map((name) => describeProgram(ctx, resolve(ctx.cwd, folder, name), 'path'))
      .find((binary) => binary !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What `CDKX_CDK` names: a file or package folder, relative to the working folder, or a command on `PATH`. */
export function findNamed(ctx: BinaryContext, named: string): CdkBinary | undefined {
  if (isAbsolute(named) || /[/\\]/.test(named)) {
    const path = resolve(ctx.cwd, named);
    const found = readCdkPackage(path);
    return found ? { kind: 'module', from: 'CDKX_CDK', ...found } : describeProgram(ctx, path, 'CDKX_CDK');
  }
  const folders = (ctx.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => programs(named, ctx).map((name) => resolve(ctx.cwd, folder, name)))
    .map((path) => describeProgram(ctx, path, 'CDKX_CDK'))
    .find((binary) => binary !== undefined);
}

/** The file names a command may have: with the extensions of `PATHEXT` on Windows. */
function programs(name: string, { env, platform }: BinaryContext): string[] {
  if (platform !== 'win32') return [name];
  const extensions = (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';');
  return extensions.map((extension) => name + extension);
}

function describeProgram(ctx: BinaryContext, path: string, from: CdkBinary['from']): CdkBinary | undefined {
  const real = realFile(path);
  if (real === undefined || real === ctx.selfPath) return undefined;
  if (from === 'path' && ctx.platform !== 'win32' && !isExecutable(real)) return undefined;
  const head = readHead(real);
  if (startsCdkx(head) || readManifest(dirname(dirname(real)))?.['name'] === 'cdkx') return undefined;
  if (/\.(cmd|bat|ps1)$/i.test(real)) return behindShim(real, from);
  const isModule = /^\.[cm]?js$/.test(extname(real)) || /^#!.*\bnode\b/.test(head);
  if (isModule) return { kind: 'module', from, ...packageOf(real), path: real };
  return isExecutable(path) ? { kind: 'executable', from, path } : undefined;
}

/** The package of a start file that really is `aws-cdk`'s: its option table and version hold for the file. */
function packageOf(real: string): Partial<Pick<CdkBinary, 'packageDir' | 'version'>> {
  const found = packageOfStartFile(real);
  if (found === undefined) return {};
  return { packageDir: found.packageDir, ...(found.version === undefined ? {} : { version: found.version }) };
}

/** npm's shims for Windows stand beside `node_modules` (global) or in `node_modules/.bin`; Node cannot spawn them without a shell. */
function behindShim(shim: string, from: CdkBinary['from']): CdkBinary | undefined {
  const folder = dirname(shim);
  const found =
    readCdkPackage(join(folder, 'node_modules', 'aws-cdk')) ?? readCdkPackage(join(folder, '..', 'aws-cdk'));
  return found && { kind: 'module', from, ...found };
}

/** A script whose text runs `cdkx`, as an alias on `PATH` would; paths that merely contain the word do not count. */
function startsCdkx(head: string): boolean {
  const isText = head.startsWith('#!') || /^\s*(@|rem\b|:)/i.test(head);
  return isText && /(^|[\s"'/\\])cdkx(\.[cm]?js|\.cmd)?["']?(\s|$)/m.test(head);
}

function readHead(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(headBytes);
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, headBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return ''; // Executable without being readable: it is run as it is.
  }
}

function realFile(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
