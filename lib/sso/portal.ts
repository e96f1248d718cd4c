import type { Context, HttpSettings } from '../context.ts';
import {
  IdentityCenterFailure,
  withIdentityCenter,
  type IdentityCenter,
  type PortalAccount,
  type PortalRole,
  type RoleCredentials,
} from './identity-center.ts';
import type { SsoSession } from './session.ts';
import type { SsoToken } from './token.ts';

/** A session with its token, and how to get at the portal. */
export interface PortalAccess {
  readonly session: SsoSession;
  readonly token: Pick<SsoToken, 'accessToken'>;
  readonly http: HttpSettings;
  readonly signal?: AbortSignal | undefined;
}

/** An account and a role in it. */
export interface PortalTarget {
  readonly accountId: string;
  readonly roleName: string;
}

/** What the portal says about a session and a role. */
export type PortalVerdict =
  | { readonly state: 'usable' }
  /** The session is over there, or of another region. */
  | { readonly state: 'revoked' }
  /** The session is good, the role is not assigned; `roles` of that account are, where the portal told them. */
  | { readonly state: 'no-access'; readonly roles?: readonly string[] }
  /** No answer in time, or one that decides nothing. */
  | { readonly state: 'unknown' };

/** More pages than any organisation has: a portal that always names a next one must not keep us for ever. */
const mostPages = 1_000;

/** Short-lived keys of a role. Rejects with an IdentityCenterFailure. */
export function roleCredentials(
  ctx: Pick<Context, 'requestHandler'>,
  access: PortalAccess,
  { accountId, roleName }: PortalTarget,
): Promise<RoleCredentials> {
  return atPortal(ctx, access, (portal, accessToken) =>
    portal.getRoleCredentials({ accessToken, accountId, roleName }, access.signal),
  );
}

/** All accounts of the signed-in person, every page. Rejects with an IdentityCenterFailure. */
export function listAccounts(
  ctx: Pick<Context, 'requestHandler'>,
  access: PortalAccess,
): Promise<readonly PortalAccount[]> {
  return atPortal(ctx, access, (portal, accessToken) =>
    allPages(async (nextToken) => {
      const { accounts, nextToken: next } = await portal.listAccounts({ accessToken, nextToken }, access.signal);
      return { entries: accounts, next };
    }),
  );
}

/** All roles of the signed-in person in an account, every page. Rejects with an IdentityCenterFailure. */
export function listRoles(
  ctx: Pick<Context, 'requestHandler'>,
  access: PortalAccess,
  accountId: string,
): Promise<readonly PortalRole[]> {
  return atPortal(ctx, access, (portal, accessToken) => rolesOf(portal, { ...access, accessToken, accountId }));
}

/**
 * Ends the sign-in at the portal, for all tools and machines that use it; role credentials already given out live on. A session that is over there
 * already is fine. Rejects with an IdentityCenterFailure.
 */
export function logout(ctx: Pick<Context, 'requestHandler'>, access: PortalAccess): Promise<void> {
  return atPortal(ctx, access, async (portal, accessToken) => {
    try {
      await portal.logout({ accessToken }, access.signal);
    } catch (error) {
      if (!(error instanceof IdentityCenterFailure) || error.kind !== 'unauthorized') throw error;
    }
  });
}

/** Asks whether the session still gives that role, within `timeoutMs`. Never rejects: what goes wrong is `unknown`. */
export async function checkPortal(
  ctx: Pick<Context, 'requestHandler'>,
  access: PortalAccess,
  target: PortalTarget,
  timeoutMs = 3_000,
): Promise<PortalVerdict> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(access.signal === undefined ? [] : [access.signal])];
  const signal = AbortSignal.any(limits);
  const given = new Promise<PortalVerdict>((resolve) => {
    signal.addEventListener('abort', () => resolve({ state: 'unknown' }), { once: true });
  });
  const asked = atPortal(ctx, access, (portal, accessToken) => judge(portal, { signal, accessToken, ...target }));
  return Promise.race([given, asked.catch((): PortalVerdict => ({ state: 'unknown' }))]);
}

type Asked = PortalTarget & { readonly accessToken: string; readonly signal: AbortSignal };

async function judge(portal: IdentityCenter, asked: Asked): Promise<PortalVerdict> {
  const { accessToken, accountId, roleName, signal } = asked;
  try {
    await portal.getRoleCredentials({ accessToken, accountId, roleName }, signal);
    return { state: 'usable' };
  } catch (error) {
    const kind = error instanceof IdentityCenterFailure ? error.kind : undefined;
    if (kind === 'unauthorized') return { state: 'revoked' };
    if (kind !== 'forbidden' && kind !== 'not-found') return { state: 'unknown' };
  }
  const roles = await rolesOf(portal, asked).catch(() => undefined);
  return { state: 'no-access', ...(roles === undefined ? {} : { roles: roles.map((role) => role.roleName) }) };
}

function rolesOf(
  portal: IdentityCenter,
  asked: { readonly accessToken: string; readonly accountId: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly PortalRole[]> {
  const { accessToken, accountId, signal } = asked;
  return allPages(async (nextToken) => {
    const { roles, nextToken: next } = await portal.listAccountRoles({ accessToken, accountId, nextToken }, signal);
    return { entries: roles, next };
  });
}

async function allPages<Entry>(
  read: (nextToken: string | undefined) => Promise<{ entries: readonly Entry[]; next: string | undefined }>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { entries, next } = await read(nextToken);
    for (const entry of entries) all.push(entry);
    if (next === undefined || next === nextToken) break;
    nextToken = next;
  }
  return all;
}

function atPortal<Result>(
  ctx: Pick<Context, 'requestHandler'>,
  { session, token, http }: PortalAccess,
  use: (portal: IdentityCenter, accessToken: string) => Promise<Result>,
): Promise<Result> {
  return withIdentityCenter(ctx, session, http, (portal) => use(portal, token.accessToken));
}
