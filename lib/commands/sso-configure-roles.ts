import type { Context } from '../context.ts';
import { ensureSession, type SessionRequest } from '../sso/ensure-session.ts';
import { describeFailure, failureError } from '../sso/failure-message.ts';
import { IdentityCenterFailure, withIdentityCenter } from '../sso/identity-center.ts';
import { listAssignments, type Assignments } from '../sso/list-assignments.ts';
import type { SsoToken } from '../sso/token.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Reporter } from '../terminal/reporter.ts';

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
  { session, http }: SessionRequest,
  { accessToken }: SsoToken,
  account: string | undefined,
): Promise<Assignments> {
  return withIdentityCenter(ctx, session, http, async (identityCenter) => {
    const progress = createProgress(ctx, 'Reading your accounts');
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
    next: ['Run the same command again later: what is written already stays as it is.'],
  });
}
