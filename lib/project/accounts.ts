import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { Environment } from '../context.ts';
import type { MessageParts } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { type CredentialSource, leafSource, sourceRole } from '../profile/source.ts';
import { sessionCacheKey } from '../sso/session.ts';
import type { AccountsRule } from './block/block.ts';
import type { RoleChoice } from './block/effective-block.ts';
import { accountByFiles } from './guard.ts';

/** A profile of this machine, as far as accounts are concerned. */
export interface LocalProfile {
  readonly name: string;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  /** The SSO session at the end of its chain (`sessionCacheKey`). */
  readonly session?: string | undefined;
  /** Whether it has credentials: a section with settings only isn't a candidate. */
  readonly hasCredentials: boolean;
}

/** Session and role of the project's profile, to choose between several profiles of one account. */
export interface AccountsContext {
  readonly session?: string | undefined;
  readonly role?: string | undefined;
  /** The role that counts if no profile has `role`. */
  readonly otherRole?: string | undefined;
}

/** Describes the project's profile by its credential source, and the roles of its block. */
export function accountsContext(
  source: CredentialSource | undefined,
  { role = source && sourceRole(source), otherRole }: RoleChoice = {},
): AccountsContext {
  return { session: source && sourceSession(source), role, otherRole };
}

export type AccountService =
  /** `leadsTo` is absent if the files don't contain the profile's account: check it before use. */
  | {
      readonly outcome: 'profile';
      readonly profile: string;
      readonly how: 'mapped' | 'matched' | 'only' | 'same-role';
      readonly leadsTo?: string;
    }
  /** The mapped profile uses a different account: an error. */
  | { readonly outcome: 'wrong-account'; readonly profile: string; readonly leadsTo: string }
  /** `candidates`: the profiles that match, none of which is used. `mapped`: the name in `accounts` that is not usable here. */
  | {
      readonly outcome: 'none';
      readonly why: 'not-mapped' | 'no-candidate' | 'several';
      readonly candidates: readonly string[];
      readonly mapped?: string;
    };

/** Which local profile serves `account`: by the map, else by account; with `auto`, the only one of the same SSO session (and role). */
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
  if (mapped.account !== account) return { outcome: 'wrong-account', profile: name, leadsTo: mapped.account };
  // The map names one profile for all commands; with two roles, it gives way to the one with the command's role.
  const isOther = mapped.role !== undefined && mapped.role === context.otherRole;
  const right = serving.filter(({ role, session }) => isOther && role === context.role && session === mapped.session);
  const [only] = right.length === 1 ? right : [];
  return only === undefined
    ? { outcome: 'profile', profile: name, how: 'mapped', leadsTo: account }
    : { outcome: 'profile', profile: only.name, how: 'same-role', leadsTo: account };
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
  const ofRole = (wanted: string | undefined) => candidates.filter(({ role }) => role !== undefined && role === wanted);
  const [same, another] = [context.role, context.otherRole].map(ofRole).find(({ length }) => length > 0) ?? [];
  if (same !== undefined && another === undefined) {
    return { outcome: 'profile', profile: same.name, how: how === 'only' ? 'same-role' : how, ...leadsTo(same) };
  }
  return { outcome: 'none', why: 'several', candidates: candidates.map(({ name }) => name) };
}

function leadsTo(profile: LocalProfile): { leadsTo?: string } {
  return profile.account === undefined ? {} : { leadsTo: profile.account };
}

/** Where the map of accounts is, for messages. */
const where = '"accounts" of context.cdkx in cdk.json';

/** The hint for an account that no profile serves: `cdk`'s own message follows it. */
export function noProfileMessage(account: string, service: AccountService & { outcome: 'none' }): MessageParts {
  const { candidates, mapped } = service;
  return {
    what:
      mapped === undefined
        ? `no profile found for account ${account}`
        : `profile "${mapped}" for account ${account} (${where}) can't be used on this machine`,
    why: [reason(service), ...(candidates.length === 0 ? [] : [`Profiles of that account: ${candidates.join(', ')}.`])],
    next: [
      candidates.length === 0
        ? { say: `Create a profile for that account, then add it to ${where}: "${account}": "NAME-OF-A-PROFILE"` }
        : { say: `Specify the one to use in ${where}: "${account}": "${candidates[0] ?? ''}"` },
      ...(candidates.length === 0
        ? [{ say: 'To see your accounts and roles, run:' }, { run: 'cdkx sso configure' }]
        : []),
    ],
  };
}

/** The error if `cdk` requests credentials although the project block has no `accounts`. */
export function noAccountsMessage(account: string): MessageParts {
  return {
    what: `no profile found for account ${account}`,
    why: 'context.cdkx in cdk.json has no "accounts", which maps accounts to profiles.',
    next: [{ say: `Add it, with a profile of that account: "accounts": { "${account}": "NAME-OF-A-PROFILE" }` }],
  };
}

/** The warning if a program's toolkit doesn't use the accounts of its project. */
export function unregisteredAccountsMessage(): MessageParts {
  return {
    what: '"accounts" of the project block is not registered with the toolkit',
    why: [
      'Without it, cdkxCredentials() provides credentials for one account only.',
      'A plugin loaded by path does not see the options passed to cdkxCredentials().',
    ],
    next: [{ say: 'Before the first action of the toolkit, call credentials.registerAccounts(toolkit.pluginHost).' }],
  };
}

function reason({ why, candidates, mapped }: AccountService & { outcome: 'none' }): string {
  if (mapped !== undefined && candidates.length === 0) {
    return 'It does not exist in the AWS config file, or has no credentials, and no other profile uses that account.';
  }
  return reasons[why];
}

const reasons: Readonly<Record<(AccountService & { outcome: 'none' })['why'], string>> = {
  'not-mapped': `It is not in ${where}, so cdkx gives no credentials for it.`,
  'no-candidate': 'No profile of the same SSO session uses this account.',
  several: 'Several profiles use this account with the same role, so cdkx uses none of them.',
};

/** The guard's error: a profile that uses a different account than the one it is mapped to. */
export function wrongAccountMessage(account: string, profile: string, leadsTo: string): MessageParts {
  return {
    what: `profile "${profile}" is mapped to account ${account}, but uses account ${leadsTo}`,
    why: 'cdkx provided no credentials, because the stack belongs to a different account.',
    next: [{ say: `Correct ${where}. To list the profiles and their accounts, run:` }, { run: 'cdkx profile list' }],
  };
}

/** The guard's error if even STS returns no account. */
export function unknownAccountMessage(account: string, profile: string): MessageParts {
  return {
    what: `cannot determine the account of profile "${profile}", which is mapped to ${account}`,
    why: 'The response of AWS STS contains no account.',
    next: [
      { say: 'To see how the profile gets its credentials, run:' },
      { run: `cdkx profile show --profile ${shellWord(profile)}` },
    ],
  };
}

/** The profiles of this machine as `serveAccount` looks at them. */
export function localProfiles(config: SharedConfig, env: Environment): LocalProfile[] {
  return [...config.profiles.keys()].map((name) => localProfile(name, resolveCredentialSource(config, name, env)));
}

/** One profile with its credential source as `serveAccount` looks at it. */
export function localProfile(name: string, source: CredentialSource): LocalProfile {
  const known = accountByFiles(source);
  return {
    name,
    account: known.state === 'known' ? known.account : undefined,
    role: sourceRole(source),
    session: sourceSession(source),
    hasCredentials: source.kind !== 'none',
  };
}

/** What identifies the SSO session at the end of a source's chain. */
export function sourceSession(source: CredentialSource): string | undefined {
  const leaf = leafSource(source);
  return leaf.kind === 'sso-session' || leaf.kind === 'legacy-sso' ? sessionCacheKey(leaf.session) : undefined;
}

/** What two sources share if one is ready once the other is: the SSO session, else the profile at the end of the role chain. */
export function readinessKey(source: CredentialSource): string {
  const session = sourceSession(source);
  return session === undefined ? `profile ${leafSource(source).profile}` : `session ${session}`;
}
