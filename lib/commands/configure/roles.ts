import type { Context } from '../../context.ts';
import { type Reporter, UserError } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import { shellWord } from '../../messages/text.ts';
import type { SsoToken } from '../../sso/cache/token.ts';
import { ensureSession, type SessionRequest } from '../../sso/ensure/ensure-session.ts';
import { IdentityCenterFailure, withIdentityCenter } from '../../sso/identity-center/client.ts';
import { describeFailure, failureError } from '../../sso/identity-center/failures.ts';
import { type AssignedRole, type Assignments, listAssignments, roleKey } from '../../sso/identity-center/portal.ts';
import { alignColumns } from '../../terminal/output.ts';
import { orCancel, type Choice, multiselect, select } from '../../terminal/prompts.ts';
import { createProgress } from '../../terminal/style.ts';
import type { ConfigureOptions } from './options.ts';

const barLength = 24;
const namedAtMost = 10;

/**
 * Signs in to the session where that is needed, and lists the accounts and roles that the person has. A token that the portal refuses although
 * it looked valid is replaced by one login. `undefined` where one may go on without (best effort).
 *
 * @throws UserError as `ensureSession`, and 69 or 77 when the accounts cannot be listed.
 */
export async function readAssignments(
  ctx: Context,
  request: SessionRequest,
  account?: string,
): Promise<Assignments | undefined> {
  const outcome = await ensureSession(ctx, request);
  if (!('token' in outcome)) return undefined;
  try {
    try {
      return await list(ctx, request, outcome.token, account);
    } catch (error) {
      const isRefused = error instanceof IdentityCenterFailure && error.kind === 'unauthorized';
      if (!isRefused || outcome.state === 'logged-in') throw error;
      request.reporter.verbose('the portal does not accept the token although it looks valid: renewing the session');
      const renewed = await ensureSession(ctx, { ...request, refused: outcome.token.accessToken });
      return 'token' in renewed ? await list(ctx, request, renewed.token, account) : undefined;
    }
  } catch (error) {
    throw error instanceof IdentityCenterFailure ? failureError(error, request) : error;
  }
}

function list(
  ctx: Context,
  { session, http, reporter }: SessionRequest,
  { accessToken }: SsoToken,
  account: string | undefined,
): Promise<Assignments> {
  return withIdentityCenter(ctx, session, http, async (identityCenter) => {
    const progress = createProgress(ctx, reporter, 'Reading your accounts');
    const wants = (candidate: { accountId: string }) => account === undefined || candidate.accountId === account;
    try {
      return await listAssignments(ctx, identityCenter, accessToken, wants, (done, total) =>
        progress.update(`Reading the roles of your accounts  ${progressBar(done, total)}`),
      );
    } finally {
      progress.stop();
    }
  });
}

/** `████████░░░░  200/500` */
export function progressBar(done: number, total: number): string {
  const full = total === 0 ? barLength : Math.floor((done / total) * barLength);
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)}  ${done}/${total}`;
}

/** Says which accounts could not be read, with the first of the reasons. */
export function warnUnread({ unread, accounts }: Assignments, reporter: Reporter): void {
  const [first] = unread;
  if (first === undefined) return;
  const named = unread.map(({ account: { accountId, accountName } }) => `${accountName ?? 'no name'} (${accountId})`);
  const rest = named.length - namedAtMost;
  reporter.warn({
    what: `the roles of ${unread.length} of ${accounts.length} accounts could not be read; the others go on.`,
    why: [
      [...named.slice(0, namedAtMost), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', '),
      describeFailure(first.failure),
    ],
    next: [{ say: 'Run the same command again later: what is written already stays as it is.' }],
  });
}

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
  const chosen = orCancel(
    await multiselect(ctx, {
      message: `Which roles get a profile?${there === 0 ? '' : ` (${there} have one already)`} Tab marks, Enter ends`,
      choices: toChoices(fresh),
    }),
  );
  return fresh.filter((role) => chosen.includes(roleKey(role)));
}

async function chooseOne(ctx: Context, offered: readonly AssignedRole[], profile: string): Promise<AssignedRole> {
  const chosen = orCancel(
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
  return new UserError(isUnread ? 'PortalUnreachable' : 'NoRoleAssigned', {
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
      { say: 'Choose from what you have:' },
      { run: 'cdkx sso configure' },
      { say: 'or ask who administers IAM Identity Center for an assignment.' },
    ],
  });
}

function nothingChosen({ profile, account }: ConfigureOptions, offered: readonly AssignedRole[]): UserError {
  const [first] = offered;
  const example = `--account ${first?.accountId ?? account ?? '111111111111'} --role ${shellWord(first?.roleName ?? 'Developer')}`;
  return new UserError('RolesNotChosen', {
    what: `it is not said which of your ${offered.length} roles ${profile === undefined ? 'get a profile' : `profile "${profile}" is for`}.`,
    why: 'There is no terminal here to ask on.',
    next:
      profile === undefined
        ? [
            { say: 'Take all of them, or name one:' },
            { run: 'cdkx sso configure --all --yes' },
            { run: `cdkx sso configure ${example} --yes` },
          ]
        : [
            { say: 'Name the account and the role:' },
            { run: `cdkx sso configure --profile ${shellWord(profile)} ${example} --yes` },
          ],
  });
}
