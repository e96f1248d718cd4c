import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import type { LoginPolicy } from '../profile/ensure-profile.ts';
import type { LogLevel } from '../terminal/reporter.ts';
import { resolveOwnSettings, type OwnSettings } from './own-settings.ts';
import { resolveProject, type ResolvedProject } from './resolve-project.ts';

/** What a program says about the project; everything left out is found as `cdkx` finds it for a command line without options. */
export interface ProjectOptions {
  /** The project's folder, which holds cdk.json; the current folder by default. */
  readonly cwd?: string | undefined;
  /** As `--profile`. */
  readonly profile?: string | undefined;
  /** As `--cdkx-stage`. */
  readonly stage?: string | undefined;
  /** Names of the stacks that are meant: they can choose the stage, as on a command line. */
  readonly stacks?: readonly string[] | undefined;
  /** When to log in; the project block's `login` by default, and `prompt` without one: asked on a terminal, an error elsewhere. */
  readonly login?: LoginPolicy | undefined;
  /** `true` logs in with a code on any device, `false` with the browser; by default what fits this machine. */
  readonly deviceCode?: boolean | undefined;
  /** Prints the sign-in address and opens no browser. */
  readonly noBrowser?: boolean | undefined;
  /** How much is written to stderr; `normal` by default. */
  readonly logLevel?: LogLevel | undefined;
  /** Proxy URL for AWS calls, as `--proxy`. */
  readonly proxy?: string | undefined;
  /** PEM file with certificate authorities, as `--ca-bundle-path`. */
  readonly caBundlePath?: string | undefined;
}

/** A project as a program describes it. */
export interface ProgrammaticProject {
  readonly ctx: Context;
  readonly project: ResolvedProject;
  readonly own: OwnSettings;
}

/**
 * Reads the project of a program's options: the same files and the same order of precedence as a command line.
 *
 * @throws UserError 78 for a file or a block that cannot be used.
 */
export function resolveProgrammaticProject(base: Context, options: ProjectOptions): ProgrammaticProject {
  const ctx = inProject(base, options);
  const own = readOwnSettings(ctx, options);
  const flags: Readonly<Record<string, string | undefined>> = {
    proxy: options.proxy,
    'ca-bundle-path': options.caBundlePath,
  };
  const line = {
    command: 'deploy',
    positionals: options.stacks ?? [],
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    context: {},
    option: (name: string) => flags[name],
  };
  return { ctx, own, project: resolveProject(ctx, line, own) };
}

/** The context in the project's folder. */
export function inProject(base: Context, { cwd = '.' }: ProjectOptions): Context {
  return { ...base, cwd: resolve(base.cwd, cwd) };
}

/** When to log in: as the options say, else as the project block does. */
export function loginPolicy({ own, project }: ProgrammaticProject): LoginPolicy {
  return own.login?.value ?? project.run?.effective.login ?? project.userBlock?.login ?? 'prompt';
}

function readOwnSettings(ctx: Context, { login, stage, deviceCode, noBrowser, logLevel }: ProjectOptions): OwnSettings {
  const flags = {
    ...(login === undefined ? {} : { login }),
    ...(stage === undefined ? {} : { stage }),
    ...(deviceCode === undefined ? {} : { deviceCode }),
    ...(noBrowser === undefined ? {} : { noBrowser }),
    confirm: [],
    dryRun: false,
    verbose: false,
    quiet: false,
    version: false,
    help: false,
  };
  const settings = resolveOwnSettings(flags, ctx.env);
  return logLevel === undefined ? settings : { ...settings, level: logLevel };
}
