import { deadline } from '../../deadline.ts';
import type { Clock, Context, HttpSettings } from '../../context.ts';
import type { SsoToken } from '../cache/token.ts';
import type { SsoSession } from '../session.ts';
import { type IdentityCenter, IdentityCenterFailure, type PortalAccount, withIdentityCenter } from './client.ts';

export interface PortalAccess {
  readonly session: SsoSession;
  readonly token: Pick<SsoToken, 'accessToken'>;
  readonly http: HttpSettings;
  readonly signal?: AbortSignal | undefined;
}

export interface PortalTarget {
  readonly accountId: string;
  readonly roleName: string;
}

/** The portal's answer about a session and a role. */
export type PortalVerdict =
  | { readonly state: 'usable' }
  /** The session was revoked, or is for another region. */
  | { readonly state: 'revoked' }
  /** The session is valid, but the role isn't assigned; `roles` are the assigned roles of that account, if known. */
  | { readonly state: 'no-access'; readonly roles?: readonly string[] }
  /** No answer in time, or one that decides nothing; `failure` if the portal cannot be reached at all, or shows a certificate that is not trusted. */
  | { readonly state: 'unknown'; readonly failure?: IdentityCenterFailure };

/** Checks with the portal whether the session still gives access to the role, within `timeoutMs`. Never rejects: errors are `unknown`. */
export async function checkPortal(
  ctx: Pick<Context, 'requestHandler'>,
  access: PortalAccess,
  target: PortalTarget,
  timeoutMs = 3_000,
): Promise<PortalVerdict> {
  const signal = deadline(timeoutMs, ...(access.signal === undefined ? [] : [access.signal]));
  const late = new Promise<PortalVerdict>((resolve) => {
    signal.addEventListener('abort', () => resolve({ state: 'unknown' }), { once: true });
  });
  const answer = withIdentityCenter(ctx, access.session, access.http, (portal) =>
    judge(portal, { signal, accessToken: access.token.accessToken, ...target }),
  );
  return Promise.race([late, answer.catch((): PortalVerdict => ({ state: 'unknown' }))]);
}

type RoleQuestion = PortalTarget & { readonly accessToken: string; readonly signal: AbortSignal };

async function judge(portal: IdentityCenter, question: RoleQuestion): Promise<PortalVerdict> {
  const { accessToken, accountId, roleName, signal } = question;
  try {
    await portal.getRoleCredentials({ accessToken, accountId, roleName }, signal);
    return { state: 'usable' };
  } catch (error) {
    const kind = error instanceof IdentityCenterFailure ? error.kind : undefined;
    if (kind === 'unauthorized') return { state: 'revoked' };
    if (error instanceof IdentityCenterFailure && (kind === 'network' || kind === 'tls')) {
      return { state: 'unknown', failure: error };
    }
    if (kind !== 'forbidden' && kind !== 'not-found') return { state: 'unknown' };
  }
  const list = (nextToken: string | undefined) =>
    portal.listAccountRoles({ accessToken, accountId, nextToken }, signal);
  const roles = await rolesOf(list).catch(() => undefined);
  return { state: 'no-access', ...(roles === undefined ? {} : { roles: roles.map((role) => role.roleName) }) };
}

export interface AssignedRole {
  readonly accountId: string;
  readonly accountName?: string;
  readonly roleName: string;
}

export interface UnreadAccount {
  readonly account: PortalAccount;
  readonly failure: IdentityCenterFailure;
}

/** The roles assigned to the user, sorted by account name and role; `unread` accounts may have more. */
export interface Assignments {
  readonly accounts: readonly PortalAccount[];
  readonly roles: readonly AssignedRole[];
  readonly unread: readonly UnreadAccount[];
}

/** Number of concurrent requests; the portal throttles at about twenty calls a second. */
const callsAtOnce = 10;
/** Maximum number of retries for a throttled call, in addition to the SDK's three attempts. */
const repetitions = 8;
const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Lists the roles of the accounts that `wants` selects, ten accounts at a time; after a 429 pauses all calls. Accounts
 * that fail are `unread`. Throws an IdentityCenterFailure if the accounts can't be listed, or the token is rejected.
 */
export async function listAssignments(
  { clock }: { readonly clock: Clock },
  identityCenter: Pick<IdentityCenter, 'listAccounts' | 'listAccountRoles'>,
  accessToken: string,
  wants: (account: PortalAccount) => boolean = () => true,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Assignments> {
  const patiently = createPatience(clock);
  const everyAccount = await followPages(async (nextToken) => {
    const page = await patiently(() => identityCenter.listAccounts({ accessToken, nextToken }));
    return { items: page.accounts, nextToken: page.nextToken };
  });
  const accounts = uniqueBy(everyAccount, ({ accountId }) => accountId).filter(wants);
  const roles: AssignedRole[] = [];
  const unread: UnreadAccount[] = [];
  let done = 0;
  onProgress(done, accounts.length);
  await forEachAtOnce(accounts, callsAtOnce, async (account) => {
    try {
      const { accountId } = account;
      const found = await rolesOf((nextToken) =>
        patiently(() => identityCenter.listAccountRoles({ accessToken, accountId, nextToken })),
      );
      roles.push(...found.map(({ roleName }) => toAssignedRole(account, roleName)));
    } catch (failure) {
      if (!(failure instanceof IdentityCenterFailure) || failure.kind === 'unauthorized') throw failure;
      unread.push({ account, failure });
    }
    onProgress((done += 1), accounts.length);
  });
  return { accounts, roles: uniqueBy(roles, roleKey).toSorted(byAccountThenRole), unread };
}

export function roleKey({ accountId, roleName }: Pick<AssignedRole, 'accountId' | 'roleName'>): string {
  return `${accountId}/${roleName}`;
}

function toAssignedRole({ accountId, accountName }: PortalAccount, roleName: string): AssignedRole {
  return { accountId, roleName, ...(accountName === undefined || accountName === '' ? {} : { accountName }) };
}

function byAccountThenRole(first: AssignedRole, second: AssignedRole): number {
  const key = ({ accountName = '', accountId, roleName }: AssignedRole) => [
    accountName.toLowerCase(),
    accountId,
    roleName,
  ];
  const [one, other] = [key(first), key(second)];
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing === -1 ? 0 : (one[differing] ?? '') < (other[differing] ?? '') ? -1 : 1;
}

/** Retries throttled calls. All callers share the pause, because the portal throttles them together. */
function createPatience(clock: Clock) {
  let pausedUntil = 0;
  return async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let repetition = 0; ; repetition += 1) {
      const pause = pausedUntil - clock.now();
      if (pause > 0) await clock.sleep(pause);
      try {
        return await call();
      } catch (failure) {
        const isThrottled = failure instanceof IdentityCenterFailure && failure.kind === 'throttled';
        if (!isThrottled || repetition === repetitions) throw failure;
        pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(firstPauseMs * 2 ** repetition, longestPauseMs));
      }
    }
  };
}

/** Limit for pages, more than any organization has, so that a portal can't keep cdkx in an endless loop. */
const mostPages = 1_000;

/** Returns the items of all pages. Stops if the portal returns the same page twice. */
async function followPages<Item>(
  readPage: (nextToken: string | undefined) => Promise<{ items: readonly Item[]; nextToken: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let nextToken: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await readPage(nextToken);
    for (const item of page.items) items.push(item);
    if (!page.nextToken || seen.has(page.nextToken)) break;
    seen.add(page.nextToken);
    nextToken = page.nextToken;
  }
  return items;
}

function rolesOf(list: (nextToken: string | undefined) => ReturnType<IdentityCenter['listAccountRoles']>) {
  return followPages(async (page) => {
    const { roles, nextToken } = await list(page);
    return { items: roles, nextToken };
  });
}

/** Runs `work` for each item, at most `limit` at a time. Stops and rejects at the first rejection. */
async function forEachAtOnce<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  let hasFailed = false;
  const worker = async () => {
    for (const item of waiting) {
      if (hasFailed) return;
      await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

function uniqueBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
