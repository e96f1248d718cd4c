import { accountsBlock } from './resolve-project.ts';
import type { FoundProfile } from './programmatic-profile.ts';
import { loginPolicy } from './programmatic-project.ts';

/** Whether the project maps accounts. */
export function mapsAccounts({ project }: FoundProfile): boolean {
  return accountsBlock(project) !== undefined;
}

/** What a program's options mean for the other accounts of its project: the settings that the credential plugin works with. */
export function accountSettings(found: FoundProfile) {
  const { project, own, chosen } = found;
  const { proxy, caBundlePath } = project.http;
  return {
    block: accountsBlock(project) ?? {},
    // The profile is found already: nothing else is to be looked at.
    pins: { flag: chosen?.name },
    login: loginPolicy(found),
    logLevel: own.level,
    deviceCode: own.deviceCode,
    noBrowser: own.noBrowser,
    http: { proxy, caBundlePath },
    isEnsured: false,
  };
}
