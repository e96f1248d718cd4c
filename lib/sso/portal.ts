import type { Context, HttpSettings } from '../context.ts';
import { IdentityCenterFailure, withIdentityCenter, type IdentityCenter, type PortalRole } from './identity-center.ts';
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
  const asked = withIdentityCenter(ctx, access.session, access.http, (portal) =>
    judge(portal, { signal, accessToken: access.token.accessToken, ...target }),
  );
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

async function rolesOf(portal: IdentityCenter, asked: Asked): Promise<readonly PortalRole[]> {
  const { accessToken, accountId, signal } = asked;
  const all: PortalRole[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { roles, nextToken: next } = await portal.listAccountRoles({ accessToken, accountId, nextToken }, signal);
    for (const role of roles) all.push(role);
    if (next === undefined || next === nextToken) break;
    nextToken = next;
  }
  return all;
}
