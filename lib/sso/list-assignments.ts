import type { Clock } from '../context.ts';
import { IdentityCenterFailure, type IdentityCenter, type PortalAccount } from './identity-center.ts';

/** A role that a person has in an account. */
export interface AssignedRole {
  readonly accountId: string;
  /** Accounts can be without a name. */
  readonly accountName?: string;
  readonly roleName: string;
}

/** An account whose roles the portal did not tell. */
export interface UnreadAccount {
  readonly account: PortalAccount;
  readonly failure: IdentityCenterFailure;
}

/** What a person may use, sorted by account name and role; `unread` accounts may hold more. */
export interface Assignments {
  readonly accounts: readonly PortalAccount[];
  readonly roles: readonly AssignedRole[];
  readonly unread: readonly UnreadAccount[];
}

/** How many accounts are asked about at once: the portal throttles at some twenty calls a second. */
const callsAtOnce = 10;
/** How often a throttled call is repeated, beyond the SDK's own three tries. */
const repetitions = 8;
const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Lists every role of every account of the signed-in person. Pages are followed, accounts are asked about ten at a time,
 * and at a 429 all calls pause together, longer each time. An account that still fails is named in `unread` and the rest goes on.
 *
 * @param wants which accounts to ask about; the others are not asked, so that one account costs one call.
 * @param onProgress is told how many of how many accounts are done.
 * @throws IdentityCenterFailure when the accounts cannot be listed, or the token is refused (`unauthorized`).
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
      const found = await followPages(async (nextToken) => {
        const page = await patiently(() => identityCenter.listAccountRoles({ accessToken, accountId, nextToken }));
        return { items: page.roles, nextToken: page.nextToken };
      });
      roles.push(...found.map(({ roleName }) => toAssignedRole(account, roleName)));
    } catch (failure) {
      if (!(failure instanceof IdentityCenterFailure) || failure.kind === 'unauthorized') throw failure;
      unread.push({ account, failure });
    }
    onProgress((done += 1), accounts.length);
  });
  return { accounts, roles: uniqueBy(roles, roleKey).toSorted(byAccountThenRole), unread };
}

/** One account's one role as text: equal for the same assignment. */
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

/** Repeats throttled calls. All callers share the pause: a portal that says "slow down" to one means all. */
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

/** More pages than any organisation has: a portal that always names a next one must not keep us for ever. */
const mostPages = 1_000;

/** All items of all pages; a portal that gives the same page twice ends it. */
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

/** Runs `work` for each item, at most `limit` at a time; the first rejection stops taking new items and is passed on. */
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
