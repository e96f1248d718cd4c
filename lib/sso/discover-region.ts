import type { Context, HttpSettings, RequestHandlerLike } from '../context.ts';
import { isRegionName, partitionOfHost, readStartUrl, regionOfHost } from './start-url.ts';

/** How long one answer may take, milliseconds: the question can always be asked of the user instead. */
const answerMs = 5_000;
/** How much of the page is read: the tag stands in its head. */
const pageCharacters = 100_000;

interface PageResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Buffer> & { destroy?(): void };
}

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
  try {
    const first = await get(handler, new URL(reading.url));
    const redirect = first.headers['location'];
    const target = redirect === undefined ? undefined : new URL(redirect, reading.url);
    if (target === undefined) return reading.isVanity ? undefined : await regionOfPage(first);
    first.body.destroy?.();
    if (target.protocol !== 'https:' || partitionOfHost(target.hostname) === undefined) return undefined;
    return regionOfHost(target.hostname) ?? (await regionOfPage(await get(handler, target)));
  } catch {
    return undefined;
  } finally {
    handler.destroy?.();
  }
}

async function get(handler: RequestHandlerLike, url: URL): Promise<PageResponse> {
  const { response } = await handler.handle(
    {
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: {},
      headers: { host: url.host, accept: 'text/html' },
    },
    { requestTimeout: answerMs },
  );
  return response as PageResponse;
}

async function regionOfPage({ statusCode, body }: PageResponse): Promise<string | undefined> {
  let page = '';
  for await (const chunk of body) {
    page += chunk.toString('utf8');
    if (page.length > pageCharacters) break;
  }
  return statusCode === 200 ? regionInPage(page) : undefined;
}

/** The region that a portal's page names in its head. */
export function regionInPage(page: string): string | undefined {
  const tag = /<meta\s[^>]*name=["']region["'][^>]*>/i.exec(page)?.[0];
  const region = tag === undefined ? undefined : /content=["']([^"']*)["']/i.exec(tag)?.[1];
  return region !== undefined && isRegionName(region) ? region : undefined;
}
