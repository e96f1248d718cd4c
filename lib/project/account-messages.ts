import type { AccountService } from './accounts.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { MessageParts } from '../terminal/user-error.ts';

/** Where the map of accounts is, for messages. */
const where = '"accounts" of context.cdkx in cdk.json';

/** The hint for an account that no profile serves: `cdk`'s own message follows it. */
export function noProfileMessage(account: string, service: AccountService & { outcome: 'none' }): MessageParts {
  const { candidates, mapped } = service;
  return {
    what:
      mapped === undefined
        ? `No profile is known for account ${account}`
        : `Profile "${mapped}", which ${where} names for account ${account}, is not usable here`,
    why: [reason(service), ...(candidates.length === 0 ? [] : [`Profiles of that account: ${candidates.join(', ')}.`])],
    next: [
      candidates.length === 0
        ? `Get a profile of that account, then name it in ${where}:`
        : `Name the one to use in ${where}:`,
      `    "accounts": { "${account}": "${candidates[0] ?? 'NAME-OF-A-PROFILE'}" }`,
      ...(candidates.length === 0 ? ['The accounts and roles you have are listed by:', '    cdkx sso configure'] : []),
    ],
  };
}

/** The error where `cdk` wants credentials although the project block has no `accounts`. */
export function noAccountsMessage(account: string): MessageParts {
  return {
    what: `No profile is known for account ${account}`,
    why: 'context.cdkx in cdk.json has no "accounts", which says which profile serves which account.',
    next: [
      'Add it, with the name of a profile of that account:',
      `    "accounts": { "${account}": "NAME-OF-A-PROFILE" }`,
    ],
  };
}

/** The warning where a program's toolkit knows nothing of the accounts of its project. */
export function unregisteredAccountsMessage(): MessageParts {
  return {
    what: '"accounts" of the project block is not registered with the toolkit.',
    why: [
      'Without it, the toolkit has the credentials of one account from cdkxCredentials().',
      'A cdkx/plugin that a program loads by itself does not know the options of those.',
    ],
    next: ['Register it before the first action of the toolkit:', '  credentials.registerAccounts(toolkit.pluginHost)'],
  };
}

function reason({ why, candidates, mapped }: AccountService & { outcome: 'none' }): string {
  if (mapped !== undefined && candidates.length === 0) {
    return 'It is not defined in the AWS config file, or holds no credentials, and no other profile leads to that account.';
  }
  return reasons[why];
}

const reasons: Readonly<Record<(AccountService & { outcome: 'none' })['why'], string>> = {
  'not-mapped': `It is not in ${where}, so cdkx gives no credentials for it.`,
  'no-candidate': 'No profile of the same SSO session leads to it.',
  several: 'Several profiles lead to it and the role does not tell them apart, so none of them is used.',
};

/** The guard's error: a profile that leads to another account than the one it was taken for. */
export function wrongAccountMessage(account: string, profile: string, leadsTo: string): MessageParts {
  return {
    what: `Profile "${profile}" is mapped to account ${account}, but leads to ${leadsTo}`,
    why: 'Nothing was deployed with it: a stack would have gone to another account than its own.',
    next: [`Correct ${where}; profiles and their accounts are listed by:`, '    cdkx profile list'],
  };
}

/** The guard's error where even STS does not tell the account. */
export function unknownAccountMessage(account: string, profile: string): MessageParts {
  return {
    what: `Cannot establish which account profile "${profile}" leads to, and it is mapped to ${account}`,
    why: 'AWS STS answered without an account.',
    next: ['See what the profile is made of:', `    cdkx profile show --profile ${shellWord(profile)}`],
  };
}
