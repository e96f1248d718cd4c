import { deadline } from '../../deadline.ts';
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** IAM Identity Center accepts only this path, on 127.0.0.1, at any port (RFC 8252 section 7.3). */
export const callbackPath = '/oauth/callback';

/**
 * Beyond it, the oldest connection that isn't the browser's is closed. More than twice the backlog of Node.js (511), so
 * that a crowd can't close the browser's before its request is read.
 */
const mostConnections = 1_200;

/** The callback of the browser. The browser waits for the response until `finish` is called. */
export interface Callback {
  readonly result: { readonly code: string } | { readonly error: string };
  finish(kind: PageKind): void;
}

export interface CallbackServer {
  readonly redirectUri: string;
  readonly callback: Promise<Callback>;
  /** Closes all connections. A pending callback gets the page for a failed sign-in. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 for the callback. Rejects other requests and waits on: no hostile page ends a sign-in. */
export async function startCallbackServer(state: string): Promise<CallbackServer> {
  let arrived: (callback: Callback) => void = () => undefined;
  const callback = new Promise<Callback>((resolve) => {
    arrived = resolve;
  });
  let unanswered: ServerResponse | undefined;
  let settled = false;
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000, keepAlive: false },
    (request, response) => {
      const checked = settled ? 404 : checkRequest(request, state);
      if (typeof checked === 'number') {
        answer(response, checked, 'not-found');
        return;
      }
      settled = true;
      unanswered = response;
      arrived({
        result: checked,
        finish: (kind) => {
          unanswered = undefined;
          answer(response, 200, kind);
        },
      });
    },
  );
  limitConnections(server, (socket) => unanswered?.socket === socket);
  const port = await listen(server);
  return {
    redirectUri: `http://127.0.0.1:${port}${callbackPath}`,
    callback,
    close: async () => {
      if (unanswered !== undefined) answer(unanswered, 200, 'failed');
      unanswered = undefined;
      await closeServer(server);
    },
  };
}

/** Closes the oldest connection if there are too many, except the one of the browser (`isBrowser`). */
function limitConnections(server: Server, isBrowser: (socket: Socket) => boolean): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size <= mostConnections) return;
    for (const oldest of open) {
      if (isBrowser(oldest)) continue;
      open.delete(oldest);
      oldest.destroy();
      break;
    }
  });
}

/** Returns the code or error of a valid callback, or the HTTP status to reject the request with. */
function checkRequest(request: IncomingMessage, state: string): Callback['result'] | number {
  // Reject names that resolve to 127.0.0.1 (DNS rebinding).
  if (request.headers.host !== `127.0.0.1:${request.socket.localPort}`) return 400;
  const [path, ...query] = (request.url ?? '').split('?');
  if (path !== callbackPath) return 404;
  if (request.method !== 'GET') return 405;
  const parameters = new URLSearchParams(query.join('?'));
  if (!isSame(only(parameters, 'state') ?? '', state)) return 400;
  const error = only(parameters, 'error');
  if (error !== undefined) return { error };
  const code = only(parameters, 'code');
  return code === undefined || code === '' ? 400 : { code };
}

function only(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function answer(response: ServerResponse, status: number, kind: PageKind): void {
  response.writeHead(status, { ...pageHeaders, ...(status === 405 ? { Allow: 'GET' } : {}) });
  response.end(page(kind));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    // Later errors are about single connections, for example too many open files; keep waiting for the browser.
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Lets pending responses complete, then closes all connections. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const patience = new AbortController();
  const impatience = deadline(500, patience.signal);
  impatience.addEventListener('abort', () => server.closeAllConnections(), { once: true });
  await closed;
  patience.abort();
}

export type PageKind = 'success' | 'denied' | 'failed' | 'not-found';

export const pageTexts: Readonly<
  Record<PageKind, { readonly title: string; readonly mark: string; readonly text: string }>
> = {
  success: {
    title: "You're signed in",
    mark: '✓',
    text: 'cdkx continues in the terminal. You can close this tab.',
  },
  denied: {
    title: 'Access was denied',
    mark: '×',
    text: 'cdkx is not signed in. You can close this tab. The terminal shows how to try again.',
  },
  failed: {
    title: 'Sign-in failed',
    mark: '!',
    text: "You approved the sign-in, but cdkx couldn't complete it. You can close this tab. The terminal shows the reason.",
  },
  'not-found': { title: 'Not found', mark: '?', text: 'This page is only used while cdkx signs in.' },
};

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}main{max-width:26rem;padding:2rem;text-align:center}.mark{font-size:2.5rem;line-height:4.5rem;width:4.5rem;margin:0 auto 1rem;border-radius:50%;color:#fff;background:#5f6b7a}.success .mark{background:#1d8102}.denied .mark,.failed .mark{background:#c33212}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0;opacity:.8}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of every response: no caching, framing, sniffing or loading, and no referrer, because the URL contains the code. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  Connection: 'close',
};

/** A small page of fixed text. Contains nothing from the request. */
export function page(kind: PageKind): string {
  const { title, mark, text } = pageTexts[kind];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · cdkx</title>
<style>${style}</style>
</head>
<body>
<main class="${kind}">
<div class="mark" aria-hidden="true">${mark}</div>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
}
