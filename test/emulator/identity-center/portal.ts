import { createHash } from 'node:crypto';
import { issueRoleCredentials } from '../access-keys.ts';
import { ApiError, header, json, type Call, type Reply } from '../http.ts';
import { isAccountId, type AccountOptions } from '../options.ts';
import type { SignIn, World } from '../state.ts';
import { isOfRegion } from './regions.ts';
import { isSignedIn } from './sessions.ts';

/** The sign-in session of the bearer token; anything but a living token is refused with 401. */
function authenticate(world: World, call: Call): SignIn {
  const token = world.accessTokens.get(header(call, 'x-amz-sso_bearer_token') ?? '');
  const isAlive = token !== undefined && token.expiresAt > world.clock.now() && isSignedIn(world, token.signIn);
  if (!isAlive || !isOfRegion(token.signIn.instance, call)) {
    throw new ApiError(401, 'UnauthorizedException', 'Session token not found or invalid');
  }
  if (token.scopes.length > 0 && !token.scopes.includes('sso:account:access')) {
    throw new ApiError(403, 'ForbiddenException', 'No access');
  }
  return token.signIn;
}

function accountsOf(world: World, { user, instance }: SignIn): readonly AccountOptions[] {
  return world.settings.accounts.filter(
    ({ id, startUrls }) => (user.accounts?.includes(id) ?? true) && (startUrls?.includes(instance.startUrl) ?? true),
  );
}

/** (Which refusal AWS has for an ID that is none is not known; its API says that it is twelve digits.) */
function assignedAccount(world: World, signIn: SignIn, id: string): AccountOptions {
  if (!isAccountId(id)) throw new ApiError(400, 'InvalidRequestException', `${id} is no account ID`);
  const account = accountsOf(world, signIn).find((candidate) => candidate.id === id);
  if (account === undefined) throw new ApiError(403, 'ForbiddenException', 'No access');
  return account;
}

function required(call: Call, name: string): string {
  const value = call.query.get(name);
  if (value === null || value === '') throw new ApiError(400, 'InvalidRequestException', `Missing ${name}`);
  return value;
}

/** GetRoleCredentials. */
export function getRoleCredentials(world: World, call: Call): Reply {
  const signIn = authenticate(world, call);
  const roleName = required(call, 'role_name');
  const account = assignedAccount(world, signIn, required(call, 'account_id'));
  if (!account.roles.includes(roleName)) throw new ApiError(403, 'ForbiddenException', 'No access');
  // The IAM role of a permission set carries a suffix that differs by account.
  const suffix = createHash('sha256').update(`${account.id}/${roleName}`).digest('hex').slice(0, 16);
  const key = issueRoleCredentials(world, account.id, `AWSReservedSSO_${roleName}_${suffix}`, signIn.user.email);
  return json(200, {
    roleCredentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      sessionToken: key.sessionToken,
      expiration: key.expiresAt,
    },
  });
}

/** ListAccounts. */
export function listAccounts(world: World, call: Call): Reply {
  const accounts = accountsOf(world, authenticate(world, call));
  const entries = accounts.map(({ id, name, email }) => ({ accountId: id, accountName: name, emailAddress: email }));
  const { page, nextToken } = pageOf(world, call, entries);
  return json(200, { accountList: page, nextToken });
}

/** ListAccountRoles. */
export function listAccountRoles(world: World, call: Call): Reply {
  const account = assignedAccount(world, authenticate(world, call), required(call, 'account_id'));
  const entries = account.roles.map((roleName) => ({ roleName, accountId: account.id }));
  const { page, nextToken } = pageOf(world, call, entries);
  return json(200, { roleList: page, nextToken });
}

/** One page of a list; the token is the position it goes on from, as text no client should read. */
function pageOf<T>(world: World, call: Call, entries: readonly T[]): { page: readonly T[]; nextToken: string | null } {
  const asked = Number(call.query.get('max_result') ?? 100);
  const size = Math.min(asked, world.settings.pageSize);
  if (!Number.isInteger(asked) || asked < 1 || asked > 100)
    throw new ApiError(400, 'InvalidRequestException', 'max_result must be 1 to 100');
  const token = call.query.get('next_token');
  const start =
    token === null || token === ''
      ? 0
      : Number(
          Buffer.from(token, 'base64url')
            .toString('utf8')
            .replace(/^from-/, ''),
        );
  if (!Number.isInteger(start) || start < 0) throw new ApiError(400, 'InvalidRequestException', 'Wrong next_token');
  const end = start + size;
  const nextToken = end < entries.length ? Buffer.from(`from-${end}`).toString('base64url') : null;
  return { page: entries.slice(start, end), nextToken };
}

/** Logout: ends the whole sign-in session; role credentials already issued live on. */
export function logout(world: World, call: Call): Reply {
  authenticate(world, call).ended = true;
  return { status: 200, headers: {}, body: '' };
}
