import type { Context, Environment } from '../../context.ts';
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
import { cannotPrompt } from '../../system/environment.ts';
import { createProgress } from '../../terminal/style.ts';
import type { ConfigureOptions } from './options.ts';

const barLength = 24;
const namedAtMost = 10;

/** Signs in if needed and lists accounts and roles; renews a rejected token once. `undefined` if the command can continue without it. */
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
      request.reporter.verbose('the portal rejected a token that looks valid; renewing the session');
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
    const progress = createProgress(ctx, reporter, 'Listing your accounts');
    const wants = (candidate: { accountId: string }) => account === undefined || candidate.accountId === account;
    try {
      return await listAssignments(ctx, identityCenter, accessToken, wants, (done, total) =>
        progress.update(`Listing the roles of your accounts  ${progressBar(done, total)}`),
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

/** Warns about accounts whose roles couldn't be listed, with the first reason. */
export function warnUnread({ unread, accounts }: Assignments, reporter: Reporter): void {
  const [first] = unread;
  if (first === undefined) return;
  const named = unread.map(({ account: { accountId, accountName } }) => `${accountName ?? 'no name'} (${accountId})`);
  const rest = named.length - namedAtMost;
  reporter.warn({
    what: `couldn't list the roles of ${unread.length} of ${accounts.length} accounts; continuing with the others`,
    why: [
      [...named.slice(0, namedAtMost), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', '),
      describeFailure(first.failure),
    ],
    next: [{ say: 'Run the same command again later. It keeps what is already written.' }],
  });
}

/** Chooses the roles to write profiles for; `existing`: those that have one. Throws a UserError: 77 if none is assigned, 64, 130. */
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
    throw nothingChosen(options, offered, ctx.env);
  }
  return profile === undefined
    ? chooseSeveral(ctx, offered, existing, !prune)
    : [await chooseOne(ctx, offered, profile)];
}

async function chooseSeveral(
  ctx: Context,
  offered: readonly AssignedRole[],
  existing: ReadonlyMap<string, string>,
  required: boolean,
): Promise<readonly AssignedRole[]> {
  const fresh = offered.filter((role) => !existing.has(roleKey(role)));
  // All roles have a profile already; the plan reports that.
  if (fresh.length === 0) return offered;
  const existingCount = offered.length - fresh.length;
  const chosen = orCancel(
    await multiselect(ctx, {
      message: `Roles to create profiles for${existingCount === 0 ? '' : ` (${existingCount} already have one)`}`,
      choices: toChoices(fresh),
      required,
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
    what: `no role${named}${inAccount} ${isUnread ? 'was found' : 'is assigned to you'}`,
    why: [
      ...(nearest.length === 0 ? [] : [`Nearest: ${nearest.join(', ')}.`]),
      names.length === 0
        ? isUnread
          ? 'The access portal did not return your roles.'
          : 'The access portal lists no roles for you.'
        : `Your roles${isThere ? ' in this account' : ''}: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}.`,
    ],
    next: [
      { say: 'Choose from the roles you have:' },
      { run: 'cdkx sso configure' },
      { say: 'Or ask your IAM Identity Center administrator for access.' },
    ],
  });
}

function nothingChosen(
  { profile, account }: ConfigureOptions,
  offered: readonly AssignedRole[],
  env: Environment,
): UserError {
  const [first] = offered;
  const example = `--account ${first?.accountId ?? account ?? '111111111111'} --role ${shellWord(first?.roleName ?? 'Developer')}`;
  return new UserError('RolesNotChosen', {
    what: `${offered.length} roles are assigned to you; choose ${profile === undefined ? 'which should get a profile' : `one for profile "${profile}"`}`,
    why: cannotPrompt(env),
    next:
      profile === undefined
        ? [
            { say: 'Create profiles for all of them, or for one:' },
            { run: 'cdkx sso configure --all --yes' },
            { run: `cdkx sso configure ${example} --yes` },
          ]
        : [
            { say: 'Specify the account and the role:' },
            { run: `cdkx sso configure --profile ${shellWord(profile)} ${example} --yes` },
          ],
  });
}
