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
import { chooseLoginMethod, detectLoginEnvironment, readSwitch } from './method.ts';
import { withRegistration } from './registration.ts';

type LoginRequest = Pick<
  SessionRequest,
  'session' | 'profile' | 'reporter' | 'http' | 'deviceCode' | 'noBrowser' | 'tokenFor' | 'refused' | 'force'
>;

/** Asks whether to log in; `true` is what Enter says. Throws a UserError (130) at Ctrl-C. */
export async function askToSignIn(ctx: Context, message: string, signal: AbortSignal): Promise<boolean> {
  const answer = await confirm(ctx, { message, initial: true, signal });
  signal.throwIfAborted();
  if (answer === cancelled) throw cancelledError();
  return answer;
}

/**
 * Logs in to a session and stores its token. Call it while holding the session's lock. Throws a UserError: 69 when Identity Center cannot
 * be reached, 77 when the login was denied or nobody came, 78 when the configuration or the cache cannot work, 130 when it was cancelled.
 */
export async function signIn(ctx: Context, request: LoginRequest, signal: AbortSignal): Promise<SsoToken> {
  const { session, reporter } = request;
  // Before anybody is asked to do anything: what they approve must be kept.
  checkCacheFile(ctx, tokenPath(ctx, session));
  const { method, because } = chooseLoginMethod(detectLoginEnvironment(ctx, session, request.deviceCode));
  reporter.verbose(`logging in by ${method.replace('-', ' ')}: ${because}`);
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

/** Runs the chosen way; the person may change from the browser to the code. */
async function runFlow(
  ctx: Context,
  request: LoginRequest,
  way: Way,
): Promise<{ issued: IssuedToken; registration: ClientRegistration }> {
  const { session, reporter, http } = request;
  const { method, startUrl, signal } = way;
  const run = method === 'authorization-code' ? signInWithBrowser : signInWithDeviceCode;
  const noBrowser = request.noBrowser ?? readSwitch(ctx.env['CDKX_NO_BROWSER']) ?? false;
  const name = sessionName({ session });
  const again = loginCommandFor(request);
  const insistsOnBrowser = (request.deviceCode ?? readSwitch(ctx.env['CDKX_DEVICE_CODE'])) === false;
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
 * The session with the endpoints for this way. A dual-stack portal gets its device code from the dual-stack endpoint: the other one sends people to
 * a page that fails (aws-cli#10507).
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
  const { secondsLeft, usable } = tokenStatus(token, session, ctx.clock.now());
  reporter.notice(`signed in to ${sessionName({ session, profile })} for ${formatDuration(secondsLeft)}`);
  if (!usable) warnShort({ session, profile, reporter }, secondsLeft);
  return token;
}

/** Stores the token. Where that fails after all (a disk that filled up meanwhile), this process at least goes on with it. */
function keepToken(ctx: Context, request: LoginRequest, token: SsoToken): void {
  try {
    writeToken(ctx, request.session, token);
  } catch (error) {
    if (!(error instanceof UserError) || request.tokenFor !== 'self') throw error;
    request.reporter.warn(notStoredWarning(request, error));
  }
}

/** What a login gave, as the AWS CLI keeps it: the registration goes along, since a refresh needs it. */
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
    ...(issued.refreshToken === undefined ? {} : { refreshToken: issued.refreshToken }),
  };
}

/** An old sign-in of the browser can give a token that is nearly over (aws-cli#7361). */
function warnShort(
  { session, profile, reporter }: Pick<LoginRequest, 'session' | 'profile' | 'reporter'>,
  secondsLeft: number,
): void {
  reporter.warn({
    what: `${sessionName({ session, profile })} is new, but lasts only ${formatDuration(secondsLeft)}`,
    why: 'The browser’s own sign-in is about to end, and the new session ends with it.',
    next: [
      { say: 'Sign out in the access portal, then sign in anew:' },
      { run: `${loginCommand(session, profile)} --force` },
    ],
  });
}

/** The session is good for this process, and lost after it. */
export function notStoredWarning(
  request: Pick<LoginRequest, 'session' | 'profile'>,
  obstacle: UserError,
): MessageParts {
  return {
    what: `the new token of ${sessionName(request)} could not be kept and is good for this run only`,
    why: `${obstacle.parts.what}.`,
    ...(obstacle.parts.next === undefined ? {} : { next: obstacle.parts.next }),
  };
}
