import type { CredentialProviderSource } from '@aws-cdk/cli-plugin-contract';
import type { Context } from '../context.ts';
import { noProfileMessage } from '../project/account-messages.ts';
import { startPluginRun, type PluginRun } from './plugin-run.ts';
import { providerResult } from './provider-result.ts';

/** The answers to `cdk`'s questions about accounts. */
export type AccountAnswers = Pick<CredentialProviderSource, 'canProvideCredentials' | 'getProvider'>;

/**
 * Answers `cdk`'s questions about accounts: whether there is a profile for one, from the files alone, and its role credentials.
 * Everything is written to stderr.
 */
export function createAccountAnswers(ctx: Context): AccountAnswers {
  let started: { readonly run: PluginRun } | { readonly failure: unknown } | undefined;
  // Settings that cannot be used are told once, however often `cdk` asks.
  const start = (): PluginRun => {
    started ??= tryToStart(ctx);
    if ('failure' in started) throw started.failure;
    return started.run;
  };
  const hinted = new Set<string>();
  return {
    canProvideCredentials: async (account) => {
      try {
        const run = start();
        const service = run.served(account)?.service;
        if (service?.outcome !== 'none') return service !== undefined;
        // `cdk` asks for reading and for writing, and for each stack: one hint is enough.
        if (!hinted.has(account)) run.reporter.warn(noProfileMessage(account, service));
        hinted.add(account);
        return false;
      } catch {
        // After a failure here `cdk` would go on with other credentials; a failure of `getProvider` stops it.
        return true;
      }
    },
    getProvider: async (account, _mode, options) => {
      const provider = start().provider(account);
      // A failure here ends `cdk` with this message; later, in the middle of a call, it would show one of its own.
      await provider();
      return providerResult(ctx.clock, provider, options?.supportsV3Providers ?? false);
    },
  };
}

function tryToStart(ctx: Context): { readonly run: PluginRun } | { readonly failure: unknown } {
  try {
    return { run: startPluginRun(ctx) };
  } catch (failure) {
    return { failure };
  }
}
