import type { IPluginHost } from '@aws-cdk/cli-plugin-contract';
import type { AccountAnswers } from './provider-source.ts';

/** The version of the plugin contract (`@aws-cdk/cli-plugin-contract`). */
export const version = '1';

/**
 * Called by `cdk` when it loads the plugin, for every command: everything else is loaded when `cdk` first asks about an account
 * other than that of its default credentials.
 */
export function init(host: IPluginHost): void {
  let answers: Promise<AccountAnswers> | undefined;
  const load = async () => {
    // A file of its own beside this one (scripts/build.mjs): in one file with this, the AWS SDK would cost every `cdk` 40 ms to read.
    const { createProcessAnswers } = await import('./process-answers.ts');
    return createProcessAnswers(process.argv[1] ?? '');
  };
  host.registerCredentialProviderSource({
    name: 'cdkx',
    isAvailable: () => Promise.resolve(true),
    canProvideCredentials: async (account) => (await (answers ??= load())).canProvideCredentials(account),
    getProvider: async (account, mode, options) => (await (answers ??= load())).getProvider(account, mode, options),
  });
}
