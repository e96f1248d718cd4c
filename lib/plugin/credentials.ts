import { readSharedConfig, type SharedConfig } from '../aws-config/shared-config.ts';
import type { Clock, Context } from '../context.ts';
import { ensuredCredentials, roleCredentials, type RoleCredentials } from '../credentials/role-credentials.ts';
import { exitCode, type MessageParts, type Reporter, UserError } from '../messages/errors.ts';
import { safeText } from '../messages/text.ts';
import { detectProfile } from '../profile/detect/detect.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { type CredentialSource, leafSource, sourceRole } from '../profile/source.ts';
import {
  type AccountService,
  localProfiles,
  serveAccount,
  sourceSession,
  unknownAccountMessage,
  readinessKey,
  wrongAccountMessage,
} from '../project/accounts.ts';
import { accountByFiles } from '../project/guard.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { unattended } from '../system/environment.ts';
import { missingFileMessage, isMissingFile } from './missing-file.ts';
import type { PluginSettings } from './settings.ts';

/** The profile that serves an account, and what is needed to get its role credentials. */
export interface AccountRequest {
  readonly account: string;
  readonly profile: string;
  readonly source: CredentialSource;
  readonly config: SharedConfig;
  readonly settings: PluginSettings;
  readonly reporter: Reporter;
  /** Whatever may ask a question goes through here: never two prompts at once. */
  readonly queue: Queue;
  /** What the person has said no to is not asked again at once. */
  readonly keptNo: RecentDeclines;
  /**
   * The last token of each session that was ensured before. It may be that only this process has it; and of its end the person hears at the
   * first time, not in the middle of it all.
   */
  readonly ensured: Map<string, SsoToken>;
}

/**
 * Role credentials for an account: the session is ensured first, and the account that they lead to is checked.
 *
 * @throws UserError as `ensureProfile` and `roleCredentials`, and 78 for credentials of another account.
 */
export async function accountCredentials(ctx: Context, request: AccountRequest): Promise<RoleCredentials> {
  const { account, profile, source } = request;
  const told = accountByFiles(source);
  // Before anything is asked of anybody.
  if (told.state === 'known' && told.account !== account) {
    throw new UserError('WrongAccount', wrongAccountMessage(account, profile, told.account));
  }
  const credentials = await ensuredCredentials(
    (refused) => ensure(ctx, request, refused),
    (token) => fetchCredentials(ctx, request, token),
  );
  if (told.state !== 'known') await checkAccount(ctx, request, credentials);
  return credentials;
}

/** Makes the session valid, once for all accounts of it that ask at the same time. */
function ensure(ctx: Context, request: AccountRequest, refused: string | undefined): Promise<EnsureProfileOutcome> {
  const { profile, source, settings, reporter, queue, keptNo, ensured } = request;
  const session = sourceSession(source);
  const ensureIt = async () => {
    const held = session === undefined ? undefined : ensured.get(session);
    const outcome = await ensureProfile(ctx, {
      profile,
      source,
      requirement: 'required',
      login: settings.login,
      reporter,
      http: settings.http,
      deviceCode: settings.deviceCode,
      noBrowser: settings.noBrowser,
      refused,
      unattended: unattended(ctx.env),
      command: 'cdk',
      tokenFor: 'self',
      held,
      endingSoon: settings.isEnsured || held !== undefined ? 'use' : 'offer',
    });
    if (session !== undefined && outcome.state === 'ready') ensured.set(session, outcome.token);
    return outcome;
  };
  const ensureUnlessNo = () => keptNo(readinessKey(source), ensureIt);
  return queue(ensureUnlessNo, session && (refused === undefined ? session : `${session}, refused`));
}

function fetchCredentials(
  ctx: Context,
  request: AccountRequest,
  token: SsoToken | undefined,
): Promise<RoleCredentials> {
  const { profile, source, config, settings, reporter, queue } = request;
  const fetch = () => roleCredentials(ctx, { profile, http: settings.http, command: 'cdk', reporter, config, token });
  return asksQuestions(source) ? queue(fetch) : fetch();
}

/** Whether a code is asked for, or a program is run that may ask. */
function asksQuestions(source: CredentialSource): boolean {
  if (leafSource(source).kind === 'process') return true;
  return source.kind === 'assume-role' && (source.mfaSerial !== undefined || asksQuestions(source.source));
}

/** The guard for sources whose files do not tell their account. */
async function checkAccount(ctx: Context, request: AccountRequest, credentials: RoleCredentials): Promise<void> {
  const { account, profile, config, settings } = request;
  const { callerAccount } = await import('../credentials/caller-account.ts');
  const leadsTo = await callerAccount(ctx, { profile, config, http: settings.http }, credentials);
  if (leadsTo === account) return;
  throw new UserError(
    leadsTo === undefined ? 'UnknownAccount' : 'WrongAccount',
    leadsTo === undefined ? unknownAccountMessage(account, profile) : wrongAccountMessage(account, profile, leadsTo),
  );
}

/** Who serves an account, with what is needed to use it. */
export interface ServedAccount {
  readonly service: AccountService;
  readonly config: SharedConfig;
  /** The credential source of the profile that serves. */
  readonly source?: CredentialSource;
}

/** Finds the profile for an account without any network. `undefined` where the project block says nothing of `accounts`. */
export function findAccountProfile(ctx: Context, settings: PluginSettings, account: string): ServedAccount | undefined {
  const { accounts, role } = settings.block;
  if (accounts === undefined) return undefined;
  const config = readSharedConfig(ctx);
  const own = ownSource(ctx, settings, config);
  const service = serveAccount(account, accounts, localProfiles(config, ctx.env), {
    session: own && sourceSession(own),
    role: role ?? (own && sourceRole(own)),
  });
  if (service.outcome !== 'profile') return { service, config };
  return { service, config, source: resolveCredentialSource(config, service.profile, ctx.env) };
}

/** The credential source of the profile that the project means, in the order in which `cdkx` looks. */
function ownSource({ env }: Context, { pins }: PluginSettings, config: SharedConfig): CredentialSource | undefined {
  const detection = detectProfile({ ...pins, env, config, interactive: false });
  return detection.outcome === 'profile' ? detection.credentialSource : undefined;
}

/**
 * Runs tasks one after the other. A task that fails does not keep the next from running. A task whose key is that of one which waits or
 * runs is not run: it shares that one's end, so that who said no to a question is not asked it again by the next in line.
 */
export type Queue = <Result>(task: () => Promise<Result>, key?: string) => Promise<Result>;

/** An empty queue. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  const pending = new Map<string, Promise<unknown>>();
  return <Result>(task: () => Promise<Result>, key?: string) => {
    const same = key === undefined ? undefined : pending.get(key);
    // Tasks of one key do the same, and have the same result.
    if (same !== undefined) return same as Promise<Result>;
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    if (key !== undefined) {
      pending.set(key, result);
      const forget = () => void pending.delete(key);
      result.then(forget, forget);
    }
    return result;
  };
}

/** Runs a task that may ask the person; its failure is that of the last task of that key where the person has just said no to it. */
export type RecentDeclines = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** How long a no holds, milliseconds: long enough for what `cdk` does on its way out, and `cdk watch` asks anew at a later change. */
const holdsMs = 60_000;

/**
 * Keeps a no (exit code 130) for a while. Where the session ends while a stack is being changed, `cdk` fails, and asks at once for
 * credentials again to read the last events: the person has answered that.
 */
export function createRecentDeclines(clock: Pick<Clock, 'now'>): RecentDeclines {
  const kept = new Map<string, { readonly error: UserError; readonly at: number }>();
  return async (key, task) => {
    const no = kept.get(key);
    if (no !== undefined && clock.now() - no.at < holdsMs) throw no.error;
    try {
      return await task();
    } catch (error) {
      const isNo = error instanceof UserError && error.exitCode === exitCode.cancelled;
      if (isNo) kept.set(key, { error, at: clock.now() });
      throw error;
    }
  };
}

/** Tells failures on stderr, each once. */
export interface FailureReporter {
  /** Tells a failure, of that account where it is of one, and gives the error to throw to `cdk`, which shows its message and ends. */
  tell(error: unknown, account?: string): unknown;
  /** The account's credentials could be had: what fails after this is told even if it was told before. */
  succeeded(account: string): void;
}

/**
 * Tells each failure once, however many stacks waited for the same credentials, and the same one of an account once until it has worked
 * again: where the session ends while a stack is being changed, `cdk` asks once more for the last events. A defect of ours is passed on as
 * it is.
 */
export function createFailureReporter(reporter: Reporter): FailureReporter {
  const told = new WeakSet<Error>();
  const lastOf = new Map<string, string>();
  return {
    tell: (thrown, account) => {
      const error = isMissingFile(thrown) ? new UserError('CdkxFileMissing', missingFileMessage(thrown)) : thrown;
      if (!(error instanceof UserError)) return error;
      const text = inOneText(error.parts);
      const isRepeated = told.has(thrown as Error) || (account !== undefined && lastOf.get(account) === text);
      if (!isRepeated) reporter.error(error.parts);
      told.add(thrown as Error);
      if (account !== undefined) lastOf.set(account, text);
      // Without a cause: `cdk` would print it a third time.
      return new Error(`cdkx: ${safeText(error.message, 2000)}`);
    },
    succeeded: (account) => void lastOf.delete(account),
  };
}

function inOneText({ what, why, next }: MessageParts): string {
  return JSON.stringify([what, why, next]);
}
