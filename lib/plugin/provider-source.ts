import type { CredentialProviderSource } from '@aws-cdk/cli-plugin-contract';
import type { Context } from '../context.ts';
import { createCredentialsProvider, type CredentialsProvider } from '../credentials/role-credentials.ts';
import { UserError } from '../messages/errors.ts';
import { noAccountsMessage, noProfileMessage, wrongAccountMessage } from '../project/accounts.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { createReporter } from '../terminal/reporter.ts';
import {
  accountCredentials,
  createFailureReporter,
  createRecentDeclines,
  createQueue,
  findAccountProfile,
  type ServedAccount,
} from './credentials.ts';
import { providerResult } from './provider-result.ts';
import type { PluginSettings } from './settings.ts';

export type AccountAnswers = Pick<CredentialProviderSource, 'canProvideCredentials' | 'getProvider'>;

/** Answers `cdk`'s questions about accounts. Reads the settings once, at the first; writes to stderr only. */
export function createAccountAnswers(ctx: Context, readSettings: () => PluginSettings): AccountAnswers {
  let run: Promise<ReturnType<typeof startPluginRun>> | undefined;
  // Errors are cached too, and reported once.
  const start = () => (run ??= Promise.resolve().then(() => startPluginRun(ctx, readSettings)));
  const hinted = new Set<string>();
  return {
    canProvideCredentials: async (account) => {
      try {
        const plugin = await start();
        const service = plugin.served(account)?.service;
        if (service?.outcome !== 'none') return service !== undefined;
        // `cdk` asks for reading and writing, and for each stack; print one hint.
        if (!hinted.has(account)) plugin.reporter.warn(noProfileMessage(account, service));
        hinted.add(account);
        return false;
      } catch {
        // If this failed, `cdk` would continue with other credentials; a failing `getProvider` stops it.
        return true;
      }
    },
    getProvider: async (account, _mode, options) => {
      const provider = (await start()).provider(account);
      // Failing here, `cdk` prints only this message; later, while it assumes a role, it would add advice to bootstrap.
      await provider();
      return providerResult(ctx.clock, provider, options?.supportsV3Providers ?? false);
    },
  };
}

/** Reads the settings once. Throws the error for `cdk`, reported on stderr, if the project block is invalid. */
function startPluginRun(ctx: Context, readSettings: () => PluginSettings) {
  const settings = readSettingsOrReport(ctx, readSettings);
  const reporter = createReporter(ctx, settings.logLevel);
  const failures = createFailureReporter(reporter);
  const shared = {
    settings,
    reporter,
    queue: createQueue(),
    recentlyDeclined: createRecentDeclines(ctx.clock),
    ensured: new Map<string, SsoToken>(),
  };
  const providers = new Map<string, CredentialsProvider>();
  const served = (account: string) => findAccountProfile(ctx, settings, account);
  const fetch = async (account: string) => {
    const { config, source, profile, how } = servingProfile(account, served(account));
    reporter.verbose(`account ${account}: profile "${profile}" (${how})`);
    return accountCredentials(ctx, { account, profile, source, config, ...shared });
  };
  return {
    reporter,
    served,
    provider: (account: string) => {
      const known = providers.get(account);
      if (known !== undefined) return known;
      const ask = createCredentialsProvider(ctx.clock, () => fetch(account));
      const reporting: CredentialsProvider = async () => {
        try {
          const credentials = await ask();
          failures.succeeded(account);
          return credentials;
        } catch (error) {
          throw failures.report(error, account);
        }
      };
      providers.set(account, reporting);
      return reporting;
    },
  };
}

function readSettingsOrReport(ctx: Context, readSettings: () => PluginSettings) {
  try {
    return readSettings();
  } catch (error) {
    throw createFailureReporter(createReporter(ctx, 'normal')).report(error);
  }
}

function servingProfile(account: string, found: ServedAccount | undefined) {
  if (found?.source !== undefined && found.service.outcome === 'profile') {
    return { ...found.service, config: found.config, source: found.source };
  }
  if (found?.service.outcome === 'wrong-account') {
    const { profile, leadsTo } = found.service;
    throw new UserError('WrongAccount', wrongAccountMessage(account, profile, leadsTo));
  }
  throw new UserError(
    'NoProfileForAccount',
    found?.service.outcome === 'none' ? noProfileMessage(account, found.service) : noAccountsMessage(account),
  );
}
