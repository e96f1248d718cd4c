import { accessSync, closeSync, constants, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { type MessageParts, UserError } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { isTrustedProgram } from '../system/files.ts';
import { programNames, searchPath } from '../shell/programs.ts';
import {
  ancestors,
  findCdkPackageIn,
  installCommand,
  packageOfStartFile,
  readCdkPackage,
  readManifest,
} from './package.ts';
import { findInMap, type PlugAndPlay } from './plug-and-play.ts';

export type { PlugAndPlay } from './plug-and-play.ts';

/** The `cdk` that will be run. */
export interface CdkBinary {
  /** `module`: a JavaScript file, run by our own Node. `executable`: anything else, run as it is. */
  readonly kind: 'module' | 'executable';
  readonly path: string;
  readonly from: 'project' | 'path' | 'CDKX_CDK';
  /** The folder of the `aws-cdk` package, where it is known and can be read. */
  readonly packageDir?: string;
  readonly version?: string;
  /** Of a Plug'n'Play project: must be loaded before the module. */
  readonly plugAndPlay?: PlugAndPlay;
  /** Nearer candidates that belong to another user, and were not used. */
  readonly passedOver?: readonly string[];
}

export type BinaryContext = Pick<Context, 'cwd' | 'env' | 'platform' | 'selfPath' | 'uid'>;

/** Tells a `cdk` that starts cdkx again how deep it is. The name must not begin with `CDK`, which `cdk` parses. */
export const depthVariable = 'NESTED_CDKX';

const maxDepth = 4;

/** Finds the `cdk` to run. Throws a UserError (127) if there is none. `mayRun`: whether a Plug'n'Play map may be run if it can't be read. */
export function findCdk(ctx: BinaryContext, { mayRun }: { readonly mayRun: boolean }): CdkBinary {
  const named = ctx.env['CDKX_CDK'];
  if (named !== undefined && named !== '') return findNamed(ctx, named) ?? refuseNamed(named);
  const passedOver: string[] = [];
  const inProject = findInProject(ctx, mayRun, passedOver) ?? findOnPath(ctx, searchPath(ctx));
  if (inProject === undefined) throw notFound(ctx, passedOver);
  const found = passedOver.length === 0 ? inProject : { ...inProject, passedOver };
  if (mayStartCdkx(found) && depthOf(ctx) >= maxDepth) {
    throw new UserError('CdkLoop', {
      what: `${found.path} is a "cdk" that runs cdkx again`,
      why: 'cdkx would start itself forever.',
      next: [{ say: 'Install the real one in the project:' }, { run: installCommand(ctx.cwd) }],
    });
  }
  return found;
}

/** Whether a program named `cdk` is not known to be the real one, so that it could be a detour to cdkx. */
export function mayStartCdkx(binary: CdkBinary): boolean {
  return binary.from === 'path' && binary.packageDir === undefined;
}

/** The number of cdkx processes that started this one through the `cdk` of each other. */
export function depthOf(ctx: Pick<Context, 'env'>): number {
  return Number.parseInt(ctx.env[depthVariable] ?? '0', 10) || 0;
}

/** Warnings about the `cdk` that was found, and about those that were skipped. */
export function cdkWarnings(binary: CdkBinary, cwd: string): MessageParts[] {
  const { passedOver = [] } = binary;
  return [versionWarning(binary, cwd) ?? [], passedOver.length === 0 ? [] : foreignWarning(passedOver, binary)].flat();
}

function foreignWarning(passedOver: readonly string[], { path }: CdkBinary): MessageParts {
  return {
    what: `${passedOver.join(', ')}: not used, because it belongs to another user`,
    why: `Neither you nor the owner of this directory owns it. Running ${path}.`,
    next: [{ say: 'To see its owner, run:' }, { run: `ls -ld ${passedOver.map(shellWord).join(' ')}` }],
  };
}

/** 3.0.0 was published by accident (aws-cdk#38113): it is older than 2.1010 and cannot read what today's aws-cdk-lib writes. */
function versionWarning(binary: CdkBinary, cwd: string): MessageParts | undefined {
  if (binary.version !== '3.0.0') return undefined;
  return {
    what: `this project's cdk is aws-cdk 3.0.0, which was published by accident`,
    why: 'It is older than 2.1010 and cannot read what a current aws-cdk-lib writes.',
    next: [{ say: 'Install the current one:' }, { run: installCommand(cwd) }],
  };
}

function refuseNamed(named: string): never {
  throw new UserError('CdkNotFound', {
    what: `CDKX_CDK is set to "${named}", which can't be found or run`,
    why: 'It must be the path of a cdk program, or a command on PATH.',
    next: [{ say: "To use the project's own cdk, run:" }, { run: 'unset CDKX_CDK' }],
  });
}

function notFound(ctx: BinaryContext, passedOver: readonly string[]): UserError {
  return new UserError('CdkNotFound', {
    what: `no cdk was found for ${ctx.cwd}`,
    why: [
      'aws-cdk is not in node_modules of this directory or one above it, and no other cdk is on PATH.',
      ...(passedOver.length === 0 ? [] : [`Not used, because it belongs to another user: ${passedOver.join(', ')}.`]),
    ],
    next: [{ say: 'Install it:' }, { run: installCommand(ctx.cwd) }],
  });
}

/** The nearest `aws-cdk` of the project. Skips those of other users, who could have put them into a directory that everyone can write to. */
function findInProject({ cwd, uid }: BinaryContext, mayRun: boolean, passedOver: string[]): CdkBinary | undefined {
  for (const folder of ancestors(cwd)) {
    const isTrusted = (path: string) => {
      const answer = isTrustedProgram(path, cwd, uid);
      if (!answer && existsSync(path)) passedOver.push(path);
      return answer;
    };
    const map = join(folder, '.pnp.cjs');
    const packageDir = existsSync(map) && isTrusted(map) ? findInMap(map, cwd, mayRun) : undefined;
    if (packageDir === false) throw onlyMapTells(map);
    if (packageDir !== undefined) {
      // It may lie within a zip archive, which only a Node that runs with the map can read.
      const loader = join(folder, '.pnp.loader.mjs');
      const plugAndPlay = { map, ...(existsSync(loader) && isTrusted(loader) ? { loader } : {}) };
      return { kind: 'module', from: 'project', path: join(packageDir, 'bin', 'cdk'), plugAndPlay };
    }
    const found = findCdkPackageIn(folder);
    if (found !== undefined && [join(folder, 'node_modules'), found.packageDir, found.path].every(isTrusted))
      return { kind: 'module', from: 'project', ...found };
  }
  return undefined;
}

function onlyMapTells(map: string): UserError {
  return new UserError('CdkNotFound', {
    what: `only ${map} can tell which cdk would run`,
    why: "It is the Plug'n'Play map of an older Yarn, which is code of the project. cdkx runs it only to start cdk.",
    next: [{ say: 'To see the version:' }, { run: 'cdkx --version' }],
  });
}

const headBytes = 4096;

/** The first `cdk` in these folders that is not cdkx itself, nor a script that starts it. */
export function findOnPath(ctx: BinaryContext, folders: readonly string[]): CdkBinary | undefined {
  for (const folder of folders) {
    const found = programNames('cdk', ctx)
      .map((name) => describeProgram(ctx, resolve(ctx.cwd, folder, name), 'path'))
      .find((binary) => binary !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What `CDKX_CDK` names: a file or package folder, relative to the working folder, or a command on `PATH`. */
export function findNamed(ctx: BinaryContext, named: string): CdkBinary | undefined {
  const findIn = (folders: readonly string[]) =>
    folders
      .flatMap((folder) => programNames(named, ctx).map((name) => resolve(ctx.cwd, folder, name)))
      .map((path) => describeProgram(ctx, path, 'CDKX_CDK'))
      .find((binary) => binary !== undefined);
  if (isAbsolute(named) || /[/\\]/.test(named)) {
    const found = readCdkPackage(resolve(ctx.cwd, named));
    return found ? { kind: 'module', from: 'CDKX_CDK', ...found } : findIn(['']);
  }
  return findIn(searchPath(ctx));
}

function describeProgram(ctx: BinaryContext, path: string, from: CdkBinary['from']): CdkBinary | undefined {
  const real = realFile(path);
  if (real === undefined || real === ctx.selfPath) return undefined;
  if (from === 'path' && ctx.platform !== 'win32' && !isExecutable(real)) return undefined;
  const head = readHead(real);
  if ((from === 'path' && startsCdkx(head)) || readManifest(dirname(dirname(real)))?.['name'] === 'cdkx')
    return undefined;
  if (/\.(cmd|bat|ps1)$/i.test(real)) return behindShim(ctx, { shim: real, text: head, from });
  const isModule = /^\.[cm]?js$/.test(extname(real)) || /^#!.*\bnode\b/.test(head);
  if (isModule) return { kind: 'module', from, ...packageOf(real), path: real };
  // On Windows every file counts as executable; npm puts a shell script next to each batch file.
  const isRunnable = ctx.platform === 'win32' ? /\.(exe|com)$/i.test(real) : isExecutable(path);
  return isRunnable ? { kind: 'executable', from, path } : undefined;
}

/** The package of a start file that really is `aws-cdk`'s: its option table and version hold for the file. */
function packageOf(real: string): Partial<Pick<CdkBinary, 'packageDir' | 'version'>> {
  const { packageDir, version } = packageOfStartFile(real) ?? {};
  return { packageDir, version };
}

/** What a script that npm, pnpm or Yarn made for Windows starts. Any other batch file (Volta's, say) runs as it is. */
function behindShim(
  { platform }: BinaryContext,
  { shim, text, from }: { readonly shim: string; readonly text: string; readonly from: CdkBinary['from'] },
): CdkBinary | undefined {
  const folder = dirname(shim);
  const startFiles = [
    join(folder, 'node_modules/aws-cdk/bin/cdk'),
    join(folder, '../aws-cdk/bin/cdk'),
    ...namedIn(folder, text),
  ];
  const [found] = startFiles.flatMap((file) => packageOfStartFile(file) ?? []);
  if (found !== undefined) return { kind: 'module', from, ...found };
  return platform === 'win32' && !/\.ps1$/i.test(shim) ? { kind: 'executable', from, path: shim } : undefined;
}

/** The start files of cdk that such a script names, also by way of a script in `node_modules/.bin`. */
function namedIn(folder: string, text: string): string[] {
  const named =
    /(?:%~dp0|%dp0%|\$basedir)[\\/]*((?:[^"'\r\n]*[\\/])?node_modules)[\\/](?:((?:aws-)?cdk)[\\/]bin|\.bin)[\\/]cdk\b/gi;
  return [...text.matchAll(named)].map(([, modules = '', name = 'aws-cdk']) =>
    join(folder, ...modules.split(/[\\/]+/), name, 'bin/cdk'),
  );
}

/** A script on `PATH` whose commands run `cdkx`, as an alias would; comments and paths that merely contain the word do not count. */
function startsCdkx(head: string): boolean {
  const isText = head.startsWith('#!') || /^\s*(@|rem\b|:)/i.test(head);
  const commands = head.replace(/^[ \t]*(?:#|rem\b|::).*$/gim, '');
  return isText && /(^|[\s"'/\\])cdkx(\.[cm]?js|\.cmd)?["']?(\s|$)/m.test(commands);
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
