import type { IPluginHost } from '@aws-cdk/cli-plugin-contract';
import { registerAnswers } from './register.ts';

/** The version of the plugin contract (`@aws-cdk/cli-plugin-contract`). */
export const version = '1';

/** Called when `cdk` loads the plugin, for every command. The rest is loaded when `cdk` first asks. */
export function init(host: IPluginHost): void {
  registerAnswers(host, async () => {
    // In a separate file (scripts/build.mjs), so that `cdk` loads the AWS SDK only when it is needed.
    const { createProcessAnswers } = await import('./answers.ts');
    return createProcessAnswers(process.argv[1] ?? '');
  });
}
