import { isAbsolute, resolve } from 'node:path';
import { parseCommandLine } from './cdk/command-line/command-line.ts';
import { readOptionTable } from './cdk/command-line/option-table.ts';
import { type CdkxSettings, resolveCdkxSettings } from './cdkx-flags.ts';
import type { Context } from './context.ts';
import { ensuredCredentials, roleCredentials, type RoleCredentials } from './credentials/role-credentials.ts';
import { type LogLevel, UserError } from './messages/errors.ts';
import { severalMatchesMessage, unknownProfileMessage } from './profile/detect/messages.ts';
import type { SourceId } from './profile/detect/types.ts';
import { ensureProfile, type EnsureProfileOutcome, type LoginPolicy } from './profile/ensure-profile.ts';
import type { CredentialSource } from './profile/source.ts';
import { announceDetection } from './run/announce.ts';
import { expectedAccount, guardAccount, guardAccountBySts } from './run/ensure.ts';
import { accountsBlock, loginPolicy, type ResolvedProject, resolveProject } from './run/project.ts';
import type { SsoToken } from './sso/cache/token.ts';
import type { SessionRequest } from './sso/ensure/types.ts';
import { unattended } from './system/environment.ts';
import { createReporter } from './terminal/reporter.ts';

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
  readonly cdkxSettings: CdkxSettings;
}

/**
 * Reads the project of a program's options: the same files and the same order of precedence as a command line.
 *
 * @throws UserError 78 for a file or a block that cannot be used.
 */
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
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    context: environment.context,
    option: (name: string) => flags[name] ?? environment.option(name),
    variable: (name: string) => environment.variable(name),
    couldBeOn: () => false,
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
  const settings = resolveCdkxSettings(flags, ctx.env);
  return logLevel === undefined ? settings : { ...settings, level: logLevel };
}

/** A project with the profile that it means; without one, the credentials of the environment are meant. */
export interface FoundProfile extends ProgrammaticProject {
  readonly chosen?: { readonly name: string; readonly source: CredentialSource; readonly origin: SourceId };
}

/** What the calls of a program are called in messages. */
const command = 'cdkx';

/**
 * Finds the profile without asking anybody.
 *
 * @throws UserError 78 for a profile that is not defined and for several that match a pin.
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

/** Writes what detection found worth a warning. */
export function warnOfDetection({ ctx, project, cdkxSettings }: FoundProfile): void {
  announceDetection(project, createReporter(ctx, cdkxSettings.level));
}

/** How a session is made valid: see `SessionRequest`. */
type EnsureOptions = Pick<SessionRequest, 'tokenFor' | 'refused' | 'held' | 'endingSoon'>;

/** A session that was ensured before: a person has heard of its end, and it may be that only this process has its last token. */
export interface EnsuredBefore {
  token?: SsoToken;
}

/**
 * Makes the profile's session valid and checks the account.
 *
 * @throws UserError as `ensureProfile`, and 78 for a wrong account.
 */
export async function ensureFound(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const outcome = await ensureByFiles(found, options);
  await guardBySts(found);
  return outcome;
}

/**
 * The keys of the profile, its session ensured first, or those of the environment; their account is checked before they are handed out.
 * `before`: the session was ensured before, and its token is noted there.
 *
 * @throws UserError as `ensureFound` and `roleCredentials`.
 */
export async function fetchCredentials(found: FoundProfile, before?: EnsuredBefore): Promise<RoleCredentials> {
  const { ctx, project, cdkxSettings, chosen } = found;
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
        const reporter = createReporter(ctx, cdkxSettings.level);
        return roleCredentials(ctx, { profile: chosen.name, http, config, reporter, command, token });
      }
      const { environmentCredentials } = await import('./credentials/from-sdk.ts');
      return environmentCredentials(ctx, { http, config, region: project.region.region });
    },
  );
  await guardBySts(found, credentials);
  return credentials;
}

/** The session made valid, and the account guard as far as the files tell the account. */
async function ensureByFiles(found: FoundProfile, options: EnsureOptions): Promise<EnsureProfileOutcome> {
  const { ctx, project, cdkxSettings, chosen } = found;
  judgeByFiles(found);
  if (chosen === undefined) return { state: 'not-checked' };
  return ensureProfile(ctx, {
    profile: chosen.name,
    source: chosen.source,
    requirement: 'required',
    login: loginPolicy(found.ctx, found.project, found.cdkxSettings),
    reporter: createReporter(ctx, cdkxSettings.level),
    http: project.http,
    deviceCode: cdkxSettings.deviceCode,
    noBrowser: cdkxSettings.noBrowser,
    unattended: unattended(ctx.env),
    command,
    ...options,
  });
}

function judgeByFiles({ ctx, project, cdkxSettings, chosen }: FoundProfile) {
  const used = chosen === undefined ? {} : { profile: chosen.name, source: chosen.source };
  const expected = expectedAccount(project, chosen?.origin);
  const reporter = createReporter(ctx, cdkxSettings.level);
  return { used, expected, reporter, verdict: guardAccount(expected, used, true, reporter) };
}

/** The account guard where only STS can tell: of `credentials` where there are some, so that nothing is fetched twice. */
async function guardBySts(found: FoundProfile, credentials?: RoleCredentials): Promise<void> {
  const { used, expected, reporter, verdict } = judgeByFiles(found);
  if (verdict !== 'ask-sts') return;
  await guardAccountBySts(found.ctx, found.project, expected, used, { required: true, reporter, command, credentials });
}

/** Whether the project maps accounts. */
export function mapsAccounts({ project }: FoundProfile): boolean {
  return accountsBlock(project) !== undefined;
}

/** What a program's options mean for the other accounts of its project: the settings that the credential plugin works with. */
export function accountSettings(found: FoundProfile) {
  const { project, cdkxSettings, chosen } = found;
  const { proxy, caBundlePath } = project.http;
  return {
    block: accountsBlock(project) ?? {},
    // The profile is found already: nothing else is to be looked at.
    pins: { flag: chosen?.name },
    login: loginPolicy(found.ctx, found.project, found.cdkxSettings),
    logLevel: cdkxSettings.level,
    deviceCode: cdkxSettings.deviceCode,
    noBrowser: cdkxSettings.noBrowser,
    http: { proxy, caBundlePath },
    isEnsured: false,
  };
}
