import type { CredentialProviderSource } from '@aws-cdk/cli-plugin-contract';
import type { Context } from '../context.ts';
import { noProfileMessage } from '../project/account-messages.ts';
import { startPluginRun, type PluginRun } from './plugin-run.ts';
import type { PluginSettings } from './settings.ts';
import { providerResult } from './provider-result.ts';

/** The answers to `cdk`'s questions about accounts. */
export type AccountAnswers = Pick<CredentialProviderSource, 'canProvideCredentials' | 'getProvider'>;

/**
 * Answers `cdk`'s questions about accounts: whether there is a profile for one, from the files alone, and its role credentials.
 * Everything is written to stderr. `readSettings` is called once, at the first question.
 */
export function createAccountAnswers(ctx: Context, readSettings: () => PluginSettings): AccountAnswers {
  let run: Promise<PluginRun> | undefined;
  // Its failure is kept too, and told once.
  const start = () => (run ??= Promise.resolve().then(() => startPluginRun(ctx, readSettings)));
  const hinted = new Set<string>();
  return {
    canProvideCredentials: async (account) => {
      try {
        const plugin = await start();
        const service = plugin.served(account)?.service;
        if (service?.outcome !== 'none') return service !== undefined;
        // `cdk` asks for reading and for writing, and for each stack: one hint is enough.
        if (!hinted.has(account)) plugin.reporter.warn(noProfileMessage(account, service));
        hinted.add(account);
        return false;
      } catch {
        // After a failure here `cdk` would go on with other credentials; a failure of `getProvider` stops it.
        return true;
      }
    },
    getProvider: async (account, _mode, options) => {
      const provider = (await start()).provider(account);
      // A failure here ends `cdk` with this message alone; later, while it assumes a role, it would add its own advice to bootstrap.
      await provider();
      return providerResult(ctx.clock, provider, options?.supportsV3Providers ?? false);
    },
  };
}
