import type { IPluginHost } from '@aws-cdk/cli-plugin-contract';
import { registerAnswers } from './register.ts';

/** The version of the plugin contract (`@aws-cdk/cli-plugin-contract`). */
export const version = '1';

/**
 * Called by `cdk` when it loads the plugin, for every command: everything else is loaded when `cdk` first asks about an account
 * other than that of its default credentials.
 */
export function init(host: IPluginHost): void {
  registerAnswers(host, async () => {
    // A file of its own beside this one (scripts/build.mjs): in one file with this, every `cdk` would read the AWS SDK.
    const { createProcessAnswers } = await import('./answers.ts');
    return createProcessAnswers(process.argv[1] ?? '');
  });
}
