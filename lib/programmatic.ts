import { isAbsolute, resolve } from 'node:path';
import { parseCommandLine } from './cdk/command-line/command-line.ts';
import { readOptionTable } from './cdk/command-line/option-table.ts';
import { type CdkxSettings, type LoginMode, resolveCdkxSettings, takeCdkxFlags } from './cdkx-flags.ts';
import type { Context } from './context.ts';
import { ensuredCredentials, roleCredentials, type RoleCredentials } from './credentials/role-credentials.ts';
import { type LogLevel, type Reporter, UserError } from './messages/errors.ts';
import { severalMatchesMessage, unknownProfileMessage } from './profile/detect/messages.ts';
import type { SourceId } from './profile/detect/types.ts';
import type { EnsureProfileOutcome } from './profile/ensure-profile.ts';
import type { CredentialSource } from './profile/source.ts';
import { ensureRunProfile, guardAccount } from './run/ensure.ts';
import { withAccessRequest } from './run/explain.ts';
import { accountsBlock, loginPolicy, type ResolvedProject, resolveProject } from './run/project.ts';
import type { SsoToken } from './sso/cache/token.ts';
import type { SessionRequest } from './sso/ensure/types.ts';
import { createReporter } from './terminal/reporter.ts';

/** Options of the API. Defaults are those of `cdkx` without options. */
export interface ProjectOptions {
  /** The project's directory, which contains cdk.json; by default the current directory. */
  readonly cwd?: string | undefined;
  /** Like `--profile`. */
  readonly profile?: string | undefined;
  /** Like `--cdkx-stage`. */
  readonly stage?: string | undefined;
  /** Names of stacks, which can select the stage as on a command line. */
  readonly stacks?: readonly string[] | undefined;
  /** When to sign in. Default: `login` of the project block, otherwise `prompt`, which prompts on a terminal and fails otherwise. */
  readonly login?: LoginMode | undefined;
  /** `true` signs in with a code on any device, `false` with the browser. Default: automatic. */
  readonly deviceCode?: boolean | undefined;
  /** Prints the sign-in URL instead of opening a browser. */
  readonly noBrowser?: boolean | undefined;
  /** How much to write to stderr. Default: `normal`. */
  readonly logLevel?: LogLevel | undefined;
  /** Proxy URL for AWS calls, as `--proxy`. */
  readonly proxy?: string | undefined;
  /** PEM file with certificate authorities, as `--ca-bundle-path`. */
  readonly caBundlePath?: string | undefined;
}

export interface ProgrammaticProject {
  readonly ctx: Context;
  readonly project: ResolvedProject;
  readonly cdkxSettings: CdkxSettings;
}

/** Resolves the project of a program's options as for a command line. Throws a UserError (78). */
export function resolveProgrammaticProject(base: Context, options: ProjectOptions): ProgrammaticProject {
  const ctx = inProject(base, options);
  const cdkxSettings = readCdkxSettings(ctx, options);
  const flags: Readonly<Record<string, string | undefined>> = {
    proxy: options.proxy,
    'ca-bundle-path': options.caBundlePath,
  };
  // The `CDK_*` variables count for a program too.
  const environment = parseCommandLine([], readOptionTable(undefined), ctx.env);
  const line = {
    command: 'deploy',
    positionals: options.stacks ?? [],
    profile: options.profile,
    context: environment.context,
    option: (name: string) => flags[name] ?? environment.option(name),
    variable: (name: string) => environment.variable(name),
    couldBeOn: () => false,
    hasGlobalOption: () => true,
  };
  return { ctx, cdkxSettings, project: resolveProject(ctx, line, cdkxSettings, { trustsProject: true }) };
}

/** The context in the project's folder. The rest is not copied: the streams belong to the program and are set up only when they are used. */
export function inProject(base: Context, { cwd = '.' }: ProjectOptions): Context {
  const value = isAbsolute(cwd) ? cwd : resolve(base.cwd, cwd);
  return Object.create(base, { cwd: { value, enumerable: true } }) as Context;
}

function readCdkxSettings(
  ctx: Context,
  { login, stage, deviceCode, noBrowser, logLevel }: ProjectOptions,
): CdkxSettings {
  const settings = resolveCdkxSettings({ ...takeCdkxFlags([]).flags, login, stage, deviceCode, noBrowser }, ctx.env);
  return logLevel === undefined ? settings : { ...settings, level: logLevel };
}

/** A project with its profile; without one, it uses the credentials of the environment. */
export interface FoundProfile extends ProgrammaticProject {
  readonly chosen?: { readonly name: string; readonly source: CredentialSource; readonly origin: SourceId };
}

/**
 * Finds the profile without prompting. Throws a UserError (78) if it isn't defined, or several profiles match a pin.
 */
export function findProfile(base: Context, options: ProjectOptions): FoundProfile {
  const found = resolveProgrammaticProject(base, options);
  const { detection, config } = found.project;
  if (detection.outcome === 'several-matches') {
    throw new UserError('SeveralProfilesMatch', severalMatchesMessage(detection));
  }
  if (detection.outcome === 'not-defined') {
    throw new UserError('ProfileNotFound', unknownProfileMessage(detection, config));
  }
  if (detection.outcome !== 'profile') return found;
  const { name, credentialSource: source, origin } = detection;
  return { ...found, chosen: { name, source, origin } };
}

type EnsureOptions = Pick<SessionRequest, 'tokenFor' | 'refused' | 'held' | 'endingSoon'>;

/** A session that was ensured before: the user was warned about its expiry, and the cache may not contain its last token. */
export interface EnsuredBefore {
  token?: SsoToken;
}

/** Makes the profile's session valid and checks the account (78 for a wrong one). */
export async function ensureFound(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const outcome = await ensureByFiles(found, options);
  await guard(found)?.();
  return outcome;
}

/** Ensures the session, fetches credentials, and checks their account. `before` holds the last token. */
export async function fetchCredentials(found: FoundProfile, before?: EnsuredBefore): Promise<RoleCredentials> {
  const { ctx, project, chosen } = found;
  const { http, config } = project;
  const credentials = await ensuredCredentials(
    async (refused) => {
      const known: EnsureOptions = before === undefined ? {} : { held: before.token, endingSoon: 'use' };
      const outcome = await ensureByFiles(found, { tokenFor: 'self', refused, ...known });
      if (before !== undefined && outcome.state === 'ready') before.token = outcome.token;
      return outcome;
    },
    async (token) => {
      if (chosen !== undefined) {
        const reporter = reporterOf(found);
        return withAccessRequest(ctx, { project, reporter: { ...reporter, interactive: false } }, () =>
          roleCredentials(ctx, { profile: chosen.name, http, config, reporter, token }),
        );
      }
      const { environmentCredentials } = await import('./credentials/from-sdk.ts');
      return environmentCredentials(ctx, { http, config, region: project.region.region });
    },
  );
  await guard(found)?.(credentials);
  return credentials;
}

/** Ensures the session, and checks the account as far as the files contain it. */
async function ensureByFiles(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const { ctx, chosen } = found;
  guard(found);
  if (chosen === undefined) return { state: 'not-checked' };
  return ensureRunProfile(ctx, { ...found, reporter: reporterOf(found) }, chosen, { command: 'cdkx', ...options });
}

/** The account guard by the files. Returns the check by STS, if it needs one. */
function guard(found: FoundProfile) {
  const { ctx, project, chosen: profile } = found;
  return guardAccount(ctx, { project, profile, required: true, reporter: reporterOf(found) });
}

export function reporterOf({ ctx, cdkxSettings }: FoundProfile): Reporter {
  return createReporter(ctx, cdkxSettings.level);
}

export function accountSettings(found: FoundProfile) {
  const { project, cdkxSettings, chosen } = found;
  const { proxy, caBundlePath } = project.http;
  return {
    block: accountsBlock(project) ?? {},
    // The profile is already detected.
    pins: { flag: chosen?.name },
    login: loginPolicy(found.ctx, found.project, found.cdkxSettings),
    logLevel: cdkxSettings.level,
    deviceCode: cdkxSettings.deviceCode,
    noBrowser: cdkxSettings.noBrowser,
    http: { proxy, caBundlePath },
    isEnsured: false,
  };
}
