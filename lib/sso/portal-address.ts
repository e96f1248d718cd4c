import { deadline } from '../deadline.ts';
import type { Context, HttpSettings } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { fetchPage, discardPage, type PageAnswer, readPage, isTemporary } from '../net/web-page.ts';
import { IdentityCenterFailure } from './identity-center/client.ts';
import { failureError, toFailure } from './identity-center/failures.ts';
import { sessionHttp, sessionName, type SsoSession } from './session.ts';
import {
  isSignInHost,
  isLoopbackHost,
  isRegionName,
  partitionOfHost,
  readStartUrl,
  regionOfHost,
} from './start-url.ts';

const portalLookUpMs = 10_000;

/**
 * The start URL as Identity Center knows it: a vanity URL is followed for one redirect, as in the AWS CLI 2.35. Throws
 * a UserError: 78 if it doesn't lead to AWS, 69 if it is unreachable.
 */
export async function resolveStartUrl(
  ctx: Pick<Context, 'requestHandler'>,
  session: SsoSession,
  http: HttpSettings,
  signal: AbortSignal,
): Promise<string> {
  if (!URL.canParse(session.startUrl)) throw noStartUrl(session, 'It is not a valid URL.');
  const url = new URL(session.startUrl);
  if (isLoopbackHost(url.hostname) || isStandIn(session)) return session.startUrl;
  if (url.protocol !== 'https:') throw noStartUrl(session, 'Only https URLs are supported.');
  if (isSignInHost(url.hostname)) return session.startUrl;
  const target = await followOnce(ctx, session, { url, http, signal });
  if (target.protocol === 'https:' && isSignInHost(target.hostname)) return target.href;
  throw noStartUrl(session, `It redirects to ${target.origin}, which does not belong to AWS.`);
}

/** An emulator of IAM Identity Center on this machine has its own start URLs. */
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
  const abortSignal = deadline(portalLookUpMs, signal);
  try {
    const ask = async (method: 'GET' | 'HEAD') => {
      const answer = await fetchPage(handler, url, method, abortSignal);
      discardPage(answer);
      return answer;
    };
    const head = await ask('HEAD');
    const answer = head.status === 405 || head.status === 501 ? await ask('GET') : head;
    if (isTemporary(answer)) throw disturbed(url, answer);
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
  return new IdentityCenterFailure(kind, { operation: 'GET', host, code: `HTTP ${status}` });
}

function noStartUrl(session: SsoSession, why: string): UserError {
  return new UserError('InvalidStartUrl', {
    what: `the start URL "${session.startUrl}" of ${sessionName({ session })} can't be used`,
    why,
    next: [
      {
        say: 'Set sso_start_url in the AWS config file to the URL of the access portal, for example https://d-1234567890.awsapps.com/start.',
      },
    ],
  });
}

/** The whole look-up takes no longer, milliseconds: the question can always be asked of the user instead. */
const regionLookUpMs = 10_000;
/** How much of the page is read: the tag is in its head. */
const pageCharacters = 100_000;

/**
 * Finds the region of Identity Center behind a start URL: in the host, behind one redirect, or in the portal's page
 * (`<meta name="region">`, as granted does since #413). Only hosts of AWS are believed.
 */
export async function discoverRegion(
  ctx: Pick<Context, 'requestHandler'>,
  startUrl: string,
  http: HttpSettings,
): Promise<string | undefined> {
  const reading = readStartUrl(startUrl);
  if ('problem' in reading) return undefined;
  if (reading.region !== undefined) return reading.region;
  const handler = await ctx.requestHandler(http);
  const signal = deadline(regionLookUpMs);
  try {
    const first = await fetchPage(handler, new URL(reading.url), 'GET', signal);
    const { location } = first;
    if (location === undefined && !reading.isVanity) return await regionOfPage(first, signal);
    discardPage(first);
    if (location?.protocol !== 'https:' || partitionOfHost(location.hostname) === undefined) return undefined;
    const inHost = regionOfHost(location.hostname);
    return inHost ?? (await regionOfPage(await fetchPage(handler, location, 'GET', signal), signal));
  } catch {
    return undefined;
  } finally {
    handler.destroy?.();
  }
}

async function regionOfPage(answer: PageAnswer, signal: AbortSignal): Promise<string | undefined> {
  const page = await readPage(answer, pageCharacters, signal);
  return answer.status === 200 ? regionInPage(page) : undefined;
}

export function regionInPage(page: string): string | undefined {
  // Up to the next tag, and not over it: the cost of a page of open tags grows with its size only.
  const tag = page.match(/<meta\s[^<>]*>/gi)?.find((each) => /name=["']region["']/i.test(each));
  const region = tag === undefined ? undefined : /content=["']([^"']*)["']/i.exec(tag)?.[1];
  return region !== undefined && isRegionName(region) ? region : undefined;
}
