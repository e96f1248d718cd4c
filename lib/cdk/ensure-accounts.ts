import type { Context } from '../context.ts';
import { sourceRole, type CredentialSource } from '../profile/credential-source.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { wrongAccountMessage } from '../project/account-messages.ts';
import { mappedAccounts, serveAccount } from '../project/accounts.ts';
import { localProfiles, sourceSession } from '../project/local-profiles.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { accountsBlock, type ResolvedProject } from './resolve-project.ts';

/** A profile that `accounts` names, with its credential source. */
export interface MappedProfile {
  readonly name: string;
  readonly source: CredentialSource;
}

/**
 * The profiles to make ready before `cdk` starts, so that no login is asked for in the middle of a deployment: those that `accounts`
 * names, one for each SSO session, without the session that `own` (the run's own profile) has made ready. An account that no profile
 * serves is left to the plugin, which hints at it once `cdk` really asks for it.
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
  const ownSession = own && sourceSession(own);
  const context = { session: ownSession, role: role ?? (own && sourceRole(own)) };
  const bySession = new Map<string, MappedProfile>();
  for (const account of mappedAccounts(accounts)) {
    const service = serveAccount(account, accounts, profiles, context);
    if (service.outcome === 'wrong-account') {
      throw new UserError(exitCode.configuration, wrongAccountMessage(account, service.profile, service.leadsTo));
    }
    if (service.outcome === 'none') continue;
    const source = resolveCredentialSource(config, service.profile, ctx.env);
    const session = sourceSession(source);
    if (session === undefined || session === ownSession || bySession.has(session)) continue;
    bySession.set(session, { name: service.profile, source });
  }
  return [...bySession.values()];
}
