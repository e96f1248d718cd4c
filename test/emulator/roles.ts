import type { World } from './state.ts';

/** An IAM role that can be assumed. */
export interface Role {
  readonly account: string;
  readonly name: string;
  /** Accounts that may assume it. */
  readonly trusts: readonly string[];
  /** The web identity token that may assume it. */
  readonly webIdentityToken?: string | undefined;
}

/** The role of that name: one of the options, or one that a living stack of the account created. */
export function findRole(world: World, account: string, name: string): Role | undefined {
  const listed = world.settings.accounts.find(({ id }) => id === account)?.iamRoles?.find((role) => role.name === name);
  if (listed !== undefined)
    return { account, name, trusts: listed.trusts ?? [account], webIdentityToken: listed.webIdentityToken };
  for (const environment of world.environments.values()) {
    if (environment.account !== account) continue;
    for (const stack of environment.stacks.values()) {
      const isThere = stack.resources.some(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === name);
      if (stack.deletedAt === undefined && isThere)
        return { account, name, trusts: [account, ...trustedAccounts(stack.parameters)] };
    }
  }
  return undefined;
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
