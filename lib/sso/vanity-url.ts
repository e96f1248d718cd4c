import type { Context, HttpSettings } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { failureError } from './failure-message.ts';
import { toFailure } from './identity-center-errors.ts';
import { IdentityCenterFailure } from './identity-center.ts';
import { sessionHttp, sessionName, type SsoSession } from './session.ts';
import { isAwsHost, isLoopbackHost } from './trusted-address.ts';
import { askPage, dropPage, saysLater, type PageAnswer } from './web-page.ts';

/** The whole look-up takes no longer, milliseconds. */
const deadlineMs = 10_000;

/**
 * The start URL as Identity Center knows it. An address below a name of the organisation's own is asked where it leads (one redirect,
 * as in the AWS CLI 2.35); AWS's own addresses, and those of a stand-in on this machine, are taken as they are. Caches and the configuration
 * keep the configured one. Throws a UserError: 78 when it does not lead to AWS, 69 when it cannot be reached.
 */
export async function resolveStartUrl(
  ctx: Pick<Context, 'requestHandler'>,
  session: SsoSession,
  http: HttpSettings,
  signal: AbortSignal,
): Promise<string> {
  if (!URL.canParse(session.startUrl)) throw noStartUrl(session, 'It is no web address.');
  const url = new URL(session.startUrl);
  if (isLoopbackHost(url.hostname) || isStandIn(session)) return session.startUrl;
  if (url.protocol !== 'https:') throw noStartUrl(session, 'Only https addresses are used.');
  if (isAwsHost(url.hostname)) return session.startUrl;
  const target = await followOnce(ctx, session, { url, http, signal });
  if (target.protocol === 'https:' && isAwsHost(target.hostname)) return target.href;
  throw noStartUrl(session, `It leads to ${target.origin}, which is no address of AWS.`);
}

/** A stand-in for Identity Center on this machine knows its own start URLs. */
function isStandIn(session: SsoSession): boolean {
  const { oidc } = session.endpoints;
  return oidc !== undefined && URL.canParse(oidc) && isLoopbackHost(new URL(oidc).hostname);
}

async function followOnce(
  ctx: Pick<Context, 'requestHandler'>,
  session: SsoSession,
  { url, http, signal }: { readonly url: URL; readonly http: HttpSettings; readonly signal: AbortSignal },
): Promise<URL> {
  const handler = await ctx.requestHandler(sessionHttp(http, session));
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    const ask = async (method: 'GET' | 'HEAD') => {
      const answer = await askPage(handler, url, method, abortSignal);
      dropPage(answer);
      return answer;
    };
    const head = await ask('HEAD');
    const answer = head.status === 405 || head.status === 501 ? await ask('GET') : head;
    if (saysLater(answer)) throw disturbed(url, answer);
    return answer.location ?? url;
  } catch (error) {
    signal.throwIfAborted();
    throw failureError(toFailure(error, 'GET', url.host), { session });
  } finally {
    handler.destroy?.();
  }
}

/** What its host answered says nothing about where it leads. */
function disturbed({ host }: URL, { status }: PageAnswer): IdentityCenterFailure {
  const kind = status === 429 ? 'throttled' : 'server';
  return new IdentityCenterFailure(kind, { operation: 'GET', host, code: `HTTP ${status}`, status });
}

function noStartUrl(session: SsoSession, why: string): UserError {
  return new UserError(exitCode.configuration, {
    what: `the start URL "${session.startUrl}" of ${sessionName({ session })} cannot be used`,
    why,
    next: [
      'Set sso_start_url in the AWS config file to the AWS access portal’s address, as in:',
      '  sso_start_url = https://d-1234567890.awsapps.com/start',
    ],
  });
}
