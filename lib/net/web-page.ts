import type { RequestHandlerLike } from '../context.ts';

/** How long one answer may take to begin, milliseconds. */
const answerMs = 5_000;
/** How often a page is asked for whose host does not answer, or answers that it is disturbed. */
const tries = 3;

/** What a web server answered; the body is read by {@link readPage} or thrown away by {@link discardPage}. */
export interface PageAnswer {
  readonly status: number;
  /** Where it sends on to. */
  readonly location: URL | undefined;
  readonly body: (AsyncIterable<Buffer> & { destroy?: () => void }) | undefined;
}

/**
 * Asks for a page, up to three times where there is no answer, or one that says "later" (429, 5xx). Redirects are not followed. The caller's
 * `signal` bounds it all. Rejects with the handler's error where no answer comes.
 */
export async function fetchPage(
  handler: RequestHandlerLike,
  url: URL,
  method: 'GET' | 'HEAD',
  signal: AbortSignal,
): Promise<PageAnswer> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      const answer = await askOnce(handler, url, method, signal);
      if (left === 0 || !isTemporary(answer)) return answer;
      discardPage(answer);
    } catch (error) {
      if (left === 0 || signal.aborted) throw error;
    }
  }
}

/** Whether the server is there, but disturbed or asked too often. */
export function isTemporary({ status }: PageAnswer): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

async function askOnce(
  handler: RequestHandlerLike,
  url: URL,
  method: string,
  abortSignal: AbortSignal,
): Promise<PageAnswer> {
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname + url.search,
    query: {},
    headers: { host: url.host, accept: 'text/html', 'user-agent': 'cdkx' },
  };
  const { response } = await handler.handle(request, { abortSignal, requestTimeout: answerMs });
  const { statusCode, headers, body } = response as {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body?: PageAnswer['body'];
  };
  const target = headers['location'];
  const isRedirect = statusCode >= 300 && statusCode < 400 && target !== undefined && URL.canParse(target, url);
  return { status: statusCode, location: isRedirect ? new URL(target, url) : undefined, body };
}

/** The beginning of a page, up to about that many characters. Rejects when `signal` aborts, however slowly the page comes. */
export async function readPage({ body }: PageAnswer, characters: number, signal: AbortSignal): Promise<string> {
  if (body === undefined) return '';
  const stop = () => body.destroy?.();
  signal.addEventListener('abort', stop, { once: true });
  try {
    let page = '';
    for await (const chunk of body) {
      page += chunk.toString('utf8');
      if (page.length > characters) break;
    }
    signal.throwIfAborted();
    return page;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Closes an answer whose body nobody wants. */
export function discardPage({ body }: PageAnswer): void {
  body?.destroy?.();
}
