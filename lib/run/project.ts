import { profileHttp, type ResolvedRegion, resolveRegion } from '../aws-config/settings.ts';
import { readSharedConfig, type SharedConfig } from '../aws-config/shared-config.ts';
import { isReadOnly } from '../cdk/command-line/command-class.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import {
  type CdkSettings,
  contextOf,
  contextValue,
  type OptionOf,
  optionsOf,
  optionSources,
  readSettings,
  readUserSettings,
  type SettingsFile,
} from '../cdk/settings.ts';
import type { CdkxSettings, LoginMode } from '../cdkx-flags.ts';
import type { MessageParts, Reporter } from '../messages/errors.ts';
import type { Context, HttpSettings } from '../context.ts';
import type { CredentialSource } from '../profile/source.ts';
import { detectProfile } from '../profile/detect/detect.ts';
import type { Detection, SourceId } from '../profile/detect/types.ts';
import { type AccountsRule, parseProjectBlock, type ProjectBlock } from '../project/block/block.ts';
import {
  blockKey,
  consentOfProject,
  type EffectiveBlock,
  effectiveBlock,
  pinOf,
  type RoleUse,
  withContextFlag,
} from '../project/block/effective-block.ts';
import { chooseStage, type StageChoice, targetKind } from '../project/stages/choose.ts';
import { isInteractive } from '../system/environment.ts';

/** The settings of one run, from the command line, the settings files, the environment and the shared config. */
export interface ResolvedProject {
  readonly settings: CdkSettings;
  readonly block?: RunBlock;
  readonly userBlock?: EffectiveBlock;
  readonly config: SharedConfig;
  readonly detection: Detection;
  /** Proxy and CA settings for our own calls: those of `cdk` if it is started. */
  readonly http: HttpSettings;
  /** What an option of `cdk` is for this run. */
  readonly optionOf: OptionOf;
  readonly region: ResolvedRegion;
  /** The region that `cdk` uses with that profile, which may have been picked since. */
  readonly regionWith: (profile: string | undefined) => ResolvedRegion;
  /** Whether `cdk` is started, which trusts the project. */
  readonly trustsProject: boolean;
}

export interface ResolveOptions {
  /** Whether the command also works without credentials. */
  readonly bestEffort?: boolean;
  /** Whether `cdk` is started: only then do the project's proxy, certificate authorities and `login` count for us. */
  readonly trustsProject: boolean;
  /** False if the user specified everything, so that `./cdk.json` isn't read. */
  readonly readsProject?: boolean;
  readonly mayPrompt?: boolean;
}

export interface ChosenProfile {
  readonly name: string;
  readonly source: CredentialSource;
  readonly origin: SourceId;
  /** The origin for people: `--profile`, `context.cdkx.profile in cdk.json`. */
  readonly where: string;
  /** Whether `--profile` is to be added for `cdk`. */
  readonly inject: boolean;
  /** Whether it was picked from a list in this run. */
  readonly isPicked?: boolean;
}

export type ProjectLine = Pick<
  CdkCommandLine,
  'command' | 'positionals' | 'profile' | 'context' | 'option' | 'variable' | 'couldBeOn' | 'hasGlobalOption'
>;

/** The first of the three steps: reads each file once and selects the profile. Throws a UserError (78). */
export function resolveProject(
  ctx: Context,
  line: ProjectLine,
  cdkxSettings: Pick<CdkxSettings, 'stage'>,
  { bestEffort = false, mayPrompt = true, trustsProject, readsProject = true }: ResolveOptions,
): ResolvedProject {
  const settings = readsProject ? readSettings(ctx) : readUserSettings(ctx);
  const block = readRunBlock(line, cdkxSettings, settings);
  const userBlock = readUserBlock(line, settings);
  const config = readSharedConfig(ctx);
  const detection = detectProfile({
    flag: line.profile,
    profileVariable: line.variable('profile') === undefined ? undefined : line.option('profile'),
    env: ctx.env,
    projectPin: pinOf(block?.effective, 'cdk.json'),
    projectProfile: settings.project?.json['profile'],
    userPin: pinOf(userBlock, '~/.cdk.json'),
    userProfile: settings.user?.json['profile'],
    config,
    bestEffort,
    get interactive() {
      return mayPrompt && isInteractive(ctx);
    },
  });
  const regionWith = (profile: string | undefined) =>
    resolveRegion(config, profile, ctx.env, regionOption(line, settings));
  return {
    settings,
    ...(block === undefined ? {} : { block }),
    ...(userBlock === undefined ? {} : { userBlock }),
    config,
    detection,
    http: profileHttp(
      readHttpSettings(optionsOf(line, trustsProject ? settings : withoutProject(settings))),
      config,
      nameOf(detection),
      ctx.env,
    ),
    region: regionWith(nameOf(detection)),
    regionWith,
    optionOf: optionsOf(line, settings),
    trustsProject,
  };
}

function withoutProject({ user }: CdkSettings): CdkSettings {
  return user === undefined ? {} : { user };
}

/** Whether detection found no credentials at all: `cdk` can only hope for an instance role. */
export function isNothing({ detection }: Pick<ResolvedProject, 'detection'>): boolean {
  return (
    detection.outcome === 'pass-through' &&
    (detection.reason === 'instance-or-nothing' || detection.reason === 'settings-only')
  );
}

/** The region that `cdk` gets, and its source. */
function regionOption(
  line: Pick<CdkCommandLine, 'option' | 'variable' | 'hasGlobalOption'>,
  settings: CdkSettings,
): ResolvedRegion | undefined {
  if (!line.hasGlobalOption('region')) return undefined;
  for (const { value, from } of optionSources(line, settings, 'region')) {
    if (typeof value === 'string' && value !== '') return { region: value, from };
  }
  return undefined;
}

/** Whether a sign-in may start without a prompt. A project's `"auto"` counts only if `cdk` is started on a terminal. */
export function loginPolicy(
  ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>,
  { block, userBlock, trustsProject }: Pick<ResolvedProject, 'block' | 'userBlock' | 'trustsProject'>,
  cdkxSettings: Pick<CdkxSettings, 'login'>,
): LoginMode {
  return (
    cdkxSettings.login?.value ??
    consentOfProject(block?.effective.login, () => trustsProject && isInteractive(ctx)) ??
    userBlock?.login ??
    'prompt'
  );
}

/** The block that maps accounts for this run: the project's, or that of `~/.cdk.json` if the project has none. Absent without `accounts`. */
export function accountsBlock({
  block,
  userBlock,
}: Pick<ResolvedProject, 'block' | 'userBlock'>): (EffectiveBlock & { readonly accounts: AccountsRule }) | undefined {
  const effective = block === undefined ? userBlock : block.effective;
  return effective?.accounts === undefined ? undefined : { ...effective, accounts: effective.accounts };
}

function nameOf(detection: Detection): string | undefined {
  return detection.outcome === 'profile' ? detection.name : undefined;
}

export function readHttpSettings(optionOf: OptionOf): HttpSettings {
  const text = (name: string) => {
    const value = optionOf(name);
    return typeof value === 'string' ? value : undefined;
  };
  return { proxy: text('proxy'), caBundlePath: text('ca-bundle-path') };
}

/** Warns before the first call with a proxy or certificate authorities of `./cdk.json`: its author could read it. */
export function announcingProjectHttp(
  ctx: Context,
  { http, settings }: Pick<ResolvedProject, 'http' | 'settings'>,
  reporter: Pick<Reporter, 'warn'>,
): Context {
  const ofProject = settings.project?.json ?? {};
  const used = (['proxy', 'caBundlePath'] as const).filter(
    (key) => http[key] !== undefined && http[key] !== '' && http[key] === ofProject[key],
  );
  if (used.length === 0) return ctx;
  let isWarned = false;
  return Object.create(ctx, {
    requestHandler: {
      value: async (given: HttpSettings) => {
        if (!isWarned) reporter.warn(projectHttpWarning(used, http));
        isWarned = true;
        return ctx.requestHandler(given);
      },
    },
  }) as Context;
}

function projectHttpWarning(used: readonly ('proxy' | 'caBundlePath')[], http: HttpSettings): MessageParts {
  const names = {
    proxy: `the proxy ${(http.proxy ?? '').split('@').at(-1) ?? ''}`,
    caBundlePath: `the certificate authorities in ${http.caBundlePath ?? ''}`,
  };
  return {
    what: `cdkx calls AWS with ${used.map((key) => names[key]).join(' and ')}, set by cdk.json of this project`,
    why: 'cdk does the same. Whoever runs the proxy can read what is sent, including SSO tokens.',
    next: [
      {
        say: `If you don't recognize ${used.length > 1 ? 'them' : 'it'}, remove "${used.join('" and "')}" from cdk.json and sign out, because others may have your session.`,
      },
    ],
  };
}

/** The block of `./cdk.json` as it applies to one run. */
export interface RunBlock {
  readonly written: ProjectBlock;
  readonly stage: StageChoice;
  readonly effective: EffectiveBlock;
}

/** The block of `./cdk.json` with its stage and `-c cdkx=NAME`. Throws a UserError (78). */
export function readRunBlock(
  line: Omit<ProjectLine, 'profile' | 'option'>,
  cdkxSettings: Pick<CdkxSettings, 'stage'>,
  settings: CdkSettings,
): RunBlock | undefined {
  const block = writtenBlock(line, settings);
  const stage = chooseStage(block, {
    ...(cdkxSettings.stage === undefined
      ? {}
      : { [isFlag(cdkxSettings) ? 'flag' : 'variable']: cdkxSettings.stage.value }),
    context: (key) => contextValue(line, settings, key),
    isGiven: (key) => Object.hasOwn(line.context, key),
    stacks: namesStacks(line) ? line.positionals : [],
  });
  if (block === undefined) return undefined;
  const effective = effectiveBlock(block, stage.kind === 'chosen' ? stage.name : undefined, roleUseOf(line));
  return { written: block, stage, effective: withContextFlag(effective, line.context) };
}

/** The block of `./cdk.json` as it is written; an empty one if only `-c cdkx=NAME` is given. */
export function writtenBlock(line: Pick<CdkCommandLine, 'context'>, settings: CdkSettings): ProjectBlock | undefined {
  return blockOf(settings.project) ?? (Object.hasOwn(line.context, blockKey) ? {} : undefined);
}

/** The block of `~/.cdk.json`: a pin for every project that has none, without stages. */
export function readUserBlock(
  line: Pick<CdkCommandLine, 'command'>,
  settings: CdkSettings,
): EffectiveBlock | undefined {
  const block = blockOf(settings.user);
  return block === undefined ? undefined : effectiveBlock(block, undefined, roleUseOf(line));
}

/** Whether the command uses the role that only reads. */
export function roleUseOf({ command = '' }: Pick<CdkCommandLine, 'command'>): RoleUse {
  return isReadOnly(command) ? 'read' : 'change';
}

function blockOf(file: SettingsFile | undefined): ProjectBlock | undefined {
  const value = contextOf(file)[blockKey];
  return file === undefined || value === undefined || value === null
    ? undefined
    : parseProjectBlock(value, `context.${blockKey} in ${file.shownPath}`);
}

/** With `--all` the words after the command choose nothing. */
function namesStacks({ command, couldBeOn }: Pick<CdkCommandLine, 'command' | 'couldBeOn'>): boolean {
  return command !== undefined && targetKind(command) === 'stacks' && !couldBeOn('all');
}

function isFlag({ stage }: Pick<CdkxSettings, 'stage'>): boolean {
  return stage?.from.startsWith('--') ?? false;
}
