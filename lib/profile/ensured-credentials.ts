import type { SsoToken } from '../sso/token.ts';
import type { EnsureProfileOutcome } from './ensure-profile.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { SessionEndedError } from './sso-role-credentials.ts';

/**
 * Makes a profile's session valid, then fetches its role credentials. Where the portal does not take a token that looked good, the
 * session is renewed (refreshed, else by a login, as far as that is allowed) and the credentials are asked for once more. Not where somebody
 * has just signed in for it: a second sign-in would help no more than the first.
 *
 * @param ensure Makes the session valid; `refused` is the access token that the portal did not take.
 * @param fetch Fetches the credentials, with the token of the session where there is one: it may be that only this process has it.
 * @throws UserError as `ensure` and `fetch`.
 */
export async function ensuredCredentials(
  ensure: (refused?: string) => Promise<EnsureProfileOutcome>,
  fetch: (token: SsoToken | undefined) => Promise<RoleCredentials>,
): Promise<RoleCredentials> {
  const ensured = await ensure();
  try {
    return await fetch(tokenOf(ensured));
  } catch (error) {
    if (!(error instanceof SessionEndedError) || ensured.state !== 'ready' || ensured.session === 'logged-in')
      throw error;
    return fetch(tokenOf(await ensure(ensured.token.accessToken)));
  }
}

function tokenOf(outcome: EnsureProfileOutcome): SsoToken | undefined {
  return outcome.state === 'ready' ? outcome.token : undefined;
}
