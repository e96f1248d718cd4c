import type { RequestHandlerLike } from '../context.ts';

const answerMs = 5_000;
const tries = 3;

/** A response. {@link readPage} reads its body, {@link discardPage} discards it. */
export interface PageAnswer {
  readonly status: number;
  readonly location: URL | undefined;
  readonly body: (AsyncIterable<Buffer> & { destroy?: () => void }) | undefined;
}

/** Requests a page without following redirects, up to three times after no response or a temporary error (429, 5xx). */
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

/** Reads the beginning of a page, about `characters` long. Rejects if `signal` aborts. */
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

export function discardPage({ body }: PageAnswer): void {
  body?.destroy?.();
}
