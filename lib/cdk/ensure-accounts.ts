import type { Context } from '../context.ts';
import { sourceRole, type CredentialSource } from '../profile/credential-source.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { wrongAccountMessage } from '../project/account-messages.ts';
import { mappedAccounts, serveAccount } from '../project/accounts.ts';
import { localProfiles, sourceSession, whatMustBeReady } from '../project/local-profiles.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { accountsBlock, type ResolvedProject } from './resolve-project.ts';

/** A profile that `accounts` names, with its credential source. */
export interface MappedProfile {
  readonly name: string;
  readonly source: CredentialSource;
}

/**
 * The profiles to make ready before `cdk` starts, so that no login is asked for, and none is found missing, in the middle of a deployment:
 * those that `accounts` names, one for each SSO session, and each profile without one whose credentials can have ended just as well
 * (`aws login`, temporary keys). What `own` (the run's own profile) has made ready is left out. An account that no profile serves is left to
 * the plugin, which hints at it once `cdk` really asks for it.
 *
 * @throws UserError 78 for a profile that leads to another account than the one it is mapped to.
 */
export function profilesToEnsure(
  ctx: Context,
  project: Pick<ResolvedProject, 'run' | 'userBlock' | 'config'>,
  own: CredentialSource | undefined,
): MappedProfile[] {
  const { accounts, role } = accountsBlock(project) ?? {};
  if (accounts === undefined || accounts === 'auto') return [];
  const { config } = project;
  const profiles = localProfiles(config, ctx.env);
  const context = { session: own && sourceSession(own), role: role ?? (own && sourceRole(own)) };
  const ownNeed = own && whatMustBeReady(own);
  const byNeed = new Map<string, MappedProfile>();
  for (const account of mappedAccounts(accounts)) {
    const service = serveAccount(account, accounts, profiles, context);
    if (service.outcome === 'wrong-account') {
      throw new UserError(exitCode.configuration, wrongAccountMessage(account, service.profile, service.leadsTo));
    }
    if (service.outcome === 'none') continue;
    const source = resolveCredentialSource(config, service.profile, ctx.env);
    const need = whatMustBeReady(source);
    if (need === ownNeed || byNeed.has(need)) continue;
    byNeed.set(need, { name: service.profile, source });
  }
  return [...byNeed.values()];
}
