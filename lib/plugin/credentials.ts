import { readSharedConfig, type SharedConfig } from '../aws-config/shared-config.ts';
import type { Clock, Context } from '../context.ts';
import { ensuredCredentials, roleCredentials, type RoleCredentials } from '../credentials/role-credentials.ts';
import { exitCode, type MessageParts, type Reporter, UserError } from '../messages/errors.ts';
import { safeText } from '../messages/text.ts';
import { detectProfile } from '../profile/detect/detect.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { type CredentialSource, leafSource } from '../profile/source.ts';
import {
  accountsContext,
  type AccountService,
  localProfiles,
  serveAccount,
  sourceSession,
  unknownAccountMessage,
  readinessKey,
  wrongAccountMessage,
} from '../project/accounts.ts';
import { accountByFiles } from '../project/guard.ts';
import { withAccessRequest } from '../run/explain.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { unattended } from '../system/environment.ts';
import { missingFileMessage, isMissingFile } from './missing-file.ts';
import type { PluginSettings } from './settings.ts';

/** A request for the credentials of an account from the profile that serves it. */
export interface AccountRequest {
  readonly account: string;
  readonly profile: string;
  readonly source: CredentialSource;
  readonly config: SharedConfig;
  readonly settings: PluginSettings;
  readonly reporter: Reporter;
  readonly queue: Queue;
  readonly recentlyDeclined: RecentDeclines;
  /** The last token of each session that was ensured: the cache may not have it, and cdkx warns about expiry once. */
  readonly ensured: Map<string, SsoToken>;
}

/** Ensures the session, fetches role credentials for an account, and checks their account (78 for another one). */
export async function accountCredentials(ctx: Context, request: AccountRequest): Promise<RoleCredentials> {
  const { account, profile, source } = request;
  const known = accountByFiles(source);
  // Before prompting.
  if (known.state === 'known' && known.account !== account) {
    throw new UserError('WrongAccount', wrongAccountMessage(account, profile, known.account));
  }
  const credentials = await ensuredCredentials(
    (refused) => ensure(ctx, request, refused),
    (token) => fetchCredentials(ctx, request, token),
  );
  if (known.state !== 'known') await checkAccount(ctx, request, credentials);
  return credentials;
}

/** Makes the session valid, once for all its accounts that are requested at the same time. */
function ensure(ctx: Context, request: AccountRequest, refused: string | undefined): Promise<EnsureProfileOutcome> {
  const { profile, source, settings, reporter, queue, recentlyDeclined, ensured } = request;
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
  const ensureUnlessDeclined = () => recentlyDeclined(readinessKey(source), ensureIt);
  return queue(ensureUnlessDeclined, session && (refused === undefined ? session : `${session}, refused`));
}

function fetchCredentials(
  ctx: Context,
  request: AccountRequest,
  token: SsoToken | undefined,
): Promise<RoleCredentials> {
  const { profile, source, config, settings, reporter, queue } = request;
  const { block, http } = settings;
  // `cdk` is running, so nothing is offered here: the URL is in the message.
  const run = { project: { block: { effective: block }, http }, reporter: { ...reporter, interactive: false } };
  const fetch = () =>
    withAccessRequest(ctx, run, () => roleCredentials(ctx, { profile, http, reporter, config, token }));
  return asksQuestions(source) ? queue(fetch) : fetch();
}

/** Whether fetching credentials can prompt: for an MFA code, or by a program. */
function asksQuestions(source: CredentialSource): boolean {
  if (leafSource(source).kind === 'process') return true;
  return source.kind === 'assume-role' && (source.mfaSerial !== undefined || asksQuestions(source.source));
}

/** The account guard for sources whose account isn't in the files. */
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

export interface ServedAccount {
  readonly service: AccountService;
  readonly config: SharedConfig;
  readonly source?: CredentialSource;
}

/** Finds the profile for an account without network access. `undefined` if the project block has no `accounts`. */
export function findAccountProfile(ctx: Context, settings: PluginSettings, account: string): ServedAccount | undefined {
  const { accounts } = settings.block;
  if (accounts === undefined) return undefined;
  const config = readSharedConfig(ctx);
  const context = accountsContext(projectSource(ctx, settings, config), settings.block);
  const service = serveAccount(account, accounts, localProfiles(config, ctx.env), context);
  if (service.outcome !== 'profile') return { service, config };
  return { service, config, source: resolveCredentialSource(config, service.profile, ctx.env) };
}

/** The credential source of the project's profile, detected as usual. */
function projectSource({ env }: Context, { pins }: PluginSettings, config: SharedConfig): CredentialSource | undefined {
  const detection = detectProfile({ ...pins, env, config, interactive: false });
  return detection.outcome === 'profile' ? detection.credentialSource : undefined;
}

/** Runs tasks one after another. Tasks with the same key share a result, so that a declined prompt isn't repeated. */
export type Queue = <Result>(task: () => Promise<Result>, key?: string) => Promise<Result>;

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

/** Runs a task that can prompt. If the user recently declined a task with that key, fails with the same error instead. */
export type RecentDeclines = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/** How long to remember, milliseconds: while `cdk` cleans up, but not until the next change in `cdk watch`. */
const rememberMs = 60_000;

/** Remembers declined tasks for a while: `cdk` that failed requests credentials again to read the last events. */
export function createRecentDeclines(clock: Pick<Clock, 'now'>): RecentDeclines {
  const declined = new Map<string, { readonly error: UserError; readonly at: number }>();
  return async (key, task) => {
    const recent = declined.get(key);
    if (recent !== undefined && clock.now() - recent.at < rememberMs) throw recent.error;
    try {
      return await task();
    } catch (error) {
      const isDeclined = error instanceof UserError && error.exitCode === exitCode.cancelled;
      if (isDeclined) declined.set(key, { error, at: clock.now() });
      throw error;
    }
  };
}

export interface FailureReporter {
  /** Reports an error, optionally of an account. Returns the error to throw to `cdk`, which prints its message and exits. */
  report(error: unknown, account?: string): unknown;
  /** Notes that credentials for the account were fetched, so that a later error is reported again. */
  succeeded(account: string): void;
}

/** Reports each error once, and an account's repeated errors until it works again. */
export function createFailureReporter(reporter: Reporter): FailureReporter {
  const reported = new WeakSet<Error>();
  const lastOf = new Map<string, string>();
  return {
    report: (thrown, account) => {
      const error = isMissingFile(thrown) ? new UserError('CdkxFileMissing', missingFileMessage(thrown)) : thrown;
      if (!(error instanceof UserError)) return error;
      const text = inOneText(error.parts);
      const isRepeated = reported.has(thrown as Error) || (account !== undefined && lastOf.get(account) === text);
      if (!isRepeated) reporter.error(error.parts);
      reported.add(thrown as Error);
      if (account !== undefined) lastOf.set(account, text);
      // Without a cause, which `cdk` would print again.
      return new Error(`cdkx: ${safeText(error.message, 2000)}`);
    },
    succeeded: (account) => void lastOf.delete(account),
  };
}

function inOneText({ what, why, next }: MessageParts): string {
  return JSON.stringify([what, why, next]);
}
