import { delimiter } from 'node:path';
import type { Context } from '../context.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import { findInProject } from './binary-in-project.ts';
import { findNamed, findOnPath } from './binary-on-path.ts';
import { installCommand } from './install-command.ts';

/** The `cdk` that will be run. */
export interface CdkBinary {
  /** `module`: a JavaScript file, run by our own Node. `executable`: anything else, run as it is. */
  readonly kind: 'module' | 'executable';
  readonly path: string;
  /** Where it was found. */
  readonly from: 'project' | 'path' | 'CDKX_CDK';
  /** The folder of the `aws-cdk` package, where it is known and can be read. */
  readonly packageDir?: string;
  readonly version?: string;
  /** Of a Plug'n'Play project: must be loaded before the module. */
  readonly plugAndPlay?: PlugAndPlay;
}

/** What Yarn writes into a Plug'n'Play project for Node to load first. */
export interface PlugAndPlay {
  /** `.pnp.cjs`, which knows where each package lies. */
  readonly map: string;
  /** `.pnp.loader.mjs`, without which ES modules find none: there where the project or a package has some. */
  readonly loader?: string;
}

export type BinaryContext = Pick<Context, 'cwd' | 'env' | 'platform' | 'selfPath'>;

/**
 * Tells a `cdk` that starts cdkx again how deep it is. Its name must not begin with `CDK` (`cdk` parses those).
 */
export const depthVariable = 'NESTED_CDKX';

const maxDepth = 4;

/**
 * Finds the `cdk` to run: what `CDKX_CDK` names, else the project's own `aws-cdk` (from the working folder upward),
 * else a `cdk` on `PATH` that is not cdkx itself. Throws a UserError (127) with an install command if there is none.
 */
export function findCdk(ctx: BinaryContext): CdkBinary {
  const named = ctx.env['CDKX_CDK'];
  if (named !== undefined && named !== '') return findNamed(ctx, named) ?? refuseNamed(named);
  const found = findInProject(ctx.cwd) ?? findOnPath(ctx, searchPath(ctx));
  if (found === undefined) throw notFound(ctx);
  if (mayStartCdkx(found) && depthOf(ctx) >= maxDepth) {
    throw new UserError(exitCode.commandNotFound, {
      what: `${found.path} is a "cdk" that runs cdkx again.`,
      why: 'cdkx would start itself for ever.',
      next: ['Install the real one in the project:', `  ${installCommand(ctx.cwd)}`],
    });
  }
  return found;
}

/** Whether a program named `cdk` is not known to be the real one, so that it could be a detour to cdkx. */
export function mayStartCdkx(binary: CdkBinary): boolean {
  return binary.from === 'path' && binary.packageDir === undefined;
}

/** How many cdkx processes, each started by the `cdk` of the one before, lead to this one. */
export function depthOf(ctx: Pick<Context, 'env'>): number {
  return Number.parseInt(ctx.env[depthVariable] ?? '0', 10) || 0;
}

/**
 * What is wrong with the version that was found. 3.0.0 was published by accident (aws-cdk#38113): it is older than
 * 2.1010 and cannot read what today's aws-cdk-lib writes.
 */
export function versionWarning(binary: CdkBinary, cwd: string): MessageParts | undefined {
  if (binary.version !== '3.0.0') return undefined;
  return {
    what: `this project's cdk is aws-cdk 3.0.0, which was published by accident.`,
    why: 'It is older than 2.1010 and cannot read what a current aws-cdk-lib writes.',
    next: ['Install the current one:', `  ${installCommand(cwd)}`],
  };
}

function searchPath({ env, platform }: BinaryContext): string[] {
  const path = env['PATH'] ?? (platform === 'win32' ? env['Path'] : undefined) ?? '';
  return path.split(delimiter).filter((folder) => folder !== '');
}

function refuseNamed(named: string): never {
  throw new UserError(exitCode.commandNotFound, {
    what: `CDKX_CDK names "${named}", which cannot be found or run.`,
    why: 'It takes the path of a cdk program, or a command on PATH.',
    next: ["Without it, the project's own cdk is used:", '  unset CDKX_CDK'],
  });
}

function notFound(ctx: BinaryContext): UserError {
  return new UserError(exitCode.commandNotFound, {
    what: `no cdk was found for ${ctx.cwd}.`,
    why: 'There is no aws-cdk in node_modules here or above, and no other cdk on PATH.',
    next: ['Install it:', `  ${installCommand(ctx.cwd)}`],
  });
}
