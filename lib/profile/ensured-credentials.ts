import type { EnsureProfileOutcome } from './ensure-profile.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { SessionEndedError } from './sso-role-credentials.ts';

/**
 * Makes a profile's session valid, then fetches its role credentials. Where the portal does not take a token that looked good, the
 * session is renewed (refreshed, else by a login, as far as that is allowed) and the credentials are asked for once more.
 *
 * @param ensure Makes the session valid; `refused` is the access token that the portal did not take.
 * @throws UserError as `ensure` and `fetch`.
 */
export async function ensuredCredentials(
  ensure: (refused?: string) => Promise<EnsureProfileOutcome>,
  fetch: () => Promise<RoleCredentials>,
): Promise<RoleCredentials> {
  const ensured = await ensure();
  try {
    return await fetch();
  } catch (error) {
    if (!(error instanceof SessionEndedError) || ensured.state !== 'ready') throw error;
    await ensure(ensured.token.accessToken);
    return fetch();
  }
}
