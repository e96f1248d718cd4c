import type { Context, HttpSettings } from '../context.ts';
import { isRegionName, partitionOfHost, readStartUrl, regionOfHost } from './start-url.ts';
import { askPage, dropPage, readPage, type PageAnswer } from './web-page.ts';

/** The whole look-up takes no longer, milliseconds: the question can always be asked of the user instead. */
const deadlineMs = 10_000;
/** How much of the page is read: the tag stands in its head. */
const pageCharacters = 100_000;

/**
 * Finds the region of Identity Center behind a start URL: in the host, else behind the one redirect that a vanity URL may make,
 * else in the portal's page, whose head names it (`<meta name="region" content="eu-west-1">`, as granted reads it since #413).
 * Only hosts that AWS owns are believed. `undefined` where nothing tells it, whatever went wrong: the user is asked then.
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
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const first = await askPage(handler, new URL(reading.url), 'GET', signal);
    const { location } = first;
    if (location === undefined) return reading.isVanity ? undefined : await regionOfPage(first, signal);
    dropPage(first);
    if (location.protocol !== 'https:' || partitionOfHost(location.hostname) === undefined) return undefined;
    const inHost = regionOfHost(location.hostname);
    return inHost ?? (await regionOfPage(await askPage(handler, location, 'GET', signal), signal));
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

/** The region that a portal's page names in its head. */
export function regionInPage(page: string): string | undefined {
  // Up to the next tag, and not over it: the cost of a page of open tags grows with its size only.
  const tag = page.match(/<meta\s[^<>]*>/gi)?.find((each) => /name=["']region["']/i.test(each));
  const region = tag === undefined ? undefined : /content=["']([^"']*)["']/i.exec(tag)?.[1];
  return region !== undefined && isRegionName(region) ? region : undefined;
}
