import type { Stack } from './cloudformation/types.ts';
import type { World } from './state.ts';

/** An IAM role that can be assumed. */
export interface Role {
  readonly account: string;
  readonly name: string;
  /** Accounts that may assume it. */
  readonly trusts: readonly string[];
  /** The web identity token that may assume it. */
  readonly webIdentityToken?: string | undefined;
  readonly externalId?: string | undefined;
  readonly needsMfa?: boolean | undefined;
  /** The longest session that may be asked for, seconds. */
  readonly maxSessionSeconds: number;
}

/** `MaxSessionDuration` where nobody has set it, as IAM has it. */
const usualSessionSeconds = 3600;

/** The role of that name: one of the options, or one that a living stack of the account created. */
export function findRole(world: World, account: string, name: string): Role | undefined {
  const listed = world.settings.accounts.find(({ id }) => id === account)?.iamRoles?.find((role) => role.name === name);
  if (listed !== undefined)
    return { maxSessionSeconds: usualSessionSeconds, ...listed, account, trusts: listed.trusts ?? [account] };
  for (const environment of world.environments.values()) {
    if (environment.account !== account) continue;
    for (const stack of environment.stacks.values()) {
      const isThere = stack.resources.some(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === name);
      if (stack.deletedAt === undefined && isThere)
        return { account, name, maxSessionSeconds: usualSessionSeconds, trusts: trustedBy(account, name, stack) };
    }
  }
  return undefined;
}

/** The role of `cdk bootstrap` that CloudFormation itself assumes trusts no account. */
function trustedBy(account: string, name: string, stack: Stack): readonly string[] {
  return name.includes('-cfn-exec-role-') ? [] : [account, ...trustedAccounts(stack.parameters)];
}

/** `cdk bootstrap --trust` arrives as parameters of the bootstrap stack. */
function trustedAccounts(parameters: Readonly<Record<string, string>>): readonly string[] {
  const lists = [parameters['TrustedAccounts'], parameters['TrustedAccountsForLookup']];
  return lists.flatMap((list) => (list ?? '').split(',').filter((id) => id !== ''));
}

/** Whether the role lets an account in. */
export function trustsCaller(role: Role, account: string): boolean {
  return role.trusts.includes(account);
}
