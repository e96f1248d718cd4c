import { type AssemblyStack, assemblyFolder, givenAssembly, readAssembly } from '../cdk/assembly.ts';
import { isReadOnly } from '../cdk/command-line/command-class.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import type { OptionOf } from '../cdk/settings.ts';
import type { CdkxSettings } from '../cdkx-flags.ts';
import type { Context } from '../context.ts';
import type { RoleCredentials } from '../credentials/role-credentials.ts';
import { type Reporter, UserError } from '../messages/errors.ts';
import { quoteArguments } from '../messages/text.ts';
import type { Detection, SourceId } from '../profile/detect/types.ts';
import { ensureProfile, type EnsureProfileOutcome, expiredKeysMessage } from '../profile/ensure-profile.ts';
import { resolveCredentialSource, settingsOnly } from '../profile/resolve-source.ts';
import {
  type CredentialSource,
  leafSource,
  mfaNeedsTerminal,
  requiredMfa,
  sourceAccount,
  sourceRole,
} from '../profile/source.ts';
import {
  localProfiles,
  mappedAccounts,
  serveAccount,
  sourceSession,
  readinessKey,
  wrongAccountMessage,
} from '../project/accounts.ts';
import type { Pin } from '../project/block/block.ts';
import { whereIs } from '../project/block/effective-block.ts';
import {
  accountByFiles,
  type ActualAccount,
  type ExpectedAccount,
  judgeAccount,
  judgeRegion,
} from '../project/guard.ts';
import { targetKind } from '../project/stages/choose.ts';
import { type Change, decideStageEntry, deployedStack, type StageEntryInput } from '../project/stages/entry.ts';
import { agentCannotConfirm, confirmStage, planConfirmation } from '../project/stages/protection.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import { tokenStatus } from '../sso/cache/token.ts';
import { sessionName } from '../sso/session.ts';
import { agentVariable, unattended } from '../system/environment.ts';
import { whatHelps } from './announce.ts';
import { accountsBlock, isNothing, loginPolicy, type ResolvedProject, type RunBlock } from './project.ts';

/** What is to be made ready before `cdk` starts. */
export interface ProjectRun {
  readonly project: ResolvedProject;
  /** The chosen profile; absent if `cdk` finds credentials itself. */
  readonly profile?:
    { readonly name: string; readonly source: CredentialSource; readonly origin: SourceId } | undefined;
  readonly line: CdkCommandLine;
  readonly cdkxSettings: CdkxSettings;
  readonly required: boolean;
  readonly reporter: Reporter;
  /** Synthesizes the app as this run would, if it must be known what `cdk` adds to the stacks that are named. */
  readonly synthesize: () => Promise<boolean>;
}

/** A profile and what became of its session. */
export interface EnsuredProfile {
  readonly profile: string;
  readonly outcome: EnsureProfileOutcome;
}

/** What is ready for `cdk`. */
export interface EnsuredProject {
  /** Of the run's own profile. */
  readonly outcome: EnsureProfileOutcome;
  /** The sessions to keep alive: that of the run's profile, and those of `accounts`. */
  readonly sessions: readonly EnsuredProfile[];
}

/**
 * The second of the three steps: checks what is required before `cdk` starts. The order avoids unnecessary sign-ins:
 * the stage was chosen, the accounts are right as far as the files contain them, a protected stage is confirmed, the sessions are valid
 * (one after the other, those of the profiles that `accounts` names included), and the account again if only STS knows it.
 *
 * @throws UserError 78 if the project block forbids the run; and as `ensureProfile`.
 */
export async function ensureProject(ctx: Context, run: ProjectRun): Promise<EnsuredProject> {
  const { project, profile, required, reporter } = run;
  if (run.line.refusal === undefined) checkCertainFailure(ctx, run);
  const used = profile === undefined ? {} : { profile: profile.name, source: profile.source };
  const expected = expectedAccount(ctx, project, profile?.origin);
  const entered = enterStages(ctx, run);
  const isKnown = entered !== 'unknown';
  const verdict = guardAccount(expected, used, required, reporter);
  guardRegion(run);
  const mapped = required ? profilesToEnsure(ctx, project, profile?.source) : [];
  if (run.line.cdkxFlags.dryRun) {
    return { outcome: describeRest(ctx, run, { entered, mapped, asksSts: verdict === 'ask-sts' }), sessions: [] };
  }
  if (isKnown) await confirmStages(ctx, run, entered);
  // `cdk` will reject this command line, so it needs no session. The guards have run in case cdkx is wrong about that.
  const isRefused = run.line.refusal !== undefined;
  const outcome =
    profile === undefined || isRefused ? { state: 'not-checked' as const } : await ensureOne(ctx, run, profile);
  const sessions: EnsuredProfile[] = profile === undefined ? [] : [{ profile: profile.name, outcome }];
  for (const other of isRefused ? [] : mapped) {
    sessions.push({ profile: other.name, outcome: await ensureOne(ctx, run, other) });
  }
  // Without credentials, no account can be wrong.
  const hasCredentials =
    outcome.state !== 'continue-without' && (required || profile !== undefined || !isNothing(project));
  if (verdict === 'ask-sts' && hasCredentials) {
    await guardAccountBySts(ctx, project, expected, used, { required, reporter });
  }
  if (!isKnown) await confirmStages(ctx, run, await enterSynthesizedStages(ctx, run));
  return { outcome, sessions };
}

/**
 * What the files and the environment show to be certain to fail, before anything is asked or started: keys in the environment that have
 * expired, a pinned or given profile without credentials, an MFA code that cannot be asked for.
 *
 * @throws UserError 77 or 78 for a required command; a best-effort one is warned.
 */
function checkCertainFailure(ctx: Context, { project, profile, required, reporter }: ProjectRun): void {
  const { detection, config } = project;
  if (profile === undefined) {
    if (detection.outcome !== 'pass-through' || detection.reason !== 'environment-keys') return;
    const other = detection.candidates.find(
      ({ source }) => source === 'aws-profile' || source === 'aws-default-profile',
    );
    const message = expiredKeysMessage(ctx, typeof other?.value === 'string' ? other.value : undefined);
    if (message === undefined) return;
    if (required) throw new UserError('CredentialsExpired', message);
    reporter.warn(message);
    return;
  }
  if (!required) return;
  const { name, source } = profile;
  if (source.kind === 'none') throw new UserError('NoCredentialSource', settingsOnly(config, name));
  const mfaSerial = requiredMfa(source);
  // With a terminal on either side, `cdk` may be answered.
  if (mfaSerial !== undefined && !ctx.stdin.isTTY && !ctx.stdout.isTTY) {
    throw new UserError('MfaCodeRequired', mfaNeedsTerminal(name, mfaSerial));
  }
}

/** Makes one profile ready as this run wants it: the run's own, or one that `accounts` names. */
export function ensureOne(
  ctx: Context,
  run: Omit<ProjectRun, 'profile' | 'synthesize'>,
  { name, source }: { readonly name: string; readonly source: CredentialSource },
): Promise<EnsureProfileOutcome> {
  const { project, cdkxSettings, required, reporter } = run;
  return ensureProfile(ctx, {
    profile: name,
    source,
    requirement: required ? 'required' : 'best-effort',
    login: loginPolicy(ctx, project, cdkxSettings),
    reporter,
    http: project.http,
    deviceCode: cdkxSettings.deviceCode,
    noBrowser: cdkxSettings.noBrowser,
    unattended: unattended(ctx.env),
    command: commandOf(run),
  });
}

/** The stages that this run enters; `unknown` if the app must be synthesized to know that. */
function enterStages(ctx: Context, { project, line, required }: ProjectRun): readonly string[] | 'unknown' {
  if (project.block === undefined || line.command === undefined) return [];
  const entry = decideStageEntry(stageEntryInput(ctx, project, project.block, line, required));
  if (entry.outcome === 'ok') return entry.stages;
  if (entry.outcome === 'unknown' && line.refusal === undefined) return 'unknown';
  throw new UserError('StageNotChosen', entry.message);
}

const whyList = 'to see which ones this command reaches';

/** The stages that this run enters, found by a synthesis. */
async function enterSynthesizedStages(ctx: Context, run: ProjectRun): Promise<readonly string[]> {
  const { project, line, required, reporter } = run;
  if (project.block === undefined) return [];
  reporter.notice(`reading the stacks of your app with cdk list, ${whyList}`);
  await run.synthesize();
  const entry = decideStageEntry(stageEntryInput(ctx, project, project.block, line, required));
  if (entry.outcome === 'ok') return entry.stages;
  throw new UserError('StageNotChosen', entry.message);
}

/** What decides which stages a run enters. */
export function stageEntryInput(
  ctx: Pick<Context, 'cwd' | 'env'>,
  project: ResolvedProject,
  { written, stage, effective }: RunBlock,
  line: CdkCommandLine,
  required: boolean,
): StageEntryInput {
  const { command = '', positionals } = line;
  const { stages = {}, account, profile, stageContext } = written;
  const accountOf = (pin: Pin) => accountOfPin(ctx, project, pin);
  let known: { readonly stacks: AssemblyStack[] | undefined } | undefined;
  const knownStacks = () => (known ??= { stacks: readAssembly(assemblyFolder(ctx, project.optionOf)) }).stacks;
  const deployed = (names: readonly string[]) => names.flatMap((name) => deployedStack(name, knownStacks(), stages));
  return {
    required,
    isReadOnly: isReadOnly(command),
    command,
    targets: targetKind(command),
    // Without stack names, all stacks are selected anyway.
    names: positionals.length === 0 ? [] : [...positionals, ...deployed(line.values('additional-stack-name'))],
    all: line.couldBeOn('all'),
    exclusively: line.option('exclusively') === true,
    overwrites: command === 'bootstrap' ? deployed(toolkitStack(project.optionOf)) : [],
    choice: stage,
    isAssembly: givenAssembly(ctx, project.optionOf) !== undefined,
    stages,
    accounts: Object.fromEntries(Object.entries(stages).map(([name, each]) => [name, accountOf(each)])),
    stageContext,
    baseAccount: accountOf({ account, profile }),
    hasAccounts: effective.accounts !== undefined,
    knownStacks,
    regionOf: (name) => {
      const { region, profile: named } = stages[name] ?? {};
      const configured = (of: string | undefined) => of && project.config.profiles.get(of)?.['region'];
      return region ?? configured(named) ?? written.region ?? configured(profile);
    },
    rerun: (change) => rerun(line, change),
    synthesize: quoteArguments([
      'cdkx',
      'synth',
      '--quiet',
      ...(stage.kind === 'chosen' && stage.appStage?.assignment !== undefined ? [`--cdkx-stage=${stage.name}`] : []),
      ...Object.entries(line.context).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]),
  };
}

/** The name that an option gives to the toolkit stack. */
function toolkitStack(optionOf: OptionOf): string[] {
  const name = optionOf('toolkit-stack-name');
  return typeof name !== 'string' || name === '' || name === 'CDKToolkit' ? [] : [name];
}

function accountOfPin(
  ctx: Pick<Context, 'env'>,
  { config }: ResolvedProject,
  { account, profile }: Pin,
): string | undefined {
  return account ?? (profile && sourceAccount(resolveCredentialSource(config, profile, ctx.env)));
}

/** The command line to paste: with other words, `--all` goes. */
function rerun(line: CdkCommandLine, { stage, words, options = [] }: Change): string {
  const added = [...(stage === undefined ? [] : [`--cdkx-stage=${stage}`]), ...options];
  const args = line.withWords([...added, ...(words ?? line.positionals)]);
  return quoteArguments(['cdkx', ...(words === undefined ? args : args.filter((arg) => arg !== '--all'))]);
}

async function confirmStages(ctx: Context, run: ProjectRun, entered: readonly string[]): Promise<void> {
  const { project, line, reporter, profile } = run;
  const { command = '', cdkxFlags } = line;
  const plan = confirmationPlan(ctx, run, entered);
  const agent = agentVariable(ctx.env);
  if (agent !== undefined && plan.needed.length > 0) {
    const words = ctx.argv.filter((word) => !word.startsWith('--cdkx-confirm'));
    throw agentCannotConfirm(plan.needed, agent, quoteArguments(['cdkx', ...words]));
  }
  const isChosen = (stage: string) => project.block?.effective.stage === stage;
  const { stage } = cdkxFlags;
  const confirmation = (names: readonly string[]) =>
    rerun(line, { stage, options: [`--cdkx-confirm=${[...cdkxFlags.confirm, ...names].join(',')}`] });
  for (const stage of plan.needed) {
    const facts = isChosen(stage)
      ? { command, profile: profile?.name, account: profile && sourceAccount(profile.source) }
      : { command, account: project.block?.written.stages?.[stage]?.account };
    await confirmStage(ctx, { stage, facts, plan, confirmation, interactive: reporter.interactive });
  }
}

/** Which protected stages are still to be confirmed. */
function confirmationPlan(ctx: Context, { project, line, required }: ProjectRun, entered: readonly string[]) {
  return planConfirmation({
    isAsked: required && !isReadOnly(line.command ?? ''),
    entered,
    stages: project.block?.written.stages ?? {},
    // Whatever an agent passes, in CI too, it is not the user who is responsible for the stage.
    confirmed: agentVariable(ctx.env) === undefined ? line.cdkxFlags.confirm : [],
  });
}

/** Prints what a run would prompt for and send, without doing it. */
function describeRest(
  ctx: Context,
  run: ProjectRun,
  rest: {
    readonly entered: readonly string[] | 'unknown';
    readonly mapped: readonly MappedProfile[];
    readonly asksSts: boolean;
  },
): EnsureProfileOutcome {
  const { profile, reporter } = run;
  const isKnown = rest.entered !== 'unknown';
  if (!isKnown) reporter.notice(`dry run: would run cdk list, ${whyList}`);
  const plan = confirmationPlan(ctx, run, isKnown ? rest.entered : []);
  for (const stage of plan.needed)
    reporter.notice(`dry run: would prompt for the name of the protected stage "${stage}"`);
  const profiles = [...(profile === undefined ? [] : [profile]), ...rest.mapped];
  for (const step of profiles.flatMap((each) => sessionStep(ctx, each))) reporter.notice(`dry run: ${step}`);
  if (rest.asksSts) reporter.notice('dry run: would call AWS STS to find which account the credentials belong to');
  return { state: 'not-checked' };
}

/** What would be done about the session of a profile; nothing if its token is valid. */
export function sessionStep(ctx: Pick<Context, 'home' | 'clock'>, { name, source }: MappedProfile): string[] {
  const leaf = leafSource(source);
  if (!('session' in leaf)) return [];
  const { session } = leaf;
  const found = readToken(ctx, session);
  const status = found.state === 'present' ? tokenStatus(found.token, session, ctx.clock.now()) : undefined;
  if (status?.fresh === true) return [];
  const label = sessionName({ session, profile: name });
  return [status?.refreshable === true ? `would refresh ${label}` : `would sign in to ${label}`];
}

/** What the user ran, for messages. */
function commandOf({ line }: Pick<ProjectRun, 'line'>): string {
  return ['cdkx', line.command ?? ''].join(' ').trim();
}

/** A profile that `accounts` names, with its credential source. */
export interface MappedProfile {
  readonly name: string;
  readonly source: CredentialSource;
}

/**
 * The profiles to make ready before `cdk` starts, so that no sign-in is needed in the middle of a deployment:
 * those in `accounts`, one for each SSO session, and each profile without a session whose credentials can have expired
 * (`aws login`, temporary keys). What `own` (the run's own profile) has made ready is left out. An account that no profile serves is left to
 * the plugin, which hints at it once `cdk` really asks for it.
 *
 * @throws UserError 78 for a profile that uses a different account than the one it is mapped to.
 */
export function profilesToEnsure(
  ctx: Context,
  project: Pick<ResolvedProject, 'block' | 'userBlock' | 'config'>,
  own: CredentialSource | undefined,
): MappedProfile[] {
  const { accounts, role } = accountsBlock(project) ?? {};
  if (accounts === undefined || accounts === 'auto') return [];
  const { config } = project;
  const profiles = localProfiles(config, ctx.env);
  const context = { session: own && sourceSession(own), role: role ?? (own && sourceRole(own)) };
  const ownNeed = own && readinessKey(own);
  const byNeed = new Map<string, MappedProfile>();
  for (const account of mappedAccounts(accounts)) {
    const service = serveAccount(account, accounts, profiles, context);
    if (service.outcome === 'wrong-account') {
      throw new UserError('WrongAccount', wrongAccountMessage(account, service.profile, service.leadsTo));
    }
    if (service.outcome === 'none') continue;
    const source = resolveCredentialSource(config, service.profile, ctx.env);
    const need = readinessKey(source);
    if (need === ownNeed || byNeed.has(need)) continue;
    byNeed.set(need, { name: service.profile, source });
  }
  return [...byNeed.values()];
}

/** What the run will use: a profile with its credential source, or neither for ambient credentials. */
export interface UsedCredentials {
  readonly profile?: string;
  readonly source?: CredentialSource;
}

/** The account that this run must use, and where it is set; `undefined` if none is pinned. */
export function expectedAccount(
  ctx: Pick<Context, 'env'>,
  project: ResolvedProject,
  origin: Detection['candidates'][number]['source'] | undefined,
): ExpectedAccount | undefined {
  const { block, userBlock } = project;
  const account = block?.effective.account;
  if (block !== undefined && account !== undefined) {
    const stages = Object.entries(block.written.stages ?? {}).flatMap(([name, stage]) => {
      const ofStage = accountOfPin(ctx, project, stage);
      return ofStage === undefined ? [] : [[ofStage, name] as const];
    });
    const where = whereIs(block.effective.origin, 'account', 'cdk.json');
    return { account, where, stages: Object.fromEntries(stages) };
  }
  // A pin for all projects guards only the projects that it selects the profile for.
  if (origin !== 'user-block' || userBlock?.account === undefined) return undefined;
  return { account: userBlock.account, where: whereIs(userBlock.origin, 'account', '~/.cdk.json') };
}

/**
 * The account guard (docs/configuration.md, "The account guard"): compares without network if the files contain the account; otherwise returns `ask-sts`.
 *
 * @throws UserError 78 if a command that requires credentials would use another account, 69 if STS is unreachable. Warns for others.
 */
export function guardAccount(
  expected: ExpectedAccount | undefined,
  used: UsedCredentials,
  required: boolean,
  reporter: Reporter,
  actual: ActualAccount = accountByFiles(used.source),
): 'ok' | 'ask-sts' {
  const label = used.profile === undefined ? 'the credentials in the environment' : `profile "${used.profile}"`;
  const verdict = judgeAccount({ expected, actual, used: label, required });
  switch (verdict.outcome) {
    case 'ok':
    case 'ask-sts':
      return verdict.outcome;
    case 'warn':
      reporter.warn(verdict.message);
      return 'ok';
    case 'stop':
      throw new UserError(guardCodes[verdict.problem], verdict.message);
  }
}

/**
 * The region guard (docs/configuration.md, "The region guard"). An environment on the command line (`bootstrap aws://…/eu-west-1`) has its own
 * Region.
 *
 * @throws UserError 78 in a protected stage, for a required command; otherwise it is a warning.
 */
function guardRegion({ project, profile, line, required, reporter }: ProjectRun): void {
  const { block, userBlock } = project;
  const [pinned, shownPath] =
    block !== undefined || profile?.origin !== 'user-block'
      ? [block?.effective, 'cdk.json']
      : [userBlock, '~/.cdk.json'];
  if (pinned?.region === undefined) return;
  if (targetKind(line.command ?? '') === 'environments' && line.positionals.length > 0) return;
  const actual = project.regionWith(profile?.name);
  const verdict = judgeRegion({
    expected: { region: pinned.region, where: whereIs(pinned.origin, 'region', shownPath) },
    actual,
    profile: profile?.name,
    protectedStage: pinned.protected ? pinned.stage : undefined,
    required,
  });
  if (verdict.outcome === 'stop') throw new UserError('WrongRegion', verdict.message);
  // Without credentials, cdk does nothing in the default Region.
  const hasNone = profile === undefined && isNothing(project) && actual.from === undefined;
  if (verdict.outcome === 'warn' && !hasNone) reporter.warn(verdict.message);
}

const guardCodes = { mismatch: 'WrongAccount', unknown: 'UnknownAccount', unreachable: 'AwsUnreachable' } as const;

/** Gets the account of the credentials (`credentials`, or new ones) from STS, and judges again: one call, only if the files don't contain it. */
export async function guardAccountBySts(
  ctx: Context,
  project: ResolvedProject,
  expected: ExpectedAccount | undefined,
  used: UsedCredentials,
  options: {
    readonly required: boolean;
    readonly reporter: Reporter;
    readonly credentials?: RoleCredentials | undefined;
  },
): Promise<void> {
  const { accountBySts } = await import('../credentials/caller-account.ts');
  const { config, http, region } = project;
  const actual = await accountBySts(ctx, { ...used, config, http, region: region.region, ...options });
  if (actual.state === 'unknown' && actual.code === 'NoCredentials' && isNothing(project)) {
    const none = { state: 'none', next: whatHelps(ctx, project) } as const;
    guardAccount(expected, used, options.required, options.reporter, none);
    return;
  }
  guardAccount(expected, used, options.required, options.reporter, actual);
}
