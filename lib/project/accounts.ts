import type { AccountsRule } from './stage.ts';

/** A profile of this machine, as far as accounts are concerned. */
export interface LocalProfile {
  readonly name: string;
  /** The account it leads to, where the files tell it. */
  readonly account?: string | undefined;
  /** The name of the role it leads to. */
  readonly role?: string | undefined;
  /** The SSO session at the end of its chain (`sessionCacheKey`). */
  readonly session?: string | undefined;
  /** Whether it has credentials of its own: a section with settings only is not a candidate. */
  readonly hasCredentials: boolean;
}

/** What the project's own profile is like: it tells apart several profiles of one account. */
export interface AccountsContext {
  readonly session?: string | undefined;
  readonly role?: string | undefined;
}

export type AccountService =
  /** `leadsTo` is absent where the files do not tell the profile's account: it must be checked before use. */
  | {
      readonly outcome: 'profile';
      readonly profile: string;
      readonly how: 'mapped' | 'matched' | 'only' | 'same-role';
      readonly leadsTo?: string;
    }
  /** The mapped profile leads to another account: an error. */
  | { readonly outcome: 'wrong-account'; readonly profile: string; readonly leadsTo: string }
  /** `candidates`: the profiles that could be meant, none of them used. `mapped`: the name in `accounts` that is not usable here. */
  | {
      readonly outcome: 'none';
      readonly why: 'not-mapped' | 'no-candidate' | 'several';
      readonly candidates: readonly string[];
      readonly mapped?: string;
    };

/**
 * Which local profile serves `account`.
 * A map names it; a mapped profile that is not defined here, or has no credentials, is matched by its account.
 * `auto` takes the only profile of the same SSO session that leads to the account, or the only one of them with the same role.
 */
export function serveAccount(
  account: string,
  accounts: AccountsRule,
  profiles: readonly LocalProfile[],
  context: AccountsContext,
): AccountService {
  const serving = profiles.filter((profile) => profile.hasCredentials && profile.account === account);
  if (accounts === 'auto') {
    const sameSession = serving.filter(({ session }) => session !== undefined && session === context.session);
    return onlyOne(sameSession, context, 'only');
  }
  const name = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  if (name === undefined)
    return { outcome: 'none', why: 'not-mapped', candidates: serving.map((profile) => profile.name) };
  const mapped = profiles.find((profile) => profile.name === name && profile.hasCredentials);
  if (mapped === undefined) return matchByAccount(name, serving, context);
  if (mapped.account === undefined) return { outcome: 'profile', profile: name, how: 'mapped' };
  return mapped.account === account
    ? { outcome: 'profile', profile: name, how: 'mapped', leadsTo: account }
    : { outcome: 'wrong-account', profile: name, leadsTo: mapped.account };
}

/** The accounts that `accounts` names explicitly: their sessions are ensured before synthesis. */
export function mappedAccounts(accounts: AccountsRule | undefined): readonly string[] {
  return accounts === undefined || accounts === 'auto' ? [] : Object.keys(accounts);
}

/** A mapped profile that is missing here: the only one of its account, else the only one of those on the project's session, else by role. */
function matchByAccount(mapped: string, serving: readonly LocalProfile[], context: AccountsContext): AccountService {
  const sameSession = serving.filter(({ session }) => session !== undefined && session === context.session);
  const found = onlyOne(serving.length > 1 && sameSession.length > 0 ? sameSession : serving, context, 'matched');
  return found.outcome === 'none' ? { ...found, candidates: serving.map(({ name }) => name), mapped } : found;
}

function onlyOne(
  candidates: readonly LocalProfile[],
  context: AccountsContext,
  how: 'matched' | 'only',
): AccountService {
  const [first, second] = candidates;
  if (first === undefined) return { outcome: 'none', why: 'no-candidate', candidates: [] };
  if (second === undefined) return { outcome: 'profile', profile: first.name, how, ...leadsTo(first) };
  const [same, another] = candidates.filter(({ role }) => role !== undefined && role === context.role);
  if (same !== undefined && another === undefined) {
    return { outcome: 'profile', profile: same.name, how: how === 'only' ? 'same-role' : how, ...leadsTo(same) };
  }
  return { outcome: 'none', why: 'several', candidates: candidates.map(({ name }) => name) };
}

function leadsTo(profile: LocalProfile): { leadsTo?: string } {
  return profile.account === undefined ? {} : { leadsTo: profile.account };
}
