import { missingFileMessage, isMissingFile } from './missing-file.ts';
import type { CredentialProviderSource } from '@aws-cdk/cli-plugin-contract';
import type { MessageParts } from '../messages/errors.ts';
import type { AccountAnswers } from './provider-source.ts';

/** The host of the plugin: `cdk`, or the `pluginHost` of a `Toolkit` (`IPluginHost` of `@aws-cdk/cli-plugin-contract`). */
export interface AccountHost {
  registerCredentialProviderSource(source: object): void;
}

/** Registers cdkx as a source of credentials. Calls `load` once, at the first question. */
export function registerAnswers(host: AccountHost, load: () => Promise<AccountAnswers>): void {
  let loaded: Promise<AccountAnswers> | undefined;
  const answers = () => (loaded ??= load().catch(failingAnswers));
  const source: CredentialProviderSource = {
    name: 'cdkx',
    isAvailable: () => Promise.resolve(true),
    canProvideCredentials: async (account) => (await answers()).canProvideCredentials(account),
    getProvider: async (account, mode, options) => (await answers()).getProvider(account, mode, options),
  };
  host.registerCredentialProviderSource(source);
}

/** If `isAvailable` or `canProvideCredentials` failed, `cdk` would continue with other credentials; a failing `getProvider` stops it. */
function failingAnswers(error: unknown): AccountAnswers {
  const failure = isMissingFile(error) ? new Error(asText(missingFileMessage(error))) : error;
  return { canProvideCredentials: () => Promise.resolve(true), getProvider: () => Promise.reject(failure) };
}

/** Like `formatMessage`, which may no longer be loadable either. */
function asText({ what, why = [], next = [] }: MessageParts): string {
  const steps = next.map((step) => ('run' in step ? `  ${step.run}` : step.say));
  return [`cdkx: ${what}`, ...[why].flat(), ...steps].join('\n  ');
}
