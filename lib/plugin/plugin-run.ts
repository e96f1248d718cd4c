import type { Context } from '../context.ts';
import type { SsoToken } from '../sso/token.ts';
import { createReporter } from '../terminal/create-reporter.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { accountCredentials } from './account-credentials.ts';
import { noAccountsMessage, noProfileMessage, wrongAccountMessage } from '../project/account-messages.ts';
import { findAccountProfile, type ServedAccount } from './account-profiles.ts';
import { createCredentialsProvider, type CredentialsProvider } from '../profile/credentials-provider.ts';
import { createFailureTeller } from './failures.ts';
import { createKeptNo } from './kept-no.ts';
import { createQueue } from './queue.ts';
import type { PluginSettings } from './settings.ts';

/** What the answers of one plugin share. */
export interface PluginRun {
  readonly reporter: Reporter;
  /** Who serves that account, without network; `undefined` where the project block says nothing of `accounts`. */
  served(account: string): ServedAccount | undefined;
  /** The one provider of that account. Its failures are told on stderr. */
  provider(account: string): CredentialsProvider;
}

/**
 * Reads the settings, once for the life of the plugin.
 *
 * @throws the failure to give to `cdk`, told on stderr, when the project block is wrong.
 */
export function startPluginRun(ctx: Context, readSettings: () => PluginSettings): PluginRun {
  const settings = readSettingsOrTell(ctx, readSettings);
  const reporter = createReporter(ctx, settings.logLevel);
  const failures = createFailureTeller(reporter);
  const shared = {
    settings,
    reporter,
    queue: createQueue(),
    keptNo: createKeptNo(ctx.clock),
    ensured: new Map<string, SsoToken>(),
  };
  const providers = new Map<string, CredentialsProvider>();
  const served = (account: string) => findAccountProfile(ctx, settings, account);
  const fetch = async (account: string) => {
    const { config, source, profile, how } = servingProfile(account, served(account));
    reporter.verbose(`account ${account}: profile "${profile}" (${how}).`);
    return accountCredentials(ctx, { account, profile, source, config, ...shared });
  };
  return {
    reporter,
    served,
    provider: (account) => {
      const known = providers.get(account);
      if (known !== undefined) return known;
      const ask = createCredentialsProvider(ctx.clock, () => fetch(account));
      const telling: CredentialsProvider = async () => {
        try {
          const credentials = await ask();
          failures.succeeded(account);
          return credentials;
        } catch (error) {
          throw failures.tell(error, account);
        }
      };
      providers.set(account, telling);
      return telling;
    },
  };
}

function readSettingsOrTell(ctx: Context, readSettings: () => PluginSettings) {
  try {
    return readSettings();
  } catch (error) {
    throw createFailureTeller(createReporter(ctx, 'normal')).tell(error);
  }
}

function servingProfile(account: string, found: ServedAccount | undefined) {
  if (found?.source !== undefined && found.service.outcome === 'profile') {
    return { ...found.service, config: found.config, source: found.source };
  }
  if (found?.service.outcome === 'wrong-account') {
    const { profile, leadsTo } = found.service;
    throw new UserError(exitCode.configuration, wrongAccountMessage(account, profile, leadsTo));
  }
  throw new UserError(
    exitCode.configuration,
    found?.service.outcome === 'none' ? noProfileMessage(account, found.service) : noAccountsMessage(account),
  );
}
