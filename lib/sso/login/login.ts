import type { Context } from '../../context.ts';
import { type MessageParts, UserError } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
import { cancelled, confirm } from '../../terminal/prompts.ts';
import { checkCacheFile } from '../cache/cache-file.ts';
import type { ClientRegistration, LoginMethod } from '../cache/registration-cache.ts';
import { readToken, tokenPath, writeToken } from '../cache/token-cache.ts';
import { type SsoToken, tokenStatus } from '../cache/token.ts';
import type { SessionRequest } from '../ensure/types.ts';
import { IdentityCenterFailure, type IssuedToken, withIdentityCenter } from '../identity-center/client.ts';
import { failureError } from '../identity-center/failures.ts';
import { loginCommand, loginCommandFor } from '../login-command.ts';
import { resolveStartUrl } from '../portal-address.ts';
import { sessionName, type SsoSession } from '../session.ts';
import { signInWithBrowser } from './browser-login.ts';
import { signInWithDeviceCode } from './device-login.ts';
import { cancelledError } from './keys.ts';
import { chooseLoginMethod, detectLoginEnvironment } from './method.ts';
import { withRegistration } from './registration.ts';

type LoginRequest = Pick<
  SessionRequest,
  'session' | 'profile' | 'reporter' | 'http' | 'deviceCode' | 'noBrowser' | 'tokenFor' | 'refused' | 'force'
>;

/** Prompts whether to sign in; Enter means yes. Throws a UserError (130) after Ctrl-C. */
export async function askToSignIn(ctx: Context, message: string, signal: AbortSignal): Promise<boolean> {
  const answer = await confirm(ctx, { message, initial: true, signal });
  signal.throwIfAborted();
  if (answer === cancelled) throw cancelledError();
  return answer;
}

/** Signs in and stores the token; call it under the session's lock. Throws a UserError (69, 77, 78, 130). */
export async function signIn(ctx: Context, request: LoginRequest, signal: AbortSignal): Promise<SsoToken> {
  const { session, reporter } = request;
  // Before the user signs in, check that the token can be stored.
  checkCacheFile(ctx, tokenPath(ctx, session));
  const { method, because } = chooseLoginMethod(detectLoginEnvironment(ctx, session, request.deviceCode));
  reporter.verbose(`signing in with ${method.replace('-', ' ')}: ${because}`);
  try {
    const startUrl = await resolveStartUrl(ctx, session, request.http, signal);
    const { issued, registration } = await runFlow(ctx, request, { method, startUrl, signal });
    return storeToken(ctx, request, issued, registration);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof IdentityCenterFailure ? failureError(error, request) : error;
  }
}

interface Way {
  readonly method: LoginMethod;
  readonly startUrl: string;
  readonly signal: AbortSignal;
}

/** Signs in with the chosen method. The user can switch from the browser to a device code. */
async function runFlow(
  ctx: Context,
  request: LoginRequest,
  way: Way,
): Promise<{ issued: IssuedToken; registration: ClientRegistration }> {
  const { session, reporter, http } = request;
  const { method, startUrl, signal } = way;
  const run = method === 'authorization-code' ? signInWithBrowser : signInWithDeviceCode;
  const noBrowser = request.noBrowser ?? false;
  const name = sessionName({ session });
  const again = loginCommandFor(request);
  const insistsOnBrowser = request.deviceCode === false;
  const result = await withIdentityCenter(ctx, endpointFor(way, session), http, (identityCenter) =>
    withRegistration(ctx, { session, method, identityCenter, issuerUrl: startUrl, signal }, async (registration) => {
      const about = { ctx, session, name, again, identityCenter, registration, startUrl, reporter };
      const flow = { ...about, noBrowser, insistsOnBrowser, signal };
      const end = await run(flow);
      return end === 'switch' ? end : { issued: end.issued, registration };
    }),
  );
  return result === 'switch' ? runFlow(ctx, request, { ...way, method: 'device-authorization' }) : result;
}

/**
 * A dual-stack portal needs a device code from the dual-stack endpoint: another leads to a page that fails
 * (aws-cli#10507).
 */
function endpointFor({ method, startUrl }: Way, session: SsoSession): SsoSession {
  const isDualstack = /\.(?:app\.aws|api\.amazonwebservices\.eu|app\.amazonwebservices\.com\.cn)$/.test(
    new URL(startUrl).hostname,
  );
  if (method !== 'device-authorization' || !isDualstack || session.endpoints.oidc !== undefined) return session;
  return { ...session, endpoints: { ...session.endpoints, useDualstack: true } };
}

function storeToken(
  ctx: Context,
  request: LoginRequest,
  issued: IssuedToken,
  registration: ClientRegistration,
): SsoToken {
  const { session, profile, reporter } = request;
  const before = readToken(ctx, session);
  const token: SsoToken = {
    ...newToken(session, issued, registration, ctx.clock.now()),
    unknown: before.state === 'present' ? before.token.unknown : {},
  };
  keepToken(ctx, request, token);
  const { secondsLeft, usable, refreshable } = tokenStatus(token, session, ctx.clock.now());
  const lasts = refreshable ? 'renews automatically' : `for ${formatDuration(secondsLeft)}`;
  reporter.notice(`signed in to ${sessionName({ session, profile })}, ${lasts}`);
  if (!usable) warnShort({ session, profile, reporter }, secondsLeft);
  return token;
}

/** Stores the token. If that fails (for example because the disk is full), this process continues with it. */
function keepToken(ctx: Context, request: LoginRequest, token: SsoToken): void {
  try {
    writeToken(ctx, request.session, token);
  } catch (error) {
    if (!(error instanceof UserError) || request.tokenFor !== 'self') throw error;
    request.reporter.warn(notStoredWarning(request, error));
  }
}

/** The new token in the format of the AWS CLI, with the registration, which a refresh needs. */
function newToken(
  session: SsoSession,
  issued: IssuedToken,
  { clientId, clientSecret, expiresAt }: ClientRegistration,
  now: number,
): Omit<SsoToken, 'unknown'> {
  return {
    startUrl: session.startUrl,
    region: session.region,
    accessToken: issued.accessToken,
    expiresAt: new Date(now + issued.expiresIn * 1000),
    clientId,
    clientSecret,
    registrationExpiresAt: expiresAt,
    refreshToken: issued.refreshToken,
  };
}

/** With an old session in the browser, the new token can expire soon (aws-cli#7361). */
function warnShort(
  { session, profile, reporter }: Pick<LoginRequest, 'session' | 'profile' | 'reporter'>,
  secondsLeft: number,
): void {
  reporter.warn({
    what: `${sessionName({ session, profile })} is new, but expires in ${formatDuration(secondsLeft)}`,
    why: "Your browser's session expires soon, and the new session expires with it.",
    next: [
      { say: 'Sign out of the access portal, then sign in again:' },
      { run: `${loginCommand(session, profile)} --force` },
    ],
  });
}

/** The token couldn't be saved: this process can use it, later ones can't. */
export function notStoredWarning(
  request: Pick<LoginRequest, 'session' | 'profile'>,
  obstacle: UserError,
): MessageParts {
  return {
    what: `the new token of ${sessionName(request)} couldn't be saved; you'll have to sign in again next time`,
    why: `${obstacle.parts.what}.`,
    ...(obstacle.parts.next === undefined ? {} : { next: obstacle.parts.next }),
  };
}
