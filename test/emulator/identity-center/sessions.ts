import { identifier, secret, tokenRegions } from '../issued-secrets.ts';
import type { AccessToken, RefreshToken, SignIn, World } from '../state.ts';
import type { InstanceOptions, UserOptions } from '../options.ts';

/** Starts a person's sign-in session at an instance. */
export function startSignIn(world: World, instance: InstanceOptions, user: UserOptions): SignIn {
  const expiresAt = world.clock.now() + world.settings.lifetimes.signInSession * 1000;
  const signIn: SignIn = { id: identifier('sign-in', 9), user, instance, expiresAt, ended: false };
  world.signIns.set(signIn.id, signIn);
  return signIn;
}

/** Whether a sign-in session still stands. */
export function isSignedIn(world: World, signIn: SignIn): boolean {
  return !signIn.ended && signIn.expiresAt > world.clock.now();
}

/** Issues an access token: one hour and refreshable for clients with scopes, eight hours for those without. Never beyond the sign-in session. */
export function issueAccessToken(
  world: World,
  signIn: SignIn,
  clientId: string,
  scopes: readonly string[],
): AccessToken {
  const { accessToken, legacyAccessToken } = world.settings.lifetimes;
  const seconds = scopes.length === 0 ? legacyAccessToken : accessToken;
  const expiresAt = Math.min(world.clock.now() + seconds * 1000, signIn.expiresAt);
  const token: AccessToken = { value: secret('access-token'), clientId, signIn, scopes, expiresAt };
  world.accessTokens.set(token.value, token);
  tokenRegions.set(token.value, signIn.instance.region);
  return token;
}

/** Issues a refresh token. */
export function issueRefreshToken(
  world: World,
  signIn: SignIn,
  clientId: string,
  scopes: readonly string[],
): RefreshToken {
  const token: RefreshToken = { value: secret('refresh-token'), clientId, signIn, scopes, spent: false };
  world.refreshTokens.set(token.value, token);
  return token;
}
