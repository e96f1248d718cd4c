import type { Context } from '../context.ts';
import { nearestNames } from '../profile/nearest-names.ts';
import { roleKey, type AssignedRole, type Assignments } from '../sso/list-assignments.ts';
import { multiselect, select, type Choice } from '../terminal/prompts.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { alignColumns } from './align-columns.ts';
import { answered } from './answered.ts';
import type { ConfigureOptions } from './sso-configure-options.ts';

/**
 * The roles to write profiles for: all of them, the one that is named, or those chosen on the terminal, where roles that have a profile
 * already (`existing`, by role key) are not offered again.
 *
 * @throws UserError 77 when no such account or role is assigned, 64 when nothing says which and nobody can be asked, 130 when cancelled.
 */
export async function chooseRoles(
  ctx: Context,
  options: ConfigureOptions,
  assignments: Assignments,
  existing: ReadonlyMap<string, string>,
  interactive: boolean,
): Promise<readonly AssignedRole[]> {
  const { account, role, profile, all, prune } = options;
  const offered = assignments.roles.filter(
    (each) => (account === undefined || each.accountId === account) && (role === undefined || each.roleName === role),
  );
  if (offered.length === 0 && !(prune && account === undefined && role === undefined)) {
    throw noRole(options, assignments);
  }
  if (all) return offered;
  const isOne = offered.length === 1;
  if ((account !== undefined && role !== undefined) || (profile !== undefined && isOne)) return offered;
  if (!interactive) {
    if (prune && profile === undefined) return [];
    throw nothingChosen(options, offered);
  }
  return profile === undefined ? chooseSeveral(ctx, offered, existing) : [await chooseOne(ctx, offered, profile)];
}

async function chooseSeveral(
  ctx: Context,
  offered: readonly AssignedRole[],
  existing: ReadonlyMap<string, string>,
): Promise<readonly AssignedRole[]> {
  const fresh = offered.filter((role) => !existing.has(roleKey(role)));
  // All are here already: the plan says so.
  if (fresh.length === 0) return offered;
  const there = offered.length - fresh.length;
  const chosen = answered(
    await multiselect(ctx, {
      message: `Which roles get a profile?${there === 0 ? '' : ` (${there} have one already)`} Tab marks, Enter ends`,
      choices: toChoices(fresh),
    }),
  );
  return fresh.filter((role) => chosen.includes(roleKey(role)));
}

async function chooseOne(ctx: Context, offered: readonly AssignedRole[], profile: string): Promise<AssignedRole> {
  const chosen = answered(
    await select(ctx, { message: `Which account and role for profile "${profile}"?`, choices: toChoices(offered) }),
  );
  const role = offered.find((each) => roleKey(each) === chosen);
  if (role === undefined) throw new Error(`the list gave ${chosen}, which was not in it`);
  return role;
}

function toChoices(roles: readonly AssignedRole[]): Choice<string>[] {
  const labels = alignColumns(
    roles.map(({ accountName, accountId, roleName }) => [accountName ?? '(no name)', accountId, roleName]),
  );
  return roles.map((role, index) => ({ value: roleKey(role), label: labels[index] ?? roleKey(role) }));
}

function noRole({ account, role }: ConfigureOptions, { accounts, roles, unread }: Assignments): UserError {
  const isThere = account !== undefined && accounts.some(({ accountId }) => accountId === account);
  const known = isThere ? roles.filter(({ accountId }) => accountId === account) : roles;
  const names = [...new Set(known.map(({ roleName }) => roleName))];
  const named = role === undefined ? '' : ` "${role}"`;
  const inAccount = account === undefined ? '' : ` in account ${account}`;
  const nearest = role === undefined ? [] : nearestNames(role, names);
  const isUnread = names.length === 0 && unread.length > 0;
  return new UserError(isUnread ? exitCode.unavailable : exitCode.notSignedIn, {
    what: `no role${named}${inAccount} ${isUnread ? 'could be found' : 'is assigned to you'}.`,
    why: [
      ...(nearest.length === 0 ? [] : [`Nearest: ${nearest.join(', ')}.`]),
      names.length === 0
        ? isUnread
          ? 'The portal did not tell the roles.'
          : 'The portal lists nothing for you there.'
        : `Your roles${isThere ? ' there' : ''}: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}.`,
    ],
    next: [
      'Choose from what you have:',
      '    cdkx sso configure',
      'or ask who administers IAM Identity Center for an assignment.',
    ],
  });
}

function nothingChosen({ profile, account }: ConfigureOptions, offered: readonly AssignedRole[]): UserError {
  const [first] = offered;
  const example = `--account ${first?.accountId ?? account ?? '111111111111'} --role ${shellWord(first?.roleName ?? 'Developer')}`;
  return new UserError(exitCode.usage, {
    what: `it is not said which of your ${offered.length} roles ${profile === undefined ? 'get a profile' : `profile "${profile}" is for`}.`,
    why: 'There is no terminal here to ask on.',
    next:
      profile === undefined
        ? [
            'Take all of them, or name one:',
            '    cdkx sso configure --all --yes',
            `    cdkx sso configure ${example} --yes`,
          ]
        : ['Name the account and the role:', `    cdkx sso configure --profile ${shellWord(profile)} ${example} --yes`],
  });
}
