import type { Context } from '../context.ts';
import { leafSource, type CredentialSource } from '../profile/credential-source.ts';
import { ensuredCredentials } from '../profile/ensured-credentials.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { roleCredentials, type RoleCredentials } from '../profile/role-credentials.ts';
import type { SharedConfig } from '../profile/shared-config.ts';
import { accountByFiles } from '../project/guard.ts';
import { sourceSession, whatMustBeReady } from '../project/local-profiles.ts';
import type { SsoToken } from '../sso/token.ts';
import { isCi } from '../terminal/interactive.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { unknownAccountMessage, wrongAccountMessage } from '../project/account-messages.ts';
import type { KeptNo } from './kept-no.ts';
import type { Queue } from './queue.ts';
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
  readonly keptNo: KeptNo;
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
    throw new UserError(exitCode.configuration, wrongAccountMessage(account, profile, told.account));
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
      inCi: isCi(ctx.env),
      command: 'cdk',
      tokenFor: 'self',
      held,
      endingSoon: settings.isEnsured || held !== undefined ? 'use' : 'offer',
    });
    if (session !== undefined && outcome.state === 'ready') ensured.set(session, outcome.token);
    return outcome;
  };
  const ensureUnlessNo = () => keptNo(whatMustBeReady(source), ensureIt);
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
  const { callerAccount } = await import('../profile/caller-account.ts');
  const leadsTo = await callerAccount(ctx, { profile, config, http: settings.http }, credentials);
  if (leadsTo === account) return;
  throw new UserError(
    exitCode.configuration,
    leadsTo === undefined ? unknownAccountMessage(account, profile) : wrongAccountMessage(account, profile, leadsTo),
  );
}
