import type { CdkxSettings } from '../cdkx-flags.ts';
import type { Context } from '../context.ts';
import { type Reporter, UserError } from '../messages/errors.ts';
import {
  ensureProfile,
  type EnsureProfileOutcome,
  type EnsureProfileRequest,
  expiredKeysMessage,
} from '../profile/ensure-profile.ts';
import { resolveCredentialSource, settingsOnly } from '../profile/resolve-source.ts';
import { type CredentialSource, leafSource, mfaNeedsTerminal, requiredMfa } from '../profile/source.ts';
import {
  accountsContext,
  localProfiles,
  mappedAccounts,
  serveAccount,
  readinessKey,
  wrongAccountMessage,
} from '../project/accounts.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import { tokenStatus } from '../sso/cache/token.ts';
import { sessionName } from '../sso/session.ts';
import { unattended } from '../system/environment.ts';
import { confirmationPlan, confirmStages } from './confirm.ts';
import { guardAccount, guardRegion } from './guard.ts';
import { accountsBlock, isNothing, loginPolicy, type ResolvedProject } from './project.ts';
import { enterStages, enterSynthesizedStages, whyList } from './stages.ts';
import type { ProjectRun } from './types.ts';

export { expectedAccount, guardAccount } from './guard.ts';

export interface EnsuredProfile {
  readonly profile: string;
  readonly outcome: EnsureProfileOutcome;
}

export interface EnsuredProject {
  /** Of the run's own profile. */
  readonly outcome: EnsureProfileOutcome;
  /** The sessions to keep alive: that of the run's profile, and those of `accounts`. */
  readonly sessions: readonly EnsuredProfile[];
}

/**
 * The second of the three steps, in an order that avoids unnecessary sign-ins: the accounts by the files, the
 * confirmation, the sessions, and the account by STS if the files don't contain it. Throws a UserError (78) if the
 * project block forbids the run, and as `ensureProfile`.
 */
export async function ensureProject(ctx: Context, run: ProjectRun): Promise<EnsuredProject> {
  const { project, profile, required } = run;
  if (run.line.refusal === undefined) checkCertainFailure(ctx, run);
  const entered = enterStages(ctx, run);
  const isKnown = entered !== 'unknown';
  const askSts = guardAccount(ctx, run);
  guardRegion(run);
  const mapped = required ? profilesToEnsure(ctx, project, profile?.source) : [];
  if (run.line.cdkxFlags.dryRun) {
    return { outcome: describeRest(ctx, run, { entered, mapped, asksSts: askSts !== undefined }), sessions: [] };
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
  if (hasCredentials) await askSts?.();
  if (!isKnown) await confirmStages(ctx, run, await enterSynthesizedStages(ctx, run));
  return { outcome, sessions };
}

/** Throws (77, 78) for what is certain to fail: expired keys, no credentials, an MFA code without a terminal. */
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
  const leaf = leafSource(source);
  if (leaf.kind === 'invalid') throw new UserError('InvalidCredentialSource', leaf.problem);
  const mfaSerial = requiredMfa(source);
  // With a terminal on either side, `cdk` may be answered.
  if (mfaSerial !== undefined && !ctx.stdin.isTTY && !ctx.stdout.isTTY) {
    throw new UserError('MfaCodeRequired', mfaNeedsTerminal(name, mfaSerial));
  }
}

/** Makes one profile ready as this run wants it: the run's own, or one that `accounts` names. */
function ensureOne(ctx: Context, run: ProjectRun, profile: ProfileWithSource): Promise<EnsureProfileOutcome> {
  return ensureRunProfile(ctx, run, profile, {
    requirement: run.required ? 'required' : 'best-effort',
    command: ['cdkx', run.line.command ?? ''].join(' ').trim(),
  });
}

/** Makes a profile ready with the settings of a run: those of the command line, the environment and the project. */
export function ensureRunProfile(
  ctx: Context,
  run: { readonly project: ResolvedProject; readonly cdkxSettings: CdkxSettings; readonly reporter: Reporter },
  { name, source }: ProfileWithSource,
  options: Pick<EnsureProfileRequest, 'command'> & Partial<EnsureProfileRequest>,
): Promise<EnsureProfileOutcome> {
  const { project, cdkxSettings, reporter } = run;
  const { deviceCode, noBrowser } = cdkxSettings;
  return ensureProfile(ctx, {
    profile: name,
    source,
    requirement: 'required',
    login: loginPolicy(ctx, project, cdkxSettings),
    reporter,
    http: project.http,
    deviceCode,
    noBrowser,
    unattended: unattended(ctx.env),
    ...options,
  });
}

/** Prints what a run would prompt for and send, without doing it. */
function describeRest(
  ctx: Context,
  run: ProjectRun,
  rest: {
    readonly entered: readonly string[] | 'unknown';
    readonly mapped: readonly ProfileWithSource[];
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
export function sessionStep(ctx: Pick<Context, 'home' | 'clock'>, { name, source }: ProfileWithSource): string[] {
  const leaf = leafSource(source);
  if (!('session' in leaf)) return [];
  const { session } = leaf;
  const found = readToken(ctx, session);
  const status = found.state === 'present' ? tokenStatus(found.token, session, ctx.clock.now()) : undefined;
  if (status?.fresh === true) return [];
  const label = sessionName({ session, profile: name });
  return [status?.refreshable === true ? `would refresh ${label}` : `would sign in to ${label}`];
}

interface ProfileWithSource {
  readonly name: string;
  readonly source: CredentialSource;
}

/**
 * The profiles in `accounts` to make ready before `cdk` starts, one for each session, so that no sign-in is needed
 * during a deployment. Those without a profile are left to the plugin. Throws a UserError (78) for a profile that uses
 * another account.
 */
export function profilesToEnsure(
  ctx: Context,
  project: Pick<ResolvedProject, 'block' | 'userBlock' | 'config'>,
  runSource: CredentialSource | undefined,
): ProfileWithSource[] {
  const block = accountsBlock(project);
  const accounts = block?.accounts;
  if (accounts === undefined || accounts === 'auto') return [];
  const { config } = project;
  const profiles = localProfiles(config, ctx.env);
  const context = accountsContext(runSource, block);
  const runNeed = runSource && readinessKey(runSource);
  const byNeed = new Map<string, ProfileWithSource>();
  for (const account of mappedAccounts(accounts)) {
    const service = serveAccount(account, accounts, profiles, context);
    if (service.outcome === 'wrong-account') {
      throw new UserError('WrongAccount', wrongAccountMessage(account, service.profile, service.leadsTo));
    }
    if (service.outcome === 'none') continue;
    const source = resolveCredentialSource(config, service.profile, ctx.env);
    const need = readinessKey(source);
    if (need === runNeed || byNeed.has(need)) continue;
    byNeed.set(need, { name: service.profile, source });
  }
  return [...byNeed.values()];
}
