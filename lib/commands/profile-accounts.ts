import type { ResolvedProject } from '../cdk/resolve-project.ts';
import type { Context } from '../context.ts';
import { sourceRole } from '../profile/credential-source.ts';
import { mappedAccounts, serveAccount, type AccountService } from '../project/accounts.ts';
import { localProfiles, sourceSession } from '../project/local-profiles.ts';

/** Which profile serves an account in a deploy to several. */
export interface ServedAccount {
  readonly account: string;
  readonly profile?: string;
  readonly how?: 'mapped' | 'matched' | 'only' | 'same-role';
  /** Why no profile serves it. */
  readonly problem?: string;
}

/**
 * The accounts of the project block's `accounts`, each with the profile that serves it here; with `"auto"` every account that a profile
 * of the project's own session leads to. Empty without `accounts`.
 */
export function describeAccounts(
  { env }: Pick<Context, 'env'>,
  { run, config, detection }: ResolvedProject,
): ServedAccount[] {
  const rule = run?.effective.accounts;
  if (rule === undefined) return [];
  const profiles = localProfiles(config, env);
  const own = detection.outcome === 'profile' ? detection.credentialSource : undefined;
  const context = {
    session: own && sourceSession(own),
    role: run?.effective.role ?? (own && sourceRole(own)),
  };
  const onSession = profiles.flatMap(({ account, session }) =>
    account !== undefined && session !== undefined && session === context.session ? [account] : [],
  );
  const accounts = rule === 'auto' ? [...new Set(onSession)].sort() : mappedAccounts(rule);
  return accounts.map((account) => describeService(account, serveAccount(account, rule, profiles, context)));
}

function describeService(account: string, service: AccountService): ServedAccount {
  switch (service.outcome) {
    case 'profile':
      return { account, profile: service.profile, how: service.how };
    case 'wrong-account':
      return { account, problem: `profile "${service.profile}" leads to account ${service.leadsTo}` };
    case 'none': {
      const mapped = service.mapped === undefined ? '' : `profile "${service.mapped}" is not usable here; `;
      const why =
        service.why === 'several'
          ? `several could be meant: ${service.candidates.join(', ')}`
          : 'no profile leads to it';
      return { account, problem: mapped + why };
    }
  }
}
