import type { Context } from '../context.ts';
import { leafSource, type CredentialSource } from '../profile/credential-source.ts';
import { checkPortal } from '../sso/portal.ts';
import { readToken } from '../sso/token-cache.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { explainFailure } from './explain.ts';
import type { ResolvedProject } from './resolve-project.ts';

/**
 * After a required command failed: asks the portal once whether the session and the role are still good, and says so where they are
 * not. Silent where credentials were not the cause, and where the portal does not answer in time.
 */
export async function explainEnd(
  ctx: Context,
  project: ResolvedProject,
  profile: { readonly name: string; readonly source: CredentialSource },
  reporter: Reporter,
): Promise<void> {
  const leaf = leafSource(profile.source);
  if (leaf.kind !== 'sso-session' && leaf.kind !== 'legacy-sso') return;
  const found = readToken(ctx, leaf.session);
  if (found.state !== 'present') return;
  const { session, accountId, roleName } = leaf;
  const access = { session, token: found.token, http: project.http };
  const verdict = await checkPortal(ctx, access, { accountId, roleName });
  const message = explainFailure({
    verdict,
    profile: profile.name,
    session,
    accountId,
    roleName,
    tokenRegion: found.token.region,
  });
  if (message !== undefined) reporter.error(message);
}
